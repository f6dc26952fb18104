"""What the user gave, read into a version of a corpus by the store."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rlm_desktop.corpus.counting.vocabularies import vocabulary_of
from rlm_desktop.corpus.store.seen import Seen
from rlm_desktop.corpus.store.store import Store
from rlm_desktop.corpus.stored import StoredCorpus
from rlm_desktop.service.errors import NothingToRead, Refused
from rlm_desktop.service.spec import RunSpec

STORE_FOLDER = "corpus"
"""Where the store lies in the data folder."""
NO_DOCUMENTS = "There are no documents. Add files, or folders with files in them."


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Paths to read, and files below them that are not to be read."""

    paths: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def given_by(spec: RunSpec, store: Store) -> Given:
    """Add the paths of the named corpus to those of the run; raises `Refused` when there is no such corpus."""
    if spec.corpus is None:
        return Given(paths=spec.paths, left_out=spec.left_out)
    named = store.corpora.get(spec.corpus)
    if named is None:
        raise Refused(f"There is no corpus called {spec.corpus}. {_which_there_are(store.corpora.names())}")
    left_out = {path for path in named.left_out if path not in spec.paths} | set(spec.left_out)
    return Given(paths=tuple(dict.fromkeys((*named.paths, *spec.paths))), left_out=tuple(sorted(left_out)))


async def read_given(
    store: Store,
    given: Given,
    tell: Callable[[Seen], None],
    *,
    enough: asyncio.Event | None = None,
    again: bool = False,
) -> StoredCorpus:
    """Read what is new or changed and give all of it; what is done stays done, however this ends."""
    paths = [Path(path) for path in given.paths]
    return await store.ingest(paths, left_out=given.left_out, tell=tell, enough=enough, again=again)


async def read_for_run(store: Store, spec: RunSpec, tell: Callable[[Seen], None]) -> StoredCorpus:
    """Read what a run asks about; raises `Refused` or a `CorpusError` when that is nothing."""
    given = await asyncio.to_thread(given_by, spec, store)
    enough = asyncio.Event()
    if spec.ready_only:
        enough.set()
    corpus = await read_given(store, given, tell, enough=enough)
    try:
        _check_documents(corpus, is_ready_only=spec.ready_only)
    except NothingToRead:
        corpus.close()
        raise
    await asyncio.to_thread(corpus.count_by, vocabulary_of(spec.root))
    return corpus


def _check_documents(corpus: StoredCorpus, *, is_ready_only: bool) -> None:
    if corpus.documents:
        return
    if is_ready_only:
        raise NothingToRead("Nothing is ready yet. Wait until the first documents are read.")
    if not corpus.skipped:
        raise NothingToRead(NO_DOCUMENTS)
    first, others = corpus.skipped[0], len(corpus.skipped) - 1
    more = f" ({others:,} more could not be read either)" if others else ""
    raise NothingToRead(f"Nothing could be read: {first.path}: {first.reason}{more}. Add other files.")


def _which_there_are(names: Sequence[str]) -> str:
    if not names:
        return "There is none yet."
    return f"There {'is' if len(names) == 1 else 'are'}: {', '.join(names)}."
