from dataclasses import dataclass, field

import pytest

from rlm_desktop.corpus.store.seen import FileSeen, FileState
from rlm_desktop.service.messages import (
    Command,
    CorporaListed,
    CorpusListed,
    CountTokens,
    DocumentsRead,
    DocumentsSeen,
    DocumentText,
    PreviewDocument,
    ReadDocuments,
    RemoveCorpus,
    SaveCorpus,
    StopReading,
    TokensCounted,
)
from rlm_desktop.settings.preferences import Preferences
from rlm_desktop.viewmodel.asking import Asking, Counted
from rlm_desktop.viewmodel.documents_desk import DocumentsDesk
from rlm_desktop.viewmodel.preview import Stretch
from rlm_desktop.viewmodel.remedies import Problem


@dataclass
class Office:
    """A desk, its form, and what was sent."""

    asking: Asking
    sent: list[Command] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.desk = DocumentsDesk(self.asking, self._send, self.asking)
        self.desk.troubled.connect(self.problems.append)
        self.asking.given.connect(self.desk.read)
        self.asking.refresh_asked.connect(lambda again: self.desk.refresh(again=again))

    def _send(self, command: Command) -> bool:
        self.sent.append(command)
        return True

    @property
    def request(self) -> int:
        return next(one.request for one in reversed(self.sent) if isinstance(one, ReadDocuments))

    def see(self, *paths: str, state: FileState = "ready") -> None:
        seen = tuple(FileSeen(path=path, name=path.removeprefix("/r/"), state=state) for path in paths)
        self.desk.note([DocumentsSeen(request=self.request, seen=seen)])

    def end(self, **known) -> None:
        self.desk.take(DocumentsRead(request=self.request, **known))

    @property
    def listed(self) -> list[str]:
        return [row.path for row in self.asking.documents.rows()]


@pytest.fixture
def office(qapp):
    return Office(Asking(Preferences()))


def test_a_refresh_takes_out_what_is_gone_and_keeps_the_rest_in_its_place(office):
    office.asking.give(["/r"])
    office.see("/r/one.txt", "/r/two.txt")
    office.end()

    office.asking.refresh()
    office.see("/r/two.txt", "/r/three.txt")
    office.end()

    assert office.listed == ["/r/three.txt", "/r/two.txt"]


def test_a_refresh_that_was_stopped_takes_nothing_out(office):
    office.asking.give(["/r"])
    office.see("/r/one.txt", "/r/two.txt")
    office.end()
    office.asking.refresh()

    office.asking.reading.stop()
    office.end()

    assert StopReading(request=office.request) in office.sent
    assert office.listed == ["/r/one.txt", "/r/two.txt"]


def test_what_was_left_out_while_it_was_read_does_not_come_back(office):
    office.asking.give(["/r"])
    office.see("/r/one.txt", "/r/two.txt", state="queued")

    office.asking.forget(["/r/one.txt"])
    office.see("/r/one.txt", "/r/two.txt")

    assert office.listed == ["/r/two.txt"]


def test_leaving_all_out_stops_the_reading(office):
    office.asking.give(["/r"])
    office.see("/r/one.txt", state="queued")

    office.asking.forget_all()
    office.see("/r/one.txt")

    assert isinstance(office.sent[-1], StopReading)
    assert (office.listed, office.asking.is_reading) == ([], False)


def test_a_folder_without_a_file_is_said_and_given_back(office):
    office.asking.give(["/r"])

    office.end()

    assert "No file to read was found in /r" in office.problems[0].text
    assert office.asking.paths == []


def test_why_reading_ended_early_is_said(office):
    office.asking.give(["/r"])
    office.see("/r/one.txt")

    office.end(problem="The disk is full.")

    assert [problem.text for problem in office.problems] == ["The disk is full."]
    assert not office.asking.is_reading


def test_all_tokens_are_counted_as_the_root_model_counts_them_until_there_are_others(office):
    office.asking.choose(root="openai/gpt-5")
    office.asking.give(["/r"])
    office.see("/r/one.txt")
    office.end(digest="d1")
    assert office.sent[-1] == CountTokens(corpus="d1", model="openai/gpt-5")

    office.desk.take(TokensCounted(corpus="d0", model="openai/gpt-5", tokens=1, vocabulary="o200k_base"))
    assert office.asking.counted is None
    office.desk.take(TokensCounted(corpus="d1", model="openai/gpt-5", tokens=12, vocabulary="o200k_base"))
    assert office.asking.counted == Counted(12, "openai/gpt-5")
    office.asking.give(["/s"])

    assert office.asking.counted is None
    office.end(digest="d2")
    assert not isinstance(office.sent[-1], CountTokens)


def test_all_files_are_read_anew_when_the_user_says_so(office):
    office.asking.give(["/r"])
    office.see("/r/one.txt")
    office.end()

    office.asking.read_anew()

    assert office.sent[-1] == ReadDocuments(request=office.request, paths=("/r",), again=True)


def test_only_the_last_preview_that_was_asked_for_is_told(office, qtbot):
    wanted = Stretch(path="/r/one.txt", name="one.txt", start=0)
    office.desk.preview(wanted)
    first = office.sent[-1]
    office.desk.preview(wanted)
    last = office.sent[-1]
    assert isinstance(first, PreviewDocument)
    assert isinstance(last, PreviewDocument)

    with qtbot.assertNotEmitted(office.desk.previewed):
        office.desk.take(DocumentText(request=first.request, text="old", start=0))
    with qtbot.waitSignal(office.desk.previewed):
        office.desk.take(DocumentText(request=last.request, text="new", start=0))


def test_corpora_are_listed_saved_and_removed(office):
    office.asking.give(["/r"])
    office.asking.corpora.save("Dues")
    assert office.sent[-1] == SaveCorpus(name="Dues", paths=("/r",))

    office.desk.take(CorporaListed(corpora=(CorpusListed(name="Dues", paths=("/r",)),)))
    office.asking.corpora.remove("Dues")

    assert office.sent[-1] == RemoveCorpus(name="Dues")
    assert [one.name for one in office.asking.corpora.listed] == ["Dues"]


def test_another_corpus_takes_the_place_of_the_documents_being_read(office):
    office.asking.give(["/r"])
    office.see("/r/one.txt", state="queued")
    office.desk.take(CorporaListed(corpora=(CorpusListed(name="Dues", paths=("/dues",)),)))

    office.asking.corpora.open("Dues")

    assert [type(command) for command in office.sent[-2:]] == [StopReading, ReadDocuments]
    assert (office.listed, office.asking.paths) == ([], ["/dues"])
