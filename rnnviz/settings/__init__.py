"""What each page can be set to, said once: the address, the controls and the lessons follow from it."""

from __future__ import annotations

from collections.abc import Mapping

from rnnviz.settings import attention, compare, gates, gradients, series, step_through, text
from rnnviz.settings.page import Page

#: Every page there is, in the order of the menu. The menu, the home page's cards and the lessons are made from this.
PAGES: Mapping[str, Page] = {
    page.name: page
    for page in (
        Page("home", "rnnviz", ":material/home:", kinds=("player", "path")),
        step_through.PAGE,
        gates.PAGE,
        gradients.PAGE,
        compare.PAGE,
        attention.PAGE,
        text.PAGE,
        series.PAGE,
        Page("glossary", "Glossary", ""),
    )
}
