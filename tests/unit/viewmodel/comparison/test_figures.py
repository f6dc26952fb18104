from rlm_desktop.trace.facts import Usage
from rlm_desktop.trace.tree import Trace
from rlm_desktop.viewmodel.comparison.figures import Figure, figures_of
from tests.support.traces import call_finished, call_started, entries, run_finished, run_started, turn_started

BEGIN = (run_started(), turn_started(2), call_started(3, 2, "root"))


def trace(cost: int | None = 10, tokens: int = 100, status: str = "answered") -> Trace:
    usage = Usage(input_tokens=tokens, cached_input_tokens=tokens // 2, output_tokens=5)
    return Trace(entries([*BEGIN, call_finished(3, cost, usage=usage), run_finished(status=status)]))


def figure(name: str, left: Trace, right: Trace) -> Figure:
    return next(one for one in figures_of(left, right) if one.name == name)


def test_a_difference_is_right_minus_left_with_its_share_of_the_left():
    found = figure("Tokens in", trace(tokens=1_000), trace(tokens=1_250))

    assert (found.left, found.right, found.change, found.percent) == ("1,000", "1,250", "+250", "+25.0 %")
    assert found.differs


def test_less_has_a_minus():
    found = figure("Cost", trace(cost=200_000_000), trace(cost=150_000_000))

    assert (found.change, found.percent) == ("−$0.0500", "−25.0 %")


def test_an_unknown_price_stays_unknown_and_is_no_difference():
    for left, right in ((None, 10), (10, None), (None, None)):
        found = figure("Cost", trace(cost=left), trace(cost=right))

        assert (found.change, found.percent, found.by, found.differs) == ("unknown", "", None, False)
    assert figure("Cost", trace(cost=None), trace()).left == "unknown price"


def test_nothing_has_no_share():
    found = figure("Tokens in", trace(tokens=0), trace(tokens=4))

    assert (found.change, found.percent) == ("+4", "")


def test_tiny_amounts_are_not_made_to_look_like_nothing():
    assert figure("Cost", trace(cost=10), trace(cost=12)).change == "more by < $0.0001"
    assert figure("Tokens in", trace(tokens=100_000), trace(tokens=100_001)).percent == "+< 0.1 %"


def test_the_same_run_has_no_difference():
    assert not any(one.differs for one in figures_of(trace(), trace()))


def test_all_that_is_asked_for_is_there():
    names = [one.name for one in figures_of(trace(), trace(status="partial"))]

    assert names == [
        "Status",
        "Cost",
        "Tokens in",
        "of them cached",
        "Tokens out",
        "Calls",
        "Errors",
        "Retries",
        "Turns",
        "Time",
    ]
    assert figure("Status", trace(), trace(status="partial")).right == "partial answer"


def test_a_run_that_is_not_there_has_dashes():
    found = figures_of(trace(), Trace())

    assert {one.right for one in found} == {"–"}
    assert {one.change for one in found if one.name != "Status"} == {"unknown"}
