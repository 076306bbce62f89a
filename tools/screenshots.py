"""Pictures of every page, light and dark, wide and narrow: look at them before calling a page done.

``python -m tools.screenshots read gates`` makes those of some pages alone.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from rnnviz.lessons.lesson import encode
from rnnviz.lessons.shipped import LESSONS
from tools.serving import ROOT, chromium, serve

FOLDER = ROOT / "docs" / "screenshots"
WIDTHS = {"wide": 1400, "narrow": 390}
PAGES = {
    "home": "/?step=5",
    "step_through": "/step_through?step=5&unit=4",
    "random": "/step_through?network=Random&cell=GRU&step=3",
    "numbers": "/step_through?network=Numbers&cell=Elman+RNN&step=12&unit=3",
    "gates": "/gates?step=5&unit=4&what_if=hold+lstm+f+all+0*read+2+i",
    "gates_numbers": "/gates?network=Numbers&days=60&hidden_size=16&step=12&unit=3",
    "gradients": "/gradients?step=40&forget_bias=3.0",
    "gradients_trained": "/gradients?weights=Trained&loss=Every+step&cut=4&step=5&unit=3",
    "race": "/compare?task=Long+lag&initialisation=Chrono",
    "by_length": "/compare?show=reach",
    "learning": "/compare?show=learning&watch=lstm&moment=8",
    "batching": "/compare?show=batching",
    "attention": "/attention?step=3",
    "benefit": "/attention?view=Does+it+help%3F",
    "decoding": "/attention?view=Decode&known=Below+100%2C000&sentence=123456",
    "decision": "/attention?view=A+decision",
    "explaining": "/attention?view=Is+it+an+explanation%3F",
    "read": "/text",
    "write": "/text?view=write",
    "units": "/text?view=units",
    "units_number": "/text?view=units&concept=indentation&tracker=f+7",
    "reach": "/text?view=reach",
    "own": "/text?view=own",
    "forecast": "/series",
    "trap": "/series?view=trap",
    "inside": "/series?view=inside",
    "anomalies": "/series?view=anomalies",
    "own_series": "/series?view=own",
    "classroom": "/gates?classroom=true&step=5",
    "lesson": f"/{LESSONS[3].page}?lesson={encode(LESSONS[3])}",
    "refused": "/step_through?text=anna1&hidden_size=10000000",
}
_DONE = "[data-test-script-state=notRunning]"
#: Only these are kept with the project, for README.
KEPT = ("step_through-wide-light.png", "gates-wide-dark.png", "read-wide-light.png")


def main(names: Sequence[str]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with serve() as address, chromium() as browser:
        for theme in ("light", "dark"):
            for kind, width in WIDTHS.items():
                for name in names or PAGES:
                    page = browser.new_page(viewport={"width": width, "height": 1000}, color_scheme=theme)
                    page.goto(address + PAGES[name])
                    page.locator(_DONE).wait_for(state="attached")
                    page.wait_for_timeout(2500)
                    file = FOLDER / f"{name}-{kind}-{theme}.png"
                    if file.name not in KEPT:  # the kept ones show what fits a screen, the others the whole page
                        height = page.evaluate("document.querySelector('.stMain').scrollHeight")
                        page.set_viewport_size({"width": width, "height": height})
                        page.wait_for_timeout(300)
                    page.screenshot(path=file)
                    page.close()
                    print(Path(file).relative_to(ROOT))


if __name__ == "__main__":
    main(sys.argv[1:])
