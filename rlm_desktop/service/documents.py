"""What the engine does about documents on command: reads, previews, counts and names them."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, assert_never

from rlm_desktop.corpus.counting.counter import count_tokens
from rlm_desktop.corpus.counting.vocabularies import vocabulary_of
from rlm_desktop.corpus.errors import CorpusError
from rlm_desktop.corpus.indexing.indexer import Indexer
from rlm_desktop.corpus.store.corpora import NamedCorpus
from rlm_desktop.corpus.store.seen import FileSeen, Progress, ScanFound, Seen
from rlm_desktop.corpus.store.store import Store
from rlm_desktop.service.messages import (
    CorporaListed,
    CorpusListed,
    CountTokens,
    DocumentCommand,
    DocumentsRead,
    EngineFault,
    KindCount,
    ListCorpora,
    PreviewDocument,
    ReadDocuments,
    ReadingProgress,
    RemoveCorpus,
    SaveCorpus,
    ScanDone,
    StopReading,
    TokensCounted,
)
from rlm_desktop.service.outbox import Outbox
from rlm_desktop.service.previewing import preview
from rlm_desktop.service.reading import Given, read_given

Begin = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]


class DocumentsDesk:
    """Obeys the commands about documents; `begin` starts a task that somebody else owns."""

    def __init__(self, store: Store, indexer: Indexer, outbox: Outbox, begin: Begin) -> None:
        self._store = store
        self._indexer = indexer
        self._outbox = outbox
        self._begin = begin
        self._stops: dict[int, asyncio.Event] = {}
        self._counting: asyncio.Task[None] | None = None

    def obey(self, command: DocumentCommand) -> None:
        """Begin what a command asks for; its facts follow."""
        match command:
            case ReadDocuments():
                self._stops[command.request] = asyncio.Event()
                self._begin(self._read(command))
            case StopReading():
                if command.request in self._stops:
                    self._stops[command.request].set()
            case PreviewDocument():
                self._begin(self._preview(command))
            case CountTokens():
                self._count_instead(command)
            case ListCorpora() | SaveCorpus() | RemoveCorpus():
                self._begin(self._name(command))
            case _:
                assert_never(command)

    async def _read(self, command: ReadDocuments) -> None:
        request = command.request
        read = DocumentsRead(request=request)
        try:
            given = Given(paths=command.paths, left_out=command.left_out)
            tell = _Teller(request, self._outbox).tell
            corpus = await read_given(self._store, given, tell, enough=self._stops[request], again=command.again)
            read = DocumentsRead(
                request=request,
                documents=len(corpus.documents),
                characters=corpus.characters,
                tokens=corpus.tokens,
                digest=corpus.digest,
            )
            if corpus.is_large:
                await asyncio.to_thread(self._indexer.begin, corpus.folder)
            corpus.close()
        except CorpusError as error:
            read = DocumentsRead(request=request, problem=str(error))
        finally:
            del self._stops[request]
            self._outbox.say(read)

    async def _preview(self, command: PreviewDocument) -> None:
        self._outbox.say(await asyncio.to_thread(preview, self._store, command))

    def _count_instead(self, command: CountTokens) -> None:
        """One version is counted at a time; the last one asked for is of interest."""
        if self._counting is not None:
            self._counting.cancel()
        self._counting = self._begin(self._count(command))

    async def _count(self, command: CountTokens) -> None:
        vocabulary = vocabulary_of(command.model)
        try:
            corpus = await asyncio.to_thread(self._store.open_version, command.corpus)
        except CorpusError:
            return
        tokens, folder = corpus.tokens, corpus.folder
        corpus.close()
        try:
            if vocabulary:
                tokens = await count_tokens(self._store.folder, folder, vocabulary)
        except CorpusError:
            vocabulary = ""
        told = TokensCounted(corpus=command.corpus, model=command.model, tokens=tokens, vocabulary=vocabulary)
        self._outbox.say(told)

    async def _name(self, command: ListCorpora | SaveCorpus | RemoveCorpus) -> None:
        corpora = self._store.corpora
        try:
            match command:
                case SaveCorpus():
                    await asyncio.to_thread(corpora.save, command.name, command.paths, command.left_out)
                case RemoveCorpus():
                    await asyncio.to_thread(corpora.remove, command.name)
            named = await asyncio.to_thread(corpora.all)
        except CorpusError as error:
            self._outbox.say(EngineFault(text=str(error)))
            return
        self._outbox.say(CorporaListed(corpora=tuple(map(_listed, named))))


class _Teller:
    """Tells the window what the store sees of the documents of a request."""

    def __init__(self, request: int, outbox: Outbox) -> None:
        self._request = request
        self._outbox = outbox

    def tell(self, seen: Seen) -> None:
        """Pass on what was seen."""
        match seen:
            case FileSeen():
                self._outbox.add_seen(self._request, seen)
            case ScanFound():
                self._outbox.say(_scan(self._request, seen))
            case Progress():
                self._outbox.say(_progress(self._request, seen))
            case _:
                assert_never(seen)


def _scan(request: int, found: ScanFound) -> ScanDone:
    return ScanDone(
        request=request,
        files=found.files,
        size_bytes=found.size_bytes,
        kinds=tuple(KindCount(kind=kind, files=files, size_bytes=size) for kind, files, size in found.kinds),
        tokens=found.tokens,
        duplicates=found.duplicates,
        left_out=found.left_out,
    )


def _progress(request: int, progress: Progress) -> ReadingProgress:
    return ReadingProgress(
        request=request,
        done=progress.done,
        of=progress.of,
        done_bytes=progress.done_bytes,
        of_bytes=progress.of_bytes,
        seconds_left=progress.seconds_left,
    )


def _listed(named: NamedCorpus) -> CorpusListed:
    return CorpusListed(
        name=named.name,
        paths=named.paths,
        left_out=named.left_out,
        documents=named.documents,
        characters=named.characters,
        tokens=named.tokens,
        updated_at=named.updated_at,
        version=named.version,
    )
