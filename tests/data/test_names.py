import subprocess
import sys

import pytest

from rnnviz.data.names import BOUNDARY, VOCABULARY, encode, load_names, split

NAMES = load_names()


def test_there_are_5163_distinct_names_of_letters_only():
    assert len(NAMES) == len(set(NAMES)) == 5163
    assert set("".join(NAMES)) == set(VOCABULARY[1:])
    assert list(NAMES) == sorted(NAMES)
    assert {"james", "mary"} < set(NAMES)


def test_vocabulary_is_the_boundary_and_the_alphabet():
    assert len(VOCABULARY) == 27
    assert VOCABULARY[0] == BOUNDARY == "·"
    assert "".join(VOCABULARY[1:]) == "abcdefghijklmnopqrstuvwxyz"


def test_encode_puts_the_boundary_at_both_ends():
    assert encode("ann") == (0, 1, 14, 14, 0)
    assert encode("AnN") == encode("ann")
    assert "".join(VOCABULARY[code] for code in encode("zoe")) == "·zoe·"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The name is empty; write at least one of the letters a to z."),
        ("zoë", "Character 3 of the name, 'ë', is not known; write the letters a to z only."),
        ("mary ann", "Character 5 of the name, ' ', is not known"),
        ("·ann", "Character 1 of the name, '·', is not known"),
        ("aİb", "Character 2 of the name, 'İ', is not known"),  # lowered, it would be two characters
        ("\N{KELVIN SIGN}im", "Character 1 of the name"),  # lowered, it would be a plain k
        ("a\n", r"Character 2 of the name, '\n', is not known"),
    ],
)
def test_encode_says_which_character_is_not_known(text, message):
    with pytest.raises(ValueError, match=r"^(The|Character)") as refused:
        encode(text)
    assert message in str(refused.value)


def test_split_is_disjoint_complete_and_fixed_by_its_seed():
    parts = split(NAMES, seed=0)
    assert [len(part) for part in parts] == [4130, 516, 517]
    assert sorted(name for part in parts for name in part) == list(NAMES)
    assert split(NAMES, seed=0) == parts
    assert split(NAMES, seed=1) != parts


def test_module_needs_neither_torch_nor_the_names_package():
    code = "import sys; import rnnviz.data.names; sys.exit(bool({'torch', 'names'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
