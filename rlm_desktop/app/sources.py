"""Looks up in the window's process which pieces of documents stand in texts of a run."""

from collections.abc import Iterator
from pathlib import Path

from rlm_desktop.corpus.errors import CorpusError
from rlm_desktop.corpus.indexing.blocks import MOST_PLACES, BlockIndex
from rlm_desktop.corpus.indexing.kinds import is_made
from rlm_desktop.corpus.store.replaying import opened_version
from rlm_desktop.corpus.stored import StoredCorpus
from rlm_desktop.evidence.quotes import check_quotes
from rlm_desktop.evidence.sources import Source, sources_of
from rlm_desktop.evidence.spans import Finder
from rlm_desktop.storage.errors import StorageError
from rlm_desktop.trace.facts import Quote
from rlm_desktop.trace.wording import one_line
from rlm_desktop.viewmodel.source_texts import SourceText
from rlm_desktop.viewmodel.sources import Found, Group, IsWanted, LoadText, Piece, Wish

_PREVIEW = 160
_EDGE = 3
_NO_INDEX = (
    "These documents are too large to be looked through without their index, and it is not made yet. "
    "It is made while the documents are read; look again in a while."
)


class SourceFinder:
    """Looks texts up in the versions of a store; keeps the index of the last one. To be called from one thread."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._known: tuple[str, BlockIndex] | None = None

    def __call__(self, wish: Wish, load: LoadText, is_wanted: IsWanted) -> Found:
        """Look up all texts of a wish; one that cannot be done says why."""
        try:
            with opened_version(self._store, wish.version) as corpus:
                index = self._index_of(corpus)
                if index is None:
                    return Found(problem=_NO_INDEX)
                finder = Finder(corpus, lambda: index)
                groups = tuple(_group(text, finder, corpus, load, is_wanted) for text in wish.texts)
                return Found(groups=groups, least=2 * index.block - int(corpus.is_large))
        except CorpusError as error:
            return Found(problem=str(error))

    def _index_of(self, corpus: StoredCorpus) -> BlockIndex | None:
        if self._known is not None and self._known[0] == corpus.digest:
            return self._known[1]
        if not corpus.is_large:
            index = BlockIndex.of(corpus.blob.view)
        elif is_made(corpus.folder, "blocks"):
            index = BlockIndex.open(corpus.folder)
        else:
            return None
        self._known = (corpus.digest, index)
        return index


def _group(wanted: SourceText, finder: Finder, corpus: StoredCorpus, load: LoadText, is_wanted: IsWanted) -> Group:
    characters, covered, problem = 0, 0, ""
    pieces: list[Piece] = []
    for reference in wanted.references:
        if not is_wanted():
            break
        characters += reference.characters
        try:
            text = load(reference)
        except StorageError as error:
            problem = str(error)
            continue
        sources = sources_of(text, finder, corpus)
        covered += sources.covered
        quotes = list(_quotes(text, corpus)) if wanted.is_answer else []
        pieces += [*quotes, *_beside(quotes, (_piece(source, text) for source in sources.found))]
    return Group(title=wanted.title, characters=characters, covered=covered, pieces=tuple(pieces), problem=problem)


def _piece(source: Source, text: str) -> Piece:
    length = source.end - source.start
    quote = Quote(
        text=one_line(" ".join(text[source.at : source.at + min(length, 4 * _PREVIEW)].split()), _PREVIEW),
        match="exact" if source.places == 1 else "several",
        document=source.document,
        page=source.page,
        part=source.part,
        start=source.start,
        end=source.end,
    )
    # The index gives some of very many places; then how many there are is not known.
    count = f"{source.places}+" if source.places >= MOST_PLACES else str(source.places)
    verdict = "exact" if source.places == 1 else f"{source.place} of {count} places"
    return Piece(quote=quote, characters=length, verdict=verdict)


_VERDICTS = {"exact": "quoted, exact", "several": "quoted, several places", "none": "quoted, not found"}


def _quotes(answer: str, corpus: StoredCorpus) -> Iterator[Piece]:
    for quote in check_quotes(answer, corpus):
        yield Piece(quote=quote, characters=len(quote.text), verdict=_VERDICTS[quote.match])


def _beside(quotes: list[Piece], pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Leave out what a quote says already."""
    for piece in pieces:
        if not any(_is_inside(piece.quote, one.quote) for one in quotes):
            yield piece


def _is_inside(one: Quote, other: Quote) -> bool:
    """A full stop or a space more at its ends makes no other piece of it."""
    if one.document != other.document or None in (one.start, one.end, other.start, other.end):
        return False
    return (other.start or 0) <= (one.start or 0) + _EDGE and (one.end or 0) <= (other.end or 0) + _EDGE
