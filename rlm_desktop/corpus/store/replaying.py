"""Opens the version that a run saw, for a process that only looks at it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rlm_desktop.corpus.store.catalogue import Catalogue
from rlm_desktop.corpus.store.session import Session
from rlm_desktop.corpus.store.tidying import tidy_session
from rlm_desktop.corpus.store.versions import Versions
from rlm_desktop.corpus.store.words import explained
from rlm_desktop.corpus.stored import StoredCorpus
from rlm_desktop.text.sources import IN_MEMORY_BYTES


@contextmanager
def opened_version(store: Path, digest: str) -> Iterator[StoredCorpus]:
    """Open a version of the store in this folder while it is looked at; raises a `StoreError`."""
    try:
        catalogue, session = Catalogue.open(store), Session(store)
    except OSError as fault:
        raise explained(fault, store) from fault
    try:
        corpus = Versions(store, catalogue, session, IN_MEMORY_BYTES).open(digest)
        try:
            yield corpus
        finally:
            corpus.close()
    finally:
        session.end()
        tidy_session(store, catalogue, session.name)
