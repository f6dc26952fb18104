"""Takes a stored run out of the database and the store of texts, as the exports see it."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from rlm_desktop.app.commands.store import Store
from rlm_desktop.app.printing import write_pdf
from rlm_desktop.corpus.errors import CorpusError
from rlm_desktop.corpus.store.carrying import Carried, carried_out_of
from rlm_desktop.corpus.store.replaying import opened_version
from rlm_desktop.corpus.stored import StoredCorpus
from rlm_desktop.export.errors import NotFit
from rlm_desktop.export.formats import Format, Write
from rlm_desktop.export.recorded import LOST, RecordedRun
from rlm_desktop.export.redaction import redacted
from rlm_desktop.export.secrecy import Keys, without_keys
from rlm_desktop.export.writing import replacing
from rlm_desktop.lm.endpoints import PROVIDERS
from rlm_desktop.service.reading import STORE_FOLDER
from rlm_desktop.settings import preferences
from rlm_desktop.settings.keys import Keys as KeptKeys
from rlm_desktop.storage.errors import StorageError
from rlm_desktop.storage.labels import Labels
from rlm_desktop.trace.events import Entry
from rlm_desktop.trace.ids import Digest, NodeId, RunId
from rlm_desktop.trace.notes import NodeNote

Tell = Callable[[int, int], None]
"""Takes how many entries were gone through, and how many there are; whatever it raises ends the export."""
_EVERY = 500


def export(
    store: Store, run: RunId, chosen: Format, path: Path, tell: Tell, *, redact: bool, with_documents: bool
) -> Sequence[str]:
    """Write a run to a file, and give what was left out; raises an `ExportError` or a `StorageError`."""
    if redact and chosen.only_words:
        raise NotFit(f"{chosen.name} is little but words, so nothing would be left of it. Redact a trace instead.")
    with stored_run(store, run, tell, with_documents=with_documents and not redact) as whole:
        safe = without_keys(whole, Keys(keys_in_use(store.data_dir)))
        leaving = redacted(safe) if redact else safe
        with replacing(path) as file:
            writer_of(chosen)(leaving, file)
        return leaving.left_out


def writer_of(chosen: Format) -> Write:
    """Give what writes a format."""
    return chosen.writer() if chosen.module else write_pdf


def keys_in_use(data_dir: Path) -> set[str]:
    """Give all keys of providers and servers that are known here; asks the keyring, which may ask the user."""
    keys = KeptKeys(data_dir)
    named: dict[str, str | None] = {provider.prefix: provider.key_name for provider in PROVIDERS.values()}
    named |= {server.name: None for server in preferences.load(data_dir).servers}
    found = {kept.key for name, variable in named.items() if (kept := keys.find(name, variable))}
    return found | {value for name, value in os.environ.items() if name.endswith("_API_KEY")}


@contextmanager
def stored_run(store: Store, run: RunId, tell: Tell, *, with_documents: bool) -> Iterator[RecordedRun]:
    """Give a run as it is kept, with the documents that it read; raises a `StorageError`."""
    version = store.library.summary(run).corpus
    with ExitStack() as opened:
        corpus: StoredCorpus | None = None
        left_out: tuple[str, ...] = ()
        if not with_documents:
            left_out = ("The documents were left out.",)
        elif version:
            try:
                corpus = opened.enter_context(opened_version(store.data_dir / STORE_FOLDER, version))
            except CorpusError as error:
                left_out = (f"The documents are not in it: {error}",)
        text = opened.enter_context(store.payloads.reading())
        yield _StoredRun(store, run, text, corpus, left_out, tell)


class _StoredRun:
    """A run in the database. Whoever goes through it is followed by `tell`."""

    def __init__(
        self,
        store: Store,
        run: RunId,
        text: Callable[[Digest], str],
        corpus: StoredCorpus | None,
        left_out: tuple[str, ...],
        tell: Tell,
    ) -> None:
        label = Labels(store.database).of(run)
        self._store = store
        self._text = text
        self._corpus = corpus
        self._tell = tell
        self._seen, self._count = 0, store.journal.last_seq(run)
        self.run = run
        self.name = label.name
        self.tags = tuple(sorted(label.tags))
        self.notes: Mapping[NodeId, NodeNote] = store.notes.of(run)
        self.left_out: Sequence[str] = left_out

    def documents(self) -> Iterator[Carried]:
        return iter(()) if self._corpus is None else carried_out_of(self._corpus)

    def entries(self) -> Iterator[Entry]:
        for entry in self._store.journal.entries(self.run):
            self._seen = entry.seq
            if entry.seq % _EVERY == 0:
                self._tell(self._seen, self._count)
            yield entry

    def text(self, digest: Digest) -> str:
        self._tell(self._seen, self._count)
        try:
            return self._text(digest)
        except StorageError:
            return LOST
