"""A page of the app without a browser."""

from streamlit.testing.v1 import AppTest

from rnnviz.settings import PAGES
from tools.serving import ROOT


def visit(name, **query):
    """Open a page by its name, with what the address says of it."""
    page = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    page.query_params.update(query)
    return page.switch_page(PAGES[name].path).run()
