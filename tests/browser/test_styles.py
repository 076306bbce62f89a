"""The style sheet by what the browser makes of it: no rule is there to be overridden by another."""

from rnnviz.cells import GRU, LSTM
from rnnviz.data.number_words import say
from rnnviz.networks.translator import Translator
from tests.browser.stage import random_scene
from tests.browser.test_forecasting import forecasting_of
from tests.browser.test_learning import NEXT, NUMBER, learner
from tests.browser.test_translation import mount as mount_translation

#: For every element the rules that give it one property twice, whatever else is there: no state, no narrow place.
FIGHTS = """() => {
    const sheet = [...document.styleSheets].find(({ href }) => href?.endsWith("player.css"));
    const rules = [...sheet.cssRules].filter((rule) => rule.selectorText)
        .flatMap((rule) => rule.selectorText.split(/,(?![^(]*\\))/).map((text) => ({ text: text.trim(), rule })));
    const states = new Set([
        ".framed", ".classroom", ".larger", ".waiting", ".changed", ".chosen", ".came", ".on", ".blind", ".asked",
        "[hidden", "[aria-pressed", ":hover", ":focus-visible", ":disabled",
    ]);
    const ofState = (text) => (text.match(/[.:[][a-z-]+/g) ?? []).some((part) => states.has(part));
    const fights = new Set();
    for (const node of document.querySelectorAll(".player, .player *")) {
        const said = new Map();
        for (const { text, rule } of rules) {
            const [plain, pseudo] = text.split("::");
            if (ofState(text) || !node.matches(plain || "*")) continue;
            for (const property of rule.style) {
                const key = `${property} ${pseudo ?? ""}`;
                const before = said.get(key);
                const another = before && before.rule !== rule && !property.startsWith("--");
                if (another) fights.add(`${before.text} | ${text}`);
                said.set(key, { text, rule });
            }
        }
    }
    return [...fights];
}"""


def pictures(stage):
    scene = random_scene(LSTM, readout=True)
    yield stage.mount(scene)
    yield stage.mount(scene, view="glance")
    yield stage.mount_board([random_scene(cell, readout=True) for cell in (LSTM, GRU)])
    yield stage.mount_backward(scene, every_step=True, truncate=2)
    yield stage.mount_learning(*learner(answer=NEXT))
    yield stage.mount_learning(*learner(answer=NUMBER))
    forecast = stage.mount_forecasting(forecasting_of(opened=True)[1], initial={"whatIf": "value 50 6"})
    forecast.locator(".opened .equation").first.wait_for()
    yield forecast
    yield mount_translation(stage, Translator.load("en-de"), say(97_412, "en"))


def test_no_rule_overrides_another(stage):
    fights = set()
    for _ in pictures(stage):
        fights |= set(stage.page.evaluate(FIGHTS))
    assert not fights, "\n".join(sorted(fights))
