"""Looks up in the window's process what a run quoted, in the version of the documents that it saw."""

from pathlib import Path

from rlm_desktop.trace.facts import Quote
from rlm_desktop.viewmodel.passages import Passage
from rlm_desktop.viewmodel.sources import FindSources, Found, IsWanted, LoadText, Wish


def read_passage(store: Path, version: str, quote: Quote) -> Passage:
    """Find the passage of a quote; one that cannot be shown says why."""
    # The store brings a database, and only who looks at a passage needs it.
    from rlm_desktop.corpus.errors import CorpusError  # noqa: PLC0415
    from rlm_desktop.corpus.excerpts import excerpt  # noqa: PLC0415
    from rlm_desktop.corpus.store.replaying import opened_version  # noqa: PLC0415

    name = quote.document or ""
    try:
        with opened_version(store, version) as corpus:
            found = excerpt(corpus, name, quote.start or 0, quote.end or 0)
    except CorpusError as error:
        return Passage(document=name, problem=str(error))
    return Passage(
        document=name,
        kind=found.kind,
        text=found.text,
        start=found.start,
        end=found.end,
        page=quote.page,
        pages=found.pages,
        part=quote.part,
    )


class SourceLook:
    """Looks up which pieces of documents stand in texts of a run; what that needs is imported at the first wish."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._find: FindSources | None = None

    def __call__(self, wish: Wish, load: LoadText, is_wanted: IsWanted) -> Found:
        """Look up all texts of a wish."""
        if self._find is None:
            # It brings numpy and a database, and only who looks at sources needs them.
            from rlm_desktop.app.sources import SourceFinder  # noqa: PLC0415

            self._find = SourceFinder(self._store)
        return self._find(wish, load, is_wanted)
