"""Which pieces of which documents a text holds word for word, each with all its places; nothing is guessed."""

import re
from collections import defaultdict
from dataclasses import dataclass, replace

from rlm_desktop.corpus.documents import Corpus
from rlm_desktop.evidence.intervals import Intervals
from rlm_desktop.evidence.spans import Finder, FoundSpan

_EDGES = re.compile(r"^[\W_]+|[\W_]+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One place of one piece: in the text from `at`, in the document from `start` up to `end`."""

    at: int
    document: str
    start: int
    end: int
    page: int | None
    part: str
    place: int
    """Which of the `places` of the piece this is, from 1."""
    places: int


@dataclass(frozen=True, slots=True)
class Sources:
    """What a text holds of documents; `covered` of its characters stand in them."""

    found: tuple[Source, ...]
    covered: int


def sources_of(text: str, finder: Finder, corpus: Corpus) -> Sources:
    """Find the pieces of documents in a text, in its order."""
    pieces: dict[tuple[int, int], list[FoundSpan]] = defaultdict(list)
    covered = Intervals()
    for span in finder.find(text):
        pieces[span.at, span.at + span.end - span.start].append(span)
        covered.add(span.at, span.at + span.end - span.start)
    found: list[Source] = []
    for (start, end), spans in pieces.items():
        places = _all_places(text, start, end, spans, finder)
        found += [_source(span, number, len(places), corpus) for number, span in enumerate(places, 1)]
    return Sources(tuple(found), covered.total())


def _all_places(text: str, start: int, end: int, spans: list[FoundSpan], finder: Finder) -> list[FoundSpan]:
    """A space or full stop that agrees in one place only must not hide the others."""
    core = _EDGES.sub("", text[start:end])
    at = start + text[start:end].index(core)
    others = [replace(span, at=at) for span in finder.find(core) if span.end - span.start == len(core)]
    places = others if len(others) > len(spans) else spans
    return sorted(places, key=lambda span: (span.document_index, span.start))


def _source(span: FoundSpan, number: int, count: int, corpus: Corpus) -> Source:
    document = corpus.documents[span.document_index]
    return Source(
        at=span.at,
        document=document.name,
        start=span.start,
        end=span.end,
        page=document.page_at(span.start),
        part=document.part_at(span.start),
        place=number,
        places=count,
    )
