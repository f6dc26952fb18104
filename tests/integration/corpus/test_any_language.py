"""Text of any language and broken bytes, from files to hits and quotes: every offset counts Python's characters."""

import json
from pathlib import Path
from typing import Any

import pytest

from rlm_desktop.corpus.indexing.searching import SearchIndex, build_search_index
from rlm_desktop.corpus.store.store import Store
from rlm_desktop.corpus.stored import StoredCorpus
from rlm_desktop.evidence.quotes import check_quotes
from rlm_desktop.repl.exchange import Searched, SearchHits
from rlm_desktop.text.sources import IN_MEMORY_BYTES
from tests.support.repl import EchoAnswerer, open_repl

FAMILY = "👩‍👩‍👧‍👦"
FILLER = {
    "zh": "港务局于三月开会讨论吨税的问题。\n",
    "ar": "اِجتَمَعَ مَجلِسُ الميناءِ في آذار.\n",
    "emoji": f"{FAMILY} 🇩🇪 👍🏽 harbour 🚢\n",
    "marks": "Cafe\u0301 Ardvi\u0308k, Å vs A\u030a, नमस्ते\n",
}
PASSAGES = {
    "zh": "董事会决定将吨税提高百分之十一。",
    "ar": "قَرَّرَ المَجلِسُ رَفعَ الرُّسومِ بنسبةِ أحدَ عشرَ",
    "emoji": f"The {FAMILY} board raised the 🚢 dues by 1️⃣1️⃣ per cent",
    "marks": "Le conseil a de\u0301cide\u0301 d'augmenter les droits de onze pour cent",
}
BROKEN = "The harbour's ledger \ufffd\ufffd was partly illegible in eighteen ninety"
LINES_BEFORE = {"zh": 400, "ar": 300, "emoji": 351, "marks": 222}
"""Enough that characters of several bytes lie across the blocks in which characters are counted."""

LOOK = """
import json, re
def told(hits):
    return [[hit.document, hit.line, hit.offset, hit.match] for hit in hits]
out = {"length": len(context), "finds": [], "greps": [], "places": [], "slices": [], "hits": []}
for passage in PASSAGES:
    at = context.find(passage)
    out["finds"].append([at, context.rfind(passage), context.count(passage)])
    out["greps"].append(told(grep(re.escape(passage))))
    place = where(at)
    out["places"].append([place.document, place.line])
    out["slices"].append([context[at:at + 7], context[at - 5000:at + 5000]])
    out["hits"].append([passage in hit.text and hit.text == context[hit.offset:hit.offset + len(hit.text)]
                        for hit in search(passage, k=1)])
out["emoji"] = [match.span() for match in re.finditer("🚢", context)]
out["any"] = [match.span() for match in re.finditer(r"\\w+ \\ufffd+", context)]
print(json.dumps(out))
"""


class Searching(EchoAnswerer):
    """Searches the index of one corpus, as the engine does."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.index = SearchIndex.open(folder)

    async def search(self, searched: Searched) -> SearchHits | str:
        return [(one.start, one.end, one.score) for one in self.index.search(searched.query, searched.k)]


def write_files(folder: Path) -> None:
    folder.mkdir()
    encodings = {"zh": "gb18030", "ar": "utf-16", "emoji": "utf-8", "marks": "utf-8-sig"}
    for name, filler in FILLER.items():
        text = filler * LINES_BEFORE[name] + PASSAGES[name] + "\n" + filler * 300
        (folder / f"{name}.txt").write_bytes(text.replace("\n", "\r\n").encode(encodings[name]))
    plain = "One line of the ledger, ж.\n" * 200
    broken = BROKEN.encode().replace("\ufffd\ufffd".encode(), b"\xff\xfe")
    (folder / "broken.txt").write_bytes(plain.encode() + broken + b"\n" + plain.encode())


@pytest.fixture(params=[IN_MEMORY_BYTES, 0], ids=["in memory", "on disk"])
async def corpus(request: pytest.FixtureRequest, tmp_path: Path):
    write_files(tmp_path / "files")
    store = Store.open(tmp_path / "store", in_memory_bytes=request.param)
    corpus = await store.ingest([tmp_path / "files"])
    build_search_index(corpus.folder)
    yield corpus
    corpus.close()
    await store.close()


def plain_text(corpus: StoredCorpus) -> str:
    """Give the text as one string of Python's, read past everything that counts characters."""
    return (corpus.folder / "text").read_bytes().decode()


def expected(text: str, corpus: StoredCorpus, passages: list[str]) -> dict[str, Any]:
    places = [text.index(passage) for passage in passages]
    named = [corpus.documents[corpus.document_index_at(place)].name for place in places]
    lines = [text[corpus.spans[corpus.document_index_at(place)].start : place].count("\n") + 1 for place in places]
    return {
        "finds": [[place, place, 1] for place in places],
        "greps": [
            [[name, line, place, passage]]
            for name, line, place, passage in zip(named, lines, places, passages, strict=True)
        ],
        "places": [list(pair) for pair in zip(named, lines, strict=True)],
        "slices": [[text[place : place + 7], text[max(0, place - 5000) : place + 5000]] for place in places],
    }


async def test_model_code_finds_every_passage_at_the_offset_that_python_counts(corpus: StoredCorpus, tmp_path: Path):
    text, passages = plain_text(corpus), [*PASSAGES.values(), BROKEN]
    boot = {"corpus_folder": str(corpus.folder), "in_memory_bytes": 0 if corpus.is_large else IN_MEMORY_BYTES}

    async with open_repl(tmp_path, "", **boot) as repl:
        repl.answerer = Searching(corpus.folder)
        out = json.loads(await repl.out(f"PASSAGES = {passages!r}", LOOK))

    assert out["length"] == len(text) == corpus.characters
    for what, wanted in expected(text, corpus, passages).items():
        assert out[what] == wanted, what
    assert out["hits"] == [[True]] * len(passages)
    assert out["emoji"] == [[at, at + 1] for at in range(len(text)) if text[at] == "🚢"]
    assert len(out["any"]) == 1


def test_quotes_of_any_language_are_found_where_python_counts_them(corpus: StoredCorpus):
    answer = "\n".join(f"> {passage}\n" for passage in [*PASSAGES.values(), BROKEN])

    quotes = check_quotes(answer, corpus)

    text = plain_text(corpus)
    assert [quote.match for quote in quotes] == ["exact"] * len(quotes)
    for quote, passage in zip(quotes, [*PASSAGES.values(), BROKEN], strict=True):
        index = next(place for place, one in enumerate(corpus.documents) if one.name == quote.document)
        start = corpus.spans[index].start
        assert text[start + quote.start : start + quote.end] == passage


def test_every_place_has_the_document_and_line_that_python_counts(corpus: StoredCorpus):
    text = plain_text(corpus)

    for index, span in enumerate(corpus.spans):
        for offset in range(span.start, span.end, 997):
            place = corpus.where(offset)

            assert place.document.name == corpus.documents[index].name
            assert place.line == text.count("\n", span.start, offset) + 1
        assert corpus.documents[index].text == text[span.start : span.end]


def test_bytes_that_are_no_text_become_one_sign_each_and_move_nothing(corpus: StoredCorpus):
    text = plain_text(corpus)

    assert text.count("\ufffd") == 2
    assert BROKEN in text
    assert "\r" not in text
