import pytest

from rlm_desktop.corpus.gathering import gather
from rlm_desktop.export.answer import percent, shares_of
from rlm_desktop.trace.events import Entry, EvidenceChecked, LimitsChanged, RunFinished, TurnStarted
from rlm_desktop.trace.facts import Coverage, Limits, Quote
from rlm_desktop.trace.ids import NodeId, RunId, RunNodeId
from rlm_desktop.viewmodel.run_standing import standing_of
from rlm_desktop.viewmodel.shown_run import ShownRun
from tests.support.sample_runs import ANSWER, harbour_run
from tests.support.traces import run_started

RUN = RunId("a")


@pytest.fixture
def shown(qapp):
    return ShownRun()


@pytest.fixture(scope="module")
def harbours():
    entries, texts = harbour_run()
    return entries, lambda reference: texts[reference.digest]


def ended(shown: ShownRun, status: str, reason: str = "") -> Entry:
    seq = len(shown.items.entries) + 1
    finished = RunFinished(run=RunNodeId(NodeId(1)), status=status, seconds=3.0, reason=reason)
    return Entry(seq, shown.items.trace.last_at, finished)


def test_a_live_run_and_the_same_run_opened_later_show_the_same(shown, harbours, qapp):
    entries, load = harbours
    shown.begin(RUN, "?", load)
    for start in range(0, len(entries), 7):
        shown.feed(entries[start : start + 7])
    past = ShownRun()
    past.open_past(RUN, entries, load)

    assert shown.answer() == past.answer()
    assert standing_of(shown, 0.0) == standing_of(past, 9e9)
    assert [node.id for node in shown.items.trace.walk()] == [node.id for node in past.items.trace.walk()]


def test_the_money_limit_shown_is_the_one_that_the_user_set_last(shown):
    changed = LimitsChanged(run=RunNodeId(NodeId(1)), limits=Limits(cost_nano_usd=2_000_000_000))
    shown.begin(RUN, "?", lambda _reference: "")

    shown.feed([Entry(1, 1.0, run_started()), Entry(2, 2.0, changed)])

    assert standing_of(shown, 2.0).cost_limit == 2_000_000_000


def test_the_end_of_the_root_run_ends_the_live_run_once(shown, harbours, qtbot):
    entries, load = harbours
    shown.begin(RUN, "?", load)
    shown.feed(entries[:-1])
    assert shown.is_live

    with qtbot.waitSignal(shown.ended):
        shown.feed(entries[-1:])

    assert not shown.is_live
    with qtbot.assertNotEmitted(shown.ended):
        shown.end()


def test_entries_that_are_there_already_are_left_out(shown, harbours):
    entries, load = harbours
    shown.open_live(RUN, entries[:50], load)

    shown.feed(entries[40:60])

    assert shown.items.entries == entries[:60]


def test_the_answer_is_that_of_the_position_looked_at(shown, harbours):
    entries, load = harbours
    shown.open_past(RUN, entries, load)
    answer = shown.answer()
    assert answer is not None
    assert (answer.text, answer.status) == (ANSWER, "answered")

    second_turn = next(i for i, e in enumerate(entries) if isinstance(e.event, TurnStarted) and e.event.number == 2)
    shown.items.go_to(second_turn + 1)

    earlier = shown.answer()
    assert earlier is not None
    assert (earlier.text, earlier.status) == (None, None)
    assert standing_of(shown, 0.0).words == "At turn 2"


@pytest.mark.parametrize(
    ("status", "begin"),
    [
        ("partial", "Partial answer. The budget"),
        ("failed", "There is no answer. The budget"),
        ("cancelled", "The run was stopped. The budget"),
        ("interrupted", "The run was interrupted. The budget"),
    ],
)
def test_an_answer_that_is_not_whole_says_so_with_its_reason(shown, harbours, status, begin):
    entries, load = harbours
    shown.open_past(RUN, entries[:-1], load)
    shown.feed([ended(shown, status, "The budget is spent.")])

    answer = shown.answer()

    assert answer is not None
    assert answer.warning.startswith(begin)
    assert standing_of(shown, 0.0).role == ("error" if status == "failed" else "warn")


def test_evidence_is_counted_in_words(shown, harbours):
    entries, load = harbours
    shown.open_past(RUN, entries[:-1], load)
    quotes = (Quote(text="a", match="exact"), Quote(text="b", match="several"), Quote(text="c", match="none"))
    coverage = Coverage(sent_to_workers=0.61, shown_to_root=0.05, never_read=0.35)
    checked = EvidenceChecked(run=RunNodeId(NodeId(1)), quotes=quotes, coverage=coverage)
    shown.feed([Entry(len(entries), shown.items.trace.last_at, checked)])

    answer = shown.answer()

    assert answer is not None
    assert answer.evidence_in_short == "2 quotes proved · 1 not found"
    assert standing_of(shown, 0.0).note == "workers read 61 % of 10 files"


def test_the_parts_of_the_coverage_add_up_to_the_whole():
    shares = shares_of(Coverage(sent_to_workers=0.6, shown_to_root=0.2, never_read=0.3))

    assert sum(share.part for share in shares) == pytest.approx(1)
    assert [share.role for share in shares] == ["worker", "root", "line"]


def test_a_little_is_never_shown_as_nothing():
    assert (percent(0), percent(0.004), percent(0.61)) == ("0 %", "< 1 %", "61 %")


def test_a_gitignore_is_not_counted_as_a_file_that_could_not_be_read(shown, tmp_path):
    (tmp_path / ".gitignore").write_text("*.log\n")
    (tmp_path / "a.log").write_text("left out")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    skipped = gather([tmp_path]).skipped
    started = run_started(skipped=skipped)

    shown.open_past(RUN, [Entry(seq=1, at=1.0, event=started)], lambda _reference: "")

    assert len(skipped) == 2
    assert shown.unread == 1
