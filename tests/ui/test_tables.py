import numpy as np
import pytest

from rnnviz.ui.tables import table, words


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "0"), (0.0471, "0.0471"), (-2.0, "−2"), (8.962, "8.96"), (12345.6, "12,346"), (1e-300, "1.0 · 10⁻³⁰⁰"),
        (1.5e300, "1.5 · 10³⁰⁰"), (np.inf, "too large for a computer's numbers"), (1.9e-4, "1.9 · 10⁻⁴"),
    ],
)  # fmt: skip
def test_any_number_can_be_said(value, said):
    assert words(value) == said


def test_a_table_names_its_rows_and_columns_and_keeps_its_text_text():
    drawn = table(("", "A & B"), [("first <row>", "1")], "Counted")
    assert 'role="region" tabindex="0" aria-label="Counted"' in drawn
    assert drawn.endswith(
        '<caption style="text-align: left">Counted</caption><tr><td></td><th scope="col">A &amp; B</th></tr>'
        '<tr><th scope="row">first &lt;row&gt;</th><td>1</td></tr></table></div>'
    )
    assert "<caption" not in table(("A",), [("1",)])
