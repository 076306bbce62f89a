"""What a person waits for who gives a series."""

from __future__ import annotations

import math
import time
from datetime import datetime, timedelta

from playwright.sync_api import Browser

ROWS = 5000
_START, _STEP = datetime(2012, 1, 1), timedelta(minutes=5)


def waits(browser: Browser, address: str) -> tuple[float, float]:
    """Seconds from a file to what is understood of it, and from the click that trains to the first network's link."""
    rows = (f"{_START + place * _STEP};{20 + 5 * math.sin(place / 46):.2f}" for place in range(ROWS))
    table = "\n".join(["time;value", *rows]).encode()
    page = browser.new_context().new_page()
    page.goto(f"{address}/series?view=own&own_cells=gru")
    field = page.locator("input[type=file]")
    field.wait_for(state="attached")
    page.wait_for_load_state("networkidle")
    start = time.perf_counter()
    field.set_input_files({"name": "table.csv", "mimeType": "text/csv", "buffer": table})
    page.get_by_text("As understood").wait_for()
    understood = time.perf_counter() - start
    start = time.perf_counter()
    page.get_by_role("button", name="Train").click()
    page.get_by_text("With this series").wait_for(timeout=60_000)
    learned = time.perf_counter() - start
    page.context.close()
    return understood, learned
