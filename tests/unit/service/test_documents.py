"""Commands about documents, obeyed on a real store."""

import asyncio
from pathlib import Path

import pytest

from rlm_desktop.corpus.errors import StoreFull
from rlm_desktop.corpus.indexing.indexer import Indexer
from rlm_desktop.corpus.store.store import Store
from rlm_desktop.service.documents import DocumentsDesk
from rlm_desktop.service.messages import (
    CorporaListed,
    CountTokens,
    DocumentsRead,
    DocumentText,
    EngineFault,
    ListCorpora,
    PartMark,
    PreviewDocument,
    ReadDocuments,
    ReadingProgress,
    RemoveCorpus,
    SaveCorpus,
    ScanDone,
    StopReading,
    TokensCounted,
)
from tests.support.converting import PlainConverters

THREE_PAGES = (Path(__file__).parents[2] / "data" / "three-pages.pdf").read_bytes()
DUES = "The harbour raised its dues.\n" * 30


class Outbox:
    """Keeps what is said."""

    def __init__(self):
        self.facts = []
        self.seen = []

    def say(self, fact):
        self.facts.append(fact)

    def add_seen(self, request, seen):
        self.seen.append((request, seen))

    def last(self, kind):
        return [fact for fact in self.facts if isinstance(fact, kind)][-1]


class Desk:
    """The desk on a store, and what it told."""

    def __init__(self, folder: Path, **store):
        self.converters: list[PlainConverters] = []
        self.store = Store.open(folder, self._converting, **store)
        self.outbox = Outbox()
        self.tasks = []
        self.indexer = Indexer()
        self.desk = DocumentsDesk(self.store, self.indexer, self.outbox, self._begin)
        self.prepare = lambda converters: None

    def _converting(self, spool):
        converters = PlainConverters(spool)
        self.prepare(converters)
        self.converters.append(converters)
        return converters

    def _begin(self, work):
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.append(task)
        return task

    async def told(self, command, kind):
        """Obey, wait for the end, and give the last fact of a kind."""
        self.desk.obey(command)
        await asyncio.wait(self.tasks)
        return self.outbox.last(kind)

    async def until(self, condition):
        """Wait for something that no task's end tells."""
        async with asyncio.timeout(20):
            while not condition():  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    async def read(self, *paths, **more):
        return await self.told(ReadDocuments(request=7, paths=tuple(map(str, paths)), **more), DocumentsRead)


def waiting_for(event, after=0):
    """Let converters wait for an event when they have given so many conversions."""

    def prepare(converters):
        plain = converters.convert

        async def convert(files, roots=()):
            given = 0
            async for one in plain(files, roots):
                if given >= after:
                    await event.wait()
                given += 1
                yield one

        converters.convert = convert

    return prepare


@pytest.fixture
async def desk(tmp_path):
    desk = Desk(tmp_path / "store")
    yield desk
    await desk.store.close()


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "a.txt").write_text(DUES)
    (folder / "b.txt").write_text("Nothing else happened.\n")
    (folder / "c.zip").write_bytes(b"PK\x03\x04 no archive at all\x00")
    return folder


async def test_reading_tells_what_was_found_how_far_it_is_and_what_came_of_it(desk, folder):
    read = await desk.read(folder)

    scan = desk.outbox.last(ScanDone)
    states = [(request, one.name, one.state) for request, one in desk.outbox.seen if one.state != "queued"]
    assert (scan.request, scan.files, scan.size_bytes) == (7, 3, sum(one.stat().st_size for one in folder.iterdir()))
    assert sorted(states) == [(7, "a.txt", "ready"), (7, "b.txt", "ready"), (7, "c.zip", "failed")]
    assert (read.request, read.documents, read.problem) == (7, 2, "")
    assert read.characters > len(DUES)
    assert read.tokens > 0
    assert read.digest


async def test_what_is_ready_has_its_figures_and_what_failed_its_reason(desk, folder):
    await desk.read(folder)

    last = {one.name: one for _, one in desk.outbox.seen}
    ready, failed = last["a.txt"], last["c.zip"]
    assert (ready.path, ready.kind, ready.characters) == (str(folder / "a.txt"), "text", len(DUES))
    assert ready.tokens > 100
    assert ready.modified_at == pytest.approx((folder / "a.txt").stat().st_mtime)
    assert failed.reason


async def test_a_second_reading_converts_nothing_unless_everything_is_to_be_looked_at_again(desk, folder):
    first = await desk.read(folder)
    second = await desk.read(folder)
    once = list(desk.converters[0].converted)
    await desk.read(folder, again=True)

    assert second.digest == first.digest
    assert once.count("a.txt") == 1
    assert desk.converters[0].converted.count("a.txt") == 2


async def test_what_is_left_out_is_not_in_the_version(desk, folder):
    read = await desk.read(folder, left_out=(str(folder / "a.txt"),))

    assert read.documents == 1


async def test_a_stopped_reading_ends_with_what_is_ready(desk, folder):
    never = asyncio.Event()
    desk.prepare = waiting_for(never, after=1)
    desk.desk.obey(ReadDocuments(request=7, paths=(str(folder),)))
    await desk.until(lambda: any(one.state == "ready" for _, one in desk.outbox.seen))

    read = await desk.told(StopReading(request=7), DocumentsRead)

    assert read.documents == 1


async def test_stopping_what_has_ended_is_nothing(desk, folder):
    await desk.read(folder)

    desk.desk.obey(StopReading(request=7))


async def test_a_full_disk_is_a_problem_in_a_sentence_and_the_desk_goes_on(desk, folder):
    def fill(converters):
        def refuse(_file):
            raise StoreFull("There is no room in /x.")

        converters.before = refuse

    desk.prepare = fill
    read = await desk.read(folder)
    desk.converters[0].before = lambda _: None
    again = await desk.read(folder)

    assert (read.problem, read.documents) == ("There is no room in /x.", 0)
    assert (again.problem, again.documents) == ("", 2)


async def test_a_stretch_of_a_document_is_told_with_its_lines_and_the_size_of_the_whole(desk, folder):
    await desk.read(folder)
    command = PreviewDocument(request=8, path=str(folder / "a.txt"), name="a.txt", start=29, characters=28)

    told = await desk.told(command, DocumentText)

    assert told == DocumentText(
        request=8, text="The harbour raised its dues.", start=29, characters_in_all=len(DUES), first_line=2
    )


async def test_the_newest_text_of_a_file_is_previewed_and_a_version_keeps_the_one_it_was_made_of(desk, folder):
    first = await desk.read(folder)
    (folder / "b.txt").write_text("Much else happened later, in 1984.\n")
    await desk.read(folder)
    command = {"request": 8, "path": str(folder / "b.txt"), "name": "b.txt", "start": 0, "characters": 900}

    newest = await desk.told(PreviewDocument(**command), DocumentText)
    earlier = await desk.told(PreviewDocument(**command, corpus=first.digest), DocumentText)

    assert newest.text == "Much else happened later, in 1984.\n"
    assert earlier.text == "Nothing else happened.\n"


@pytest.mark.parametrize("version", [False, True])
async def test_previews_count_in_characters_whatever_the_script(desk, folder, version):
    text = "港湾局はé🙂\n" * 900
    (folder / "a.txt").write_text(text)
    read = await desk.read(folder)
    command = PreviewDocument(
        request=8,
        path=str(folder / "a.txt"),
        name="a.txt",
        start=705,
        characters=9,
        corpus=read.digest if version else "",
    )

    told = await desk.told(command, DocumentText)

    assert (told.text, told.start) == (text[705:714], 705)
    assert told.first_line == text.count("\n", 0, 705) + 1
    assert told.characters_in_all == len(text)


@pytest.mark.parametrize("version", [False, True])
async def test_parts_that_begin_in_a_stretch_are_named(desk, folder, version):
    (folder / "e.pdf").write_bytes(THREE_PAGES)
    read = await desk.read(folder)
    command = PreviewDocument(
        request=8,
        path=str(folder / "e.pdf"),
        name="e.pdf",
        start=0,
        characters=9_999,
        corpus=read.digest if version else "",
    )

    told = await desk.told(command, DocumentText)

    assert len(told.page_starts) == 3
    assert [mark.start for mark in told.marks] == list(told.page_starts)
    assert isinstance(told.marks[0], PartMark)


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        ({"path": "/no/such.txt", "name": "such.txt"}, "such.txt has not been read yet."),
        ({"path": "/no/such.txt", "name": "such.txt", "corpus": "0" * 32}, "not kept any more"),
        ({"path": "/no/such.txt", "name": "such.txt", "corpus": "read"}, "did not read such.txt"),
    ],
)
async def test_what_cannot_be_previewed_is_told_in_a_sentence(desk, folder, command, problem):
    read = await desk.read(folder)
    if command.get("corpus") == "read":
        command = {**command, "corpus": read.digest}

    told = await desk.told(PreviewDocument(request=8, start=0, characters=9, **command), DocumentText)

    assert told.text == ""
    assert problem in told.problem


async def test_a_corpus_is_saved_listed_with_what_it_came_to_and_removed(desk, folder):
    paths = (str(folder),)
    saved = await desk.told(SaveCorpus(name="Harbour", paths=paths), CorporaListed)
    read = await desk.read(folder)
    listed = await desk.told(ListCorpora(), CorporaListed)
    removed = await desk.told(RemoveCorpus(name="Harbour"), CorporaListed)

    assert [(one.name, one.paths, one.documents) for one in saved.corpora] == [("Harbour", paths, 0)]
    assert [(one.documents, one.characters, one.tokens) for one in listed.corpora] == [
        (2, read.characters, read.tokens)
    ]
    assert removed.corpora == ()


async def test_a_store_that_cannot_be_written_is_told(desk, monkeypatch):
    def refuse(*_):
        raise StoreFull("There is no room in /x.")

    monkeypatch.setattr(desk.store.corpora, "save", refuse)
    fault = await desk.told(SaveCorpus(name="Harbour", paths=("/a",)), EngineFault)

    assert fault == EngineFault(text="There is no room in /x.")


async def test_tokens_are_counted_exactly_where_the_vocabulary_is_known_and_else_estimated(desk, folder):
    read = await desk.read(folder)

    exact = await desk.told(CountTokens(corpus=read.digest, model="openai/gpt-5-mini"), TokensCounted)
    rough = await desk.told(CountTokens(corpus=read.digest, model="anthropic/claude-x"), TokensCounted)

    assert (exact.vocabulary, exact.model) == ("o200k_base", "openai/gpt-5-mini")
    assert exact.tokens == pytest.approx(read.tokens, rel=0.2)
    assert (rough.vocabulary, rough.tokens) == ("", read.tokens)


async def test_only_the_last_count_asked_for_is_told(desk, folder):
    read = await desk.read(folder)
    desk.desk.obey(CountTokens(corpus=read.digest, model="openai/gpt-5"))

    await desk.told(CountTokens(corpus=read.digest, model="openai/gpt-4"), TokensCounted)

    told = [fact.model for fact in desk.outbox.facts if isinstance(fact, TokensCounted)]
    assert told == ["openai/gpt-4"]


async def test_progress_is_told_while_reading_takes_long(desk, folder):
    going_on = asyncio.Event()
    desk.prepare = waiting_for(going_on)
    desk.desk.obey(ReadDocuments(request=7, paths=(str(folder),)))
    await desk.until(lambda: any(isinstance(fact, ReadingProgress) for fact in desk.outbox.facts))
    going_on.set()
    await asyncio.wait(desk.tasks)

    progress = desk.outbox.last(ReadingProgress)
    assert (progress.request, progress.of) == (7, 3)


@pytest.mark.parametrize(("in_memory_bytes", "is_begun"), [(0, True), (64_000_000, False)])
async def test_the_indexes_of_a_large_corpus_are_begun_as_soon_as_it_is_read(
    tmp_path, folder, monkeypatch, in_memory_bytes, is_begun
):
    begun = []
    monkeypatch.setattr(Indexer, "begin", lambda _self, version: begun.append(version.name))
    desk = Desk(tmp_path / "store", in_memory_bytes=in_memory_bytes)

    read = await desk.read(folder)

    await desk.store.close()
    assert begun == ([read.digest] if is_begun else [])
