"""Changes of variables, from what the interpreter tells."""

from rlm_desktop.repl.restricted.variables import Known
from rlm_desktop.repl.wire import MAX_VARIABLES, MORE_NAMES


def told(name: str, sample: str = "1", look: str = "1") -> list[str]:
    return [name, "int", "", look, sample]


def test_new_changed_and_deleted_variables_are_told_apart():
    known = Known()
    known.changes([told("same"), told("other"), told("gone")])

    changes = known.changes([told("same"), told("other", "2"), told("fresh")])

    assert [(note["name"], note["change"]) for note in changes] == [
        ("other", "changed"),
        ("fresh", "new"),
        ("gone", "deleted"),
    ]


def test_what_is_not_as_agreed_is_left_out():
    assert Known().changes("nonsense") == []
    assert Known().changes([["short"], ["a", 1, "", "", ""], told("good"), None])[0]["name"] == "good"


def test_long_texts_are_cut_and_a_long_list_ends_with_a_count():
    (note,) = Known().changes([["n" * 500, "t" * 500, "s" * 500, "p" * 500, "x"]])
    many = Known().changes([told(f"name{number}") for number in range(MAX_VARIABLES + 10)])

    assert max(len(note[field]) for field in ("name", "type", "size", "preview")) == 200
    assert len(many) == MAX_VARIABLES
    assert many[-1] == {"name": MORE_NAMES, "change": "new", "size": "11 more variables"}
