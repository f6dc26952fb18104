import gc
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QObject

from rlm_desktop.corpus.store.seen import FileSeen
from rlm_desktop.service.errors import EngineGone
from rlm_desktop.service.messages import (
    Command,
    DocumentsRead,
    DocumentsSeen,
    EngineFault,
    Entries,
    FinishRun,
    ListCorpora,
    ReadDocuments,
    RunAccepted,
    RunEnded,
    RunRefused,
    StartRun,
    StopRun,
)
from rlm_desktop.service.model_messages import ListModels, ModelListed, ModelsListed
from rlm_desktop.settings.preferences import Preferences
from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.journal import Journal
from rlm_desktop.trace.events import ChoiceAsked, ChoiceMade, Entry, LimitsChanged, ReplyGrew
from rlm_desktop.trace.facts import Limits
from rlm_desktop.trace.ids import ChoiceId, NodeId, RunId, RunNodeId
from rlm_desktop.viewmodel.asking import Asking
from rlm_desktop.viewmodel.history_items import HistoryItems
from rlm_desktop.viewmodel.remedies import Problem
from rlm_desktop.viewmodel.run_standing import standing_of
from rlm_desktop.viewmodel.session import Session
from rlm_desktop.viewmodel.shelf import Shelf
from rlm_desktop.viewmodel.shown_run import ShownRun
from tests.support.recorded import record
from tests.support.sample_runs import ANSWER, harbour_run
from tests.support.traces import entries, run_started

ENTRIES, TEXTS = harbour_run()


@dataclass
class FakeEngine:
    """Keeps what it is sent; may be gone."""

    sent: list[Command] = field(default_factory=list)
    is_gone: bool = False

    def send(self, command: Command) -> None:
        if self.is_gone:
            raise EngineGone("The engine is not running.")
        self.sent.append(command)

    def last(self, kind: type) -> Command:
        return next(command for command in reversed(self.sent) if isinstance(command, kind))


class Desk:
    """A session with all it joins."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.owner = QObject()
        self.engine = FakeEngine()
        self.shelf = Shelf(data_dir)
        self.asking = Asking(Preferences())
        self.shown, self.history = ShownRun(self.owner), HistoryItems(self.owner)
        self.session = Session(self.engine, self.shelf, self.asking, self.shown, self.history, self.owner)
        self.problems: list[Problem] = []
        self.session.troubled.connect(self.problems.append)
        self.session.begin()

    def ready_to_ask(self) -> None:
        self.asking.give(["/r"])
        request = self.engine.last(ReadDocuments).request
        one = FileSeen(path="/r/one.txt", name="one.txt", state="ready", characters=9)
        seen = DocumentsSeen(request=request, seen=(one,))
        self.session.on_fact(seen)
        self.session.on_fact(DocumentsRead(request=request))
        self.session._drain()
        self.asking.write("Who?")

    def ask(self) -> RunId:
        self.session.ask()
        return self.engine.last(StartRun).run

    def tell(self, *facts) -> None:
        for fact in facts:
            self.session.on_fact(fact)
        self.session._drain()


@pytest.fixture
def desk(qapp, tmp_path):
    made = Desk(tmp_path)
    yield made
    made.shelf.close()
    del made
    # Here, not in whatever thread runs next: Qt objects are destroyed where they were made.
    gc.collect()


def recorded(desk: Desk, run: RunId, count: int) -> None:
    """The engine writes the first entries of the sample run."""
    record(desk.data_dir, run, ENTRIES[:count], TEXTS)


def write_on(desk: Desk, run: RunId, entries) -> None:
    database = Database.open(desk.data_dir / FILE_NAME)
    times = [0.0]
    journal = Journal(database, clock=lambda: times[-1])
    journal.begin(run)
    for entry in entries:
        times.append(entry.at)
        journal.record(run, entry.event)
    database.close()


def titles(history: HistoryItems) -> list[str]:
    return [history.index(place).data() for place in range(history.rowCount())]


def test_given_documents_are_read_and_listed_by_folder(desk):
    desk.ready_to_ask()

    rows = desk.asking.documents.rows()

    assert [(row.name, row.folder, row.state) for row in rows] == [("one.txt", "r", "ready")]
    assert not desk.asking.is_reading


def test_asking_sends_what_was_chosen_and_shows_a_live_run(desk):
    desk.ready_to_ask()
    desk.asking.choose(root="openai/gpt-5", base_url="http://localhost:1/v1", max_turns=3)

    run = desk.ask()

    spec = desk.engine.last(StartRun).spec
    assert (spec.question, spec.paths, spec.root, spec.base_url) == (
        "Who?",
        ("/r",),
        "openai/gpt-5",
        "http://localhost:1/v1",
    )
    assert spec.limits.turns == 3
    assert (desk.shown.run, desk.shown.is_live, desk.asking.is_running) == (run, True, True)
    assert titles(desk.history) == ["Who?"]


def test_asking_about_what_is_ready_does_not_wait(desk):
    desk.ready_to_ask()
    desk.asking.give(["/s"])

    desk.asking.ask_ready()

    assert desk.engine.last(StartRun).spec.ready_only
    assert (desk.asking.is_running, desk.asking.is_reading) == (True, True)


def test_after_reading_was_stopped_a_question_is_about_what_is_ready(desk):
    desk.ready_to_ask()
    desk.asking.give(["/s"])
    request = desk.engine.last(ReadDocuments).request
    seen = FileSeen(path="/s/two.txt", name="two.txt", state="queued")
    desk.tell(DocumentsSeen(request=request, seen=(seen,)))

    desk.asking.reading.stop()
    desk.tell(DocumentsRead(request=request))
    desk.session.ask()

    assert desk.engine.last(StartRun).spec.ready_only


def test_asking_while_documents_are_read_waits_for_them(desk):
    desk.asking.give(["/r"])
    desk.asking.write("Who?")
    desk.session.ask()
    assert desk.asking.is_waiting
    assert not [command for command in desk.engine.sent if isinstance(command, StartRun)]

    one = FileSeen(path="/r/one.txt", name="one.txt", state="ready")
    desk.tell(DocumentsSeen(request=1, seen=(one,)), DocumentsRead(request=1))

    assert desk.engine.last(StartRun).spec.paths == ("/r",)
    assert not desk.asking.is_waiting


def test_an_empty_folder_is_told_and_forgotten(desk):
    desk.asking.give(["/empty"])

    desk.tell(DocumentsRead(request=1))

    assert desk.problems[0].text.startswith("No file to read was found in /empty")
    assert desk.asking.paths == []


def test_a_burst_of_entries_is_shown_at_once_and_the_end_ends_the_run(desk, qtbot):
    desk.ready_to_ask()
    run = desk.ask()
    recorded(desk, run, len(ENTRIES))
    moves = []
    desk.shown.items.moved.connect(lambda position, count: moves.append(position))

    desk.tell(RunAccepted(run=run), *(Entries(run=run, entries=(entry,)) for entry in ENTRIES), RunEnded(run=run))

    assert moves == [len(ENTRIES)]
    assert (desk.shown.status, desk.shown.is_live, desk.asking.is_running) == ("answered", False, False)
    answer = desk.shown.answer()
    assert answer is not None
    assert answer.text == ANSWER


def test_stop_and_finish_go_to_the_live_run(desk):
    desk.ready_to_ask()
    run = desk.ask()

    desk.session.finish()
    desk.session.stop()

    assert desk.engine.last(FinishRun).run == run
    assert desk.engine.last(StopRun).run == run
    assert desk.asking.is_finishing
    assert desk.shown.is_finishing


def test_a_refused_run_leaves_the_question_and_says_why(desk):
    desk.ready_to_ask()
    run = desk.ask()

    desk.tell(RunRefused(run=run, reason="There is no key for openai/gpt-5. Set OPENAI_API_KEY.", error_kind="BadKey"))

    assert desk.problems == [Problem(text="There is no key for openai/gpt-5. Set OPENAI_API_KEY.", remedy="models")]
    assert (desk.shown.standing, desk.asking.is_running, desk.asking.question) == ("none", False, "Who?")
    assert titles(desk.history) == []


def test_a_past_run_is_opened_from_the_database(desk, qtbot):
    recorded(desk, RunId("past"), len(ENTRIES))

    with qtbot.waitSignal(desk.shown.opened):
        desk.session.open_run(RunId("past"))
    qtbot.waitUntil(lambda: bool(desk.shown.items.entries))

    assert [entry.event for entry in desk.shown.items.entries] == [entry.event for entry in ENTRIES]
    assert desk.shown.standing == "past"


def test_going_back_to_the_live_run_leaves_nothing_out(desk, qtbot):
    desk.ready_to_ask()
    run = desk.ask()
    recorded(desk, RunId("past"), 30)
    recorded(desk, run, 40)
    desk.tell(Entries(run=run, entries=tuple(ENTRIES[:40])))
    open_and_wait(desk, qtbot, RunId("past"), 30)

    write_on(desk, run, ENTRIES[40:50])
    desk.tell(Entries(run=run, entries=tuple(ENTRIES[40:50])))
    open_and_wait(desk, qtbot, run, 50)
    desk.tell(Entries(run=run, entries=tuple(ENTRIES[45:60])))

    assert [entry.seq for entry in desk.shown.items.entries] == list(range(1, 61))
    assert desk.shown.is_live


def open_and_wait(desk: Desk, qtbot, run: RunId, count: int) -> None:
    desk.session.open_run(run)
    qtbot.waitUntil(lambda: desk.shown.run == run and len(desk.shown.items.entries) == count)


def test_a_dead_engine_ends_the_run_and_is_told_once(desk):
    desk.ready_to_ask()
    desk.ask()

    desk.tell(
        EngineFault(text="The database is newer.", has_ended=True),
        EngineFault(text="The engine stopped with status 1.", has_ended=True),
    )

    assert desk.problems == [Problem(text="The database is newer.", remedy="restart")]
    assert (desk.asking.is_running, desk.shown.is_live) == (False, False)


def test_the_reason_of_the_end_comes_after_a_command_that_met_silence(desk):
    desk.ready_to_ask()
    desk.engine.is_gone = True
    desk.session.ask()

    desk.tell(EngineFault(text="The engine was killed by signal 9.", has_ended=True))

    assert desk.problems[-1] == Problem(text="The engine was killed by signal 9.", remedy="restart")
    assert len(desk.problems) == 2


def test_asking_without_an_engine_says_so(desk):
    desk.ready_to_ask()
    desk.engine.is_gone = True

    desk.session.ask()

    assert [problem.remedy for problem in desk.problems] == ["restart"]
    assert not desk.asking.is_running


def test_a_new_engine_reads_what_was_given_before(desk):
    desk.asking.give(["/r"])
    desk.engine.sent.clear()

    desk.session.begin()

    assert [type(command) for command in desk.engine.sent] == [ListModels, ListCorpora, ReadDocuments]


def test_models_are_offered_with_where_text_goes(desk):
    offered = []
    desk.session.models_listed.connect(offered.append)

    desk.tell(ModelsListed(models=(ModelListed(name="a/b", note="local", goes_to="this computer"),)))

    assert offered == [[("a/b", "local; text goes to this computer")]]


def test_streamed_pieces_of_a_reply_are_shown_but_not_counted(desk):
    desk.ready_to_ask()
    run = desk.ask()
    first = next(i for i, entry in enumerate(ENTRIES) if entry.event.kind == "call_started") + 1
    call = ENTRIES[first - 1].event.call
    desk.tell(Entries(run=run, entries=tuple(ENTRIES[:first])))

    grown = Entry(0, 1.0, ReplyGrew(call=call, text="Let me look"))
    desk.tell(Entries(run=run, entries=(grown,)))

    assert desk.shown.items.trace.live_text(call) == "Let me look"
    assert len(desk.shown.items.entries) == first


def test_a_run_whose_engine_was_lost_is_told_as_interrupted_at_once(desk):
    desk.ready_to_ask()
    run = desk.ask()
    desk.tell(RunAccepted(run=run), Entries(run=run, entries=tuple(ENTRIES[:12])))

    desk.tell(EngineFault(text="The engine was killed by signal 9.", has_ended=True))

    assert desk.history.row_of(run).status == "interrupted"
    assert standing_of(desk.shown, 0.0).words.startswith("Interrupted")
    assert desk.problems[-1].remedy == "restart"


def test_runs_are_deleted_and_the_shown_one_is_left(desk, qtbot):
    recorded(desk, RunId("past"), len(ENTRIES))
    desk.session.past.refresh()
    qtbot.waitUntil(lambda: desk.history.rowCount() == 1)
    with qtbot.waitSignal(desk.shown.filled):
        desk.session.open_run(RunId("past"))

    desk.session.past.delete([RunId("past"), RunId("never")])

    assert (titles(desk.history), desk.shown.standing, desk.problems) == ([], "none", [])


def test_a_run_that_waits_for_its_user_is_marked_while_another_is_looked_at(desk):
    desk.ready_to_ask()
    run = desk.ask()
    desk.shown.open_past(RunId("old"), ENTRIES[:3], lambda _reference: "")
    asked = ChoiceAsked(
        choice=ChoiceId(NodeId(9)), run=RunNodeId(NodeId(1)), about="limit", text="Enough?", actions=("raise", "stop")
    )
    made = ChoiceMade(choice=asked.choice, action="raise", text="You changed the limits.")

    desk.tell(RunAccepted(run=run), Entries(run=run, entries=tuple(entries([run_started(), asked]))))
    assert desk.history.row_of(run).note == "asks you"
    assert desk.asking.choice.open.asked == asked

    desk.tell(Entries(run=run, entries=tuple(entries([made]))))
    assert desk.history.row_of(run).note == "live"
    assert desk.asking.choice.open is None


def test_the_limit_shown_is_the_one_that_holds(desk):
    changed = LimitsChanged(run=RunNodeId(NodeId(1)), limits=Limits(cost_nano_usd=7))

    desk.shown.open_past(RunId("r"), entries([run_started(), changed]), lambda _reference: "")

    assert standing_of(desk.shown, 0.0).cost_limit == 7
