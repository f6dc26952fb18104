"""What the formats for other viewers share."""

import pytest

from rlm_desktop.export.errors import NotFit
from rlm_desktop.export.spans import (
    end_of,
    exact_dollars,
    iso,
    nanoseconds,
    outcome_of,
    shortened,
    well_formed,
    whole_run,
)
from rlm_desktop.trace.events import RunStarted
from tests.support.exported import written
from tests.support.kinds_of_runs import KINDS, GivenRun


@pytest.mark.parametrize(
    ("nano", "written"),
    [
        (None, ""),
        (0, "0"),
        (1, "0.000000001"),
        (1_900_000, "0.0019"),
        (10**9, "1"),
        (12_345_678_901_234_567_890, "12345678901.23456789"),
    ],
)
def test_a_cost_is_written_to_the_last_nano_dollar(nano, written):
    assert exact_dollars(nano) == written


def test_a_text_that_is_too_long_keeps_head_and_tail_and_counts_the_rest():
    text = "".join(chr(0x4E00 + number % 2_000) for number in range(10_000))

    short = shortened(text, 1_000)

    head, mark, tail = short.split("\n")
    assert text.startswith(head)
    assert text.endswith(tail)
    assert mark == f"… {10_000 - len(head) - len(tail):,} characters left out …"
    assert len(head) + len(tail) == 1_000


def test_a_text_that_fits_stays_as_it_is():
    assert shortened("x" * 1_000, 1_000) == "x" * 1_000


def test_half_a_character_becomes_a_replacement_sign():
    assert well_formed("a\ud800b\U0001f600") == "a\ufffdb\U0001f600"


def test_times_keep_their_microseconds():
    assert iso(1_760_000_000.25) == "2025-10-09T08:53:20.250000+00:00"
    assert nanoseconds(1_760_000_000.25) == 1_760_000_000_250_000_000


def test_what_goes_on_lasts_until_the_last_entry():
    whole = whole_run(KINDS["running"]())

    assert end_of(whole.trace, whole.root) == whole.trace.last_at > whole.root.started


@pytest.mark.parametrize(
    ("kind", "status", "reason"),
    [
        ("answered", "answered", ""),
        ("partial", "partial", "$2.00 is spent, so no further call was sent."),
        ("failed", "failed", "Five turns in a row failed."),
        ("cancelled", "cancelled", "You stopped it."),
        ("running", "running", ""),
    ],
)
def test_a_run_tells_how_it_ended_and_why(kind, status, reason):
    whole = whole_run(KINDS[kind]())

    outcome = outcome_of(whole.trace, whole.root)

    assert (outcome.status, outcome.reason) == (status, reason)


@pytest.mark.parametrize("name", ["csv", "chrome", "otlp", "inspect"])
def test_a_run_that_lost_its_beginning_is_refused_in_a_sentence(name):
    run = KINDS["answered"]()
    rest = [entry for entry in run.given if not isinstance(entry.event, RunStarted)]

    with pytest.raises(NotFit, match="has lost its beginning"):
        written(name, GivenRun(given=rest, texts=run.texts))
