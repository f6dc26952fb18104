"""Ranked search over the passages of a stored text (BM25), in an index on disk.

Words are found without their endings, those of scripts without spaces by pairs of letters. What is asked is never read
as a query language: it is words, and nothing in it has a meaning of its own.
"""

import os
import shutil
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import tantivy

from rlm_desktop.corpus.errors import IndexBroken
from rlm_desktop.corpus.indexing.kinds import part_of, place_of
from rlm_desktop.corpus.indexing.passages import passages_of
from rlm_desktop.text.blob import Blob
from rlm_desktop.text.documents import DocumentTable
from rlm_desktop.text.words import STOP_WORDS, UNSPACED, pairs_of

MOST_TERMS = 1_000
_THREAD_BYTES = 30_000_000
_LONGEST_WORD_BYTES = 80
_MOST_ENDINGS = 50
"""Pairs that are looked for when a single letter of a script without spaces is asked for."""


@dataclass(frozen=True, slots=True)
class Found:
    """A passage, by its characters in the text, and how well it fits."""

    start: int
    end: int
    score: float


class SearchIndex:
    """The passages of one text."""

    def __init__(self, index: tantivy.Index) -> None:
        self._schema = index.schema
        self._searcher = index.searcher()
        self._words, self._stems = _words_analyzer(), _words_analyzer(stem=True)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the index in the folder of a text; raises IndexBroken."""
        try:
            return cls(tantivy.Index.open(os.fspath(place_of(folder, "search"))))
        except (ValueError, OSError) as error:
            raise IndexBroken(f"The search index in {folder} cannot be read: {error}") from error

    def search(self, query: str, k: int, start: int = 0, end: int | None = None) -> list[Found]:
        """Give the `k` passages of a range of the text that fit the words of the query best, the best first."""
        terms = self._terms(query)
        if not terms or k < 1:
            return []
        words = tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms])
        wanted = self._in_range(words, start, end) if start or end is not None else words
        hits = self._searcher.search(wanted, k, count=False).hits
        places = [place for _, place in hits]
        starts, ends = (self._searcher.fast_field_values(name, places) for name in ("start", "end"))
        return [
            Found(int(first or 0), int(behind or 0), score)
            for (score, _), first, behind in zip(hits, starts, ends, strict=True)
        ]

    def _terms(self, query: str) -> list[tantivy.Query]:
        spaced, runs = _parted(query)
        words = self._words.analyze(spaced)
        telling = [word for word in words if word not in STOP_WORDS] or ([] if runs else words)
        stems = self._stems.analyze(" ".join(telling))
        pairs = [pair for run in runs for pair in self._pairs(run)]
        fields = [("words", word) for word in dict.fromkeys(stems)] + [("pairs", pair) for pair in dict.fromkeys(pairs)]
        return [tantivy.Query.term_query(self._schema, *term, index_option="freq") for term in fields[:MOST_TERMS]]

    def _pairs(self, run: str) -> list[str]:
        if len(run) > 1:
            return pairs_of(run)
        return [pair for pair, _ in self._searcher.terms_with_prefix("pairs", run, limit=_MOST_ENDINGS)]

    def _in_range(self, words: tantivy.Query, start: int, end: int | None) -> tantivy.Query:
        """Keep to passages that lie inside; whether one does says nothing of how well it fits."""
        whole = tantivy.FieldType.Unsigned
        bounds = [tantivy.Query.range_query(self._schema, "start", whole, start, None)]
        if end is not None:
            bounds.append(tantivy.Query.range_query(self._schema, "end", whole, None, end))
        inside = [(tantivy.Occur.Must, tantivy.Query.const_score_query(bound, 0.0)) for bound in bounds]
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, words), *inside])


def build_search_index(folder: Path) -> None:
    """Make the index of the text in this folder; it is there when it is whole."""
    part = part_of(folder, "search")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    blob, table = Blob.open(folder), DocumentTable.open(folder)
    index = tantivy.Index(_schema(), path=os.fspath(part))
    index.register_tokenizer("words", _words_analyzer(stem=True))
    index.register_tokenizer("pairs", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(2, 2)).build())
    threads = 2 if (os.cpu_count() or 1) > 3 else 1
    writer = index.writer(threads * _THREAD_BYTES, threads)
    for start, text in passages_of(blob, table):
        writer.add_document(_entry(start, text))
    writer.commit()
    writer.wait_merging_threads()
    table.close()
    blob.close()
    part.rename(place_of(folder, "search"))


def _entry(start: int, text: str) -> tantivy.Document:
    entry = tantivy.Document()
    entry.add_unsigned("start", start)
    entry.add_unsigned("end", start + len(text))
    spaced, runs = _parted(text)
    for run in runs:
        entry.add_text("pairs", run)
    entry.add_text("words", spaced)
    return entry


def _parted(text: str) -> tuple[str, list[str]]:
    """Part a text into what has spaces between its words, and runs of what has none, each in its usual spelling."""
    if text.isascii():
        return text, []
    usual = unicodedata.normalize("NFKC", text)
    return UNSPACED.sub(" ", usual), UNSPACED.findall(usual)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("start", "end"):
        builder.add_unsigned_field(name, fast=True)
    for name in ("words", "pairs"):
        builder.add_text_field(name, tokenizer_name=name, index_option="freq")
    return builder.build()


def _words_analyzer(*, stem: bool = False) -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for part in (tantivy.Filter.remove_long(_LONGEST_WORD_BYTES), tantivy.Filter.lowercase()):
        builder = builder.filter(part)
    return (builder.filter(tantivy.Filter.stemmer("english")) if stem else builder).build()
