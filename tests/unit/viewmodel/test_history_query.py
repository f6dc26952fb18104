import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlm_desktop.trace.ids import RunId
from rlm_desktop.viewmodel.history_query import HistoryQuery, term_of, with_term
from rlm_desktop.viewmodel.history_rows import HistoryRow

ROW = HistoryRow(
    run=RunId("r"),
    title="Who raised the dues?",
    status="failed",
    cost_nano_usd=500_000_000,
    seconds=130.0,
    calls=12,
    root="openai/gpt-5",
    worker="ollama/qwen3",
    tags=("Dues", "two words"),
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "status:failed",
        "STATUS:Fail",
        "status:no-answer",
        "status:answered status:failed",
        "model:GPT",
        "model:qwen model:nowhere",
        "cost>0.4",
        "cost>=$0.5",
        "cost:0.5",
        "cost<1 cost>.1",
        "time>2m",
        "time<1h",
        "time:130s",
        "calls>10",
        "calls<=12",
        "tag:dues",
        'tag:"two words" tag:du',
        "status:failed model:gpt cost>0.4 tag:dues",
    ],
)
def test_a_run_within_all_fields_is_taken(text):
    query = HistoryQuery.of(text)

    assert query.takes(ROW)
    assert (query.words, query.hint, bool(query)) == ((), "", bool(text))


@pytest.mark.parametrize(
    "text",
    [
        "status:answered",
        "model:claude",
        "cost>0.5",
        "cost<0.5",
        "cost:unknown",
        "time>3m",
        "calls>12",
        "tag:other",
        "tag:dues tag:other",
        "is:pinned",
    ],
)
def test_a_run_outside_of_one_is_not(text):
    assert not HistoryQuery.of(text).takes(ROW)


def test_an_unknown_figure_is_within_no_bound():
    row = HistoryRow(run=RunId("r"), title="", status="answered")

    assert not any(HistoryQuery.of(text).takes(row) for text in ("cost<9", "cost>=0", "time<9h"))
    assert HistoryQuery.of("cost:unknown").takes(row)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("harbour dues", ("harbour", "dues")),
        ('"raised the  dues" board', ("raised the dues", "board")),
        ('half "open', ("half", "open")),
        ("see http://x.org foo:bar", ("see", "http://x.org", "foo:bar")),
        ('""', ()),
        ("a a b", ("a", "b")),
        ("status:failed words", ("words",)),
        ('un"quoted middle"', ("un", "quoted middle")),
    ],
)
def test_what_is_no_field_is_words(text, words):
    assert HistoryQuery.of(text).words == words


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("cost>", "cost>0.5"),
        ("cost>abc", "cost>0.5"),
        ("cost>5m", "cost>0.5"),
        ("calls>x", "calls>10"),
        ("time>soon", "time>2m"),
        ("status:", "answered, partial, failed, stopped"),
        ("status:odd", "answered, partial, failed, stopped"),
        ("is:", "pinned"),
    ],
)
def test_an_unfinished_field_hides_nothing_and_says_what_it_wants(text, hint):
    query = HistoryQuery.of(text)

    assert query.takes(ROW)
    assert hint in query.hint


@given(st.text(alphabet=st.sampled_from(list(' ":<>=costaglimedx0.5$*(')), max_size=40) | st.text(max_size=40))
def test_nothing_that_can_be_typed_raises(text):
    HistoryQuery.of(text).takes(ROW)


def test_a_chosen_field_takes_the_place_of_its_other_values_and_goes_when_chosen_again():
    once = with_term("dues status:answered", "status:failed")

    assert once == "dues status:failed"
    assert with_term(once, "status:failed") == "dues"
    assert with_term("cost>1 dues", "cost:unknown") == "dues cost:unknown"
    assert with_term("", term_of("tag", 'two "words"')) == 'tag:"two  words"'
