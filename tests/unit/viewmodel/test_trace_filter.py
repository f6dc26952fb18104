"""What may be typed into the trace's filter, and what is said of the rest."""

import pytest

from rlm_desktop.viewmodel.trace_filter import BadFilter, Term, completions, parse


def test_nothing_is_no_filter():
    assert parse("  ") is None


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("kind:call", [Term(name="kind", values=("call",))]),
        ("KIND:Call,step", [Term(name="kind", values=("call", "step"))]),
        ("-status:ok", [Term(name="status", values=("ok",), is_turned=True)]),
        ("cost>=$0.5", [Term(name="cost", operator=">=", number=0.5)]),
        ('text:"Two Words"', [Term(name="text", values=("two words",))]),
        ('"two words" three', [Term(name="text", values=("two words",)), Term(name="text", values=("three",))]),
        ('"never ends', [Term(name="text", values=("never ends",))]),
        ("depth:2", [Term(name="depth", number=2.0)]),
        ("at<90", [Term(name="at", operator="<", number=90.0)]),
    ],
)
def test_terms_are_read(typed, terms):
    assert list(parse(typed).terms) == terms


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("colour:red", "There is no colour to filter by: use one of kind, status"),
        ("cost>much", "cost wants a number, as in cost>1."),
        ("kind:cal", "There is no kind cal: use run, turn"),
        ("kind>call", "kind cannot be compared with >: write kind:call."),
        ("status:", "Something is missing after status: write status:error."),
        ('""', "Something is missing after text"),
    ],
)
def test_what_is_no_filter_is_said_with_what_to_write(typed, said):
    with pytest.raises(BadFilter) as caught:
        parse(typed)

    assert str(caught.value).startswith(said)


def test_what_is_begun_can_be_completed():
    assert completions("sta", []) == ["status:"]
    assert completions("kind:call co", []) == ["cost>"]
    assert completions("-kind:ca", []) == ["kind:call"]
    assert completions("model:m", ["mini", "large"]) == ["model:mini"]
    assert completions("kind:call ", []) == []
