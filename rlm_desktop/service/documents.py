"""The user's files as documents, kept while the engine lives so that asking does not convert them again."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from rlm_desktop.corpus.documents import Corpus, Document, assemble
from rlm_desktop.corpus.gathering import FoundFile, gather, is_rules_note
from rlm_desktop.corpus.loading import read_or_skip
from rlm_desktop.corpus.tokens import estimate_tokens
from rlm_desktop.service.messages import DocumentSeen, DocumentState
from rlm_desktop.trace.facts import SkippedFile

OnSeen = Callable[[DocumentSeen], None]
_Key = tuple[Path, int, int]

_MOST_CHARACTERS = 1_000_000_000


class ReadDocumentsCache:
    """Reads files in threads, each version of a file once; the longest unused ones are forgotten."""

    def __init__(self, most_characters: int = _MOST_CHARACTERS) -> None:
        self._documents: OrderedDict[_Key, Document] = OrderedDict()
        self._characters = 0
        self._most_characters = most_characters
        self._turn = asyncio.Lock()

    async def corpus(self, paths: Sequence[str], on_seen: OnSeen, left_out: Sequence[str] = ()) -> Corpus:
        """Read what lies at and below the paths, but for some files, telling how far each one is."""
        gathered = await asyncio.to_thread(gather, [Path(path) for path in paths])
        unwanted = set(left_out)
        skipped = [one for one in gathered.skipped if one.path not in unwanted]
        # Only now: leaving a file out changes no other file's name.
        files = [file for file in gathered.files if str(file.path) not in unwanted]
        for one in skipped:
            on_seen(_failed(one))
        for file in files:
            on_seen(_under_way(file, "queued"))
        documents: list[Document] = []
        for file in files:
            on_seen(_under_way(file, "reading"))
            result = await self._read(file)
            if isinstance(result, Document):
                documents.append(result)
                on_seen(_ready(file, result))
            else:
                skipped.append(result)
                on_seen(_failed(result, file))
        return await asyncio.to_thread(assemble, documents, skipped)

    async def _read(self, file: FoundFile) -> Document | SkippedFile:
        async with self._turn:
            key = await asyncio.to_thread(_key_of, file)
            if key and key in self._documents:
                return self._named(key, file.name)
            result = await asyncio.to_thread(read_or_skip, file)
            if key and isinstance(result, Document):
                self._keep(key, result)
            return result

    def _named(self, key: _Key, name: str) -> Document:
        """Give a known document under the name it has among the others now."""
        self._documents.move_to_end(key)
        return replace(self._documents[key], name=name)

    def _keep(self, key: _Key, document: Document) -> None:
        self._documents[key] = document
        self._characters += len(document.text)
        while self._characters > self._most_characters and len(self._documents) > 1:
            _, oldest = self._documents.popitem(last=False)
            self._characters -= len(oldest.text)


def _key_of(file: FoundFile) -> _Key | None:
    try:
        info = file.path.stat()
    except OSError:
        # Reading it will say what is wrong.
        return None
    return file.path, info.st_mtime_ns, info.st_size


def _under_way(file: FoundFile, state: DocumentState) -> DocumentSeen:
    return DocumentSeen(path=str(file.path), name=file.name, state=state, size_bytes=file.size_bytes)


def _ready(file: FoundFile, document: Document) -> DocumentSeen:
    facts = document.facts()
    return DocumentSeen(
        path=str(file.path),
        name=file.name,
        state="ready",
        kind=facts.kind,
        pages=facts.pages,
        characters=facts.characters,
        tokens=estimate_tokens(document.text),
        size_bytes=facts.size_bytes,
        reason=f"not in its text: {', '.join(facts.losses)}" if facts.losses else "",
    )


def _failed(skipped: SkippedFile, file: FoundFile | None = None) -> DocumentSeen:
    return DocumentSeen(
        path=str(file.path) if file else skipped.path,
        name=file.name if file else Path(skipped.path).name,
        state="noted" if is_rules_note(skipped) else "failed",
        size_bytes=file.size_bytes if file else 0,
        reason=skipped.reason,
    )
