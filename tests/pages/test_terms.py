"""Every word explains itself: on each page, what is drawn by Streamlit says what its terms mean."""

import re

import pytest

from rnnviz.lessons.glossary import terms_in
from rnnviz.settings import PAGES
from tests.pages.visit import visit

VIEWS = [(name, {}) for name in PAGES] + [
    ("step_through", {"network": "random"}),
    ("step_through", {"network": "numbers"}),
    ("gradients", {"clipping": "true"}),
    ("compare", {"show": "batching"}),
    ("compare", {"show": "reach"}),
    ("attention", {"view": "helps"}),
    ("attention", {"view": "decode"}),
    ("attention", {"view": "explains"}),
    ("attention", {"view": "decision"}),
]


@pytest.mark.parametrize(("name", "query"), VIEWS)
def test_headings_and_tables_explain_their_terms(name, query):
    page = visit(name, **query)
    for heading in (*page.header, *page.subheader):
        for term in terms_in(heading.value):
            assert term.meaning in heading.proto.help
    for table in re.findall(r"<table.*?</table>", " ".join(one.value for one in page.markdown)):
        for head in re.findall(r'(?:<caption.*?|<th scope="col")>(.*?)</(?:caption|th)>', table):
            for term in terms_in(re.sub("<.*?>", "", head)):
                assert f'href="glossary#{term.name}"' in head


@pytest.mark.parametrize(("name", "query"), VIEWS)
def test_controls_explain_their_terms(name, query):
    page = visit(name, **query)
    shown = PAGES[name].settings
    widgets = [
        page.get(kind) for kind in ("button_group", "selectbox", "number_input", "slider", "toggle", "text_input")
    ]
    for widget in (one for kind in widgets for one in kind if one.key in shown):
        for term in terms_in(*shown[widget.key].labels):
            assert term.meaning in (widget.proto.help if hasattr(widget.proto, "help") else widget.help)
