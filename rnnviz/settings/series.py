"""What the page on series can be set to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rnnviz.cells import GRU, MAIN, Cell
from rnnviz.settings.kinds import CellChoice, Cells, Choice, Known, Span, Text, declare
from rnnviz.settings.page import Page

#: The series that are forecast, and the one of a person's own, where an address names it.
FORECAST = {
    "seattle": "Seattle",
    "sunspots": "Sunspots",
    "co2": "CO₂",
    "glucose": "Glucose",
    "ibm-price": "IBM: price",
    "ibm-return": "IBM: return",
    "ibm-range": "IBM: range",
    "own": "Your own series",
}

#: The series that are watched for what does not belong in them: two with labels, three without, and one's own.
WATCHED = {
    "bleeding": "Arterial pressure",
    "water": "Flow of water",
    "ibm-range": "IBM: range",
    "aapl-range": "Apple: range",
    "msft-range": "Microsoft: range",
    "own": "Your own series",
}


#: The stocks of the view about the trap.
STOCKS = {"aapl": "Apple", "ibm": "IBM", "msft": "Microsoft"}
#: What a unit may follow, in the order of their list.
FOLLOWED = {
    "season": "The season",
    "mean": "The mean of what is read",
    "last": "The last value",
    "change": "The last change",
}


def _forecasts(known: Known) -> bool:
    return bool(known.view in ("forecast", "inside"))


def _watches(known: Known) -> bool:
    return bool(known.view == "anomalies")


def _has_cell(known: Known) -> bool:
    return bool(known.view != "own")


def _is_trap(known: Known) -> bool:
    return bool(known.view == "trap")


def _with_own(choice: Choice, known: Known) -> Choice:
    return choice if known.own else choice.among({name: one for name, one in choice.titles.items() if name != "own"})


@dataclass(frozen=True)
class Forecasting:
    """Which part of the page, and which series."""

    view: str = declare(
        Choice(
            "Show", "Which part of the page is shown.",
            {
                "forecast": "Forecast",
                "trap": "The trap",
                "inside": "Inside",
                "anomalies": "Anomalies",
                "own": "Your own series",
            },
            default="forecast", group="view",
        )
    )  # fmt: skip
    own: str = declare(
        Text("Run", "Which run on a series of one's own: nobody finds it who has not its address.", default="")
    )
    series: str = declare(
        Choice("Series", "What is forecast.", FORECAST, default="seattle", group="series", look="list",
               when=_forecasts, adapt=_with_own)
    )  # fmt: skip
    watched: str = declare(
        Choice("Watched series", "In which series alarms are given.", WATCHED, default="bleeding", group="series",
               look="list", when=_watches, adapt=_with_own)
    )  # fmt: skip
    cell: Cell = declare(
        CellChoice("Cell", "What the network is made of.", default=GRU, group="cell", when=_has_cell, carried=True)
    )
    stock: str = declare(
        Choice("Stock", "Whose price is forecast.", STOCKS, default="ibm", group="series", when=_is_trap)
    )
    shift: int = declare(
        Span("Shift the forecast back, in days", "By how many days the line of the forecast is drawn earlier.", 0, 3,
             default=0, group="shift", look="slider", width=320, when=_is_trap)
    )  # fmt: skip
    follows: str = declare(
        Choice("What a unit may follow", "What the units of the network are compared with.", FOLLOWED,
               default="season", group="units", when=lambda known: known.view == "inside")
    )  # fmt: skip
    own_cells: tuple[Cell, ...] = declare(
        Cells("Cells", "Which cells learn from a series of one's own, each three times.", default=MAIN, group="own",
              when=lambda known: known.view == "own")
    )  # fmt: skip


PAGE = Page(
    "series",
    "Series",
    ":material/show_chart:",
    "At work",
    "Weather, sunspots, stocks, your own numbers: forecasts and alarms of trained networks, beside the simple methods "
    "that often win.",
    values=Forecasting,
    groups={
        "view": "Views",
        "series": "Series",
        "cell": "Cell",
        "shift": "Shift",
        "units": "Units",
        "own": "Your own series",
    },
    parts={
        "view": "Which part of the page is shown.",
        "series": "Which series is forecast or watched.",
        "cell": "Which cell the network is made of.",
        "shift": "By how many days a price forecast is drawn earlier.",
        "units": "Which units of the network follow what.",
        "own": "Giving a series of one's own, and training networks on it.",
    },
    kinds=("forecasting",),
    player=("step", "unit", "line", "size", "inside", "ahead", "back", "way", "threshold", "what_if"),
    asks=True,
    most_steps=20_000,
    most_units=128,
)


def forecasting(**given: Any) -> Forecasting:
    """What the page shows, from what is given; what is missing, or cannot be, is its default."""
    found: Forecasting = PAGE.of(given)
    return found
