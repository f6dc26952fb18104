import random
from pathlib import Path

import pytest

from rlm_desktop.corpus.errors import IndexBroken
from rlm_desktop.corpus.indexing.kinds import is_made, part_of
from rlm_desktop.corpus.indexing.passages import passages_of
from rlm_desktop.corpus.indexing.searching import SearchIndex, build_search_index
from rlm_desktop.text.blob import Blob
from rlm_desktop.text.documents import DocumentTable
from tests.support.corpora import stored

HARBOUR = {
    "minutes.txt": "The Board raised the dues on tonnage.\n\nThe keeper of the lighthouse was paid.\n",
    "letters.txt": "Nobody wrote about the harbour. " * 60 + "\n\nThe lighthouse keepers were never paying.\n",
    "东京.txt": "東京の灯台は海の近くにあります。\n\n灯台守は給料をもらいました。\n",
    "الميناء.txt": "قَرَّرَ المَجلِسُ رَفعَ الرُّسومِ.\n",
    "ท่าเรือ.txt": "ผู้ดูแลประภาคารได้รับเงินเดือนแล้ว\n",
    "conseil.txt": "Le conseil a de\u0301cide\u0301.\n",
    "bank.txt": "The bank said: \ufb01nance.\n",
    "hangzhou.txt": "杭州的灯塔很古老。守塔人每天晚上点灯。\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = stored(tmp_path / "corpus", HARBOUR)
    build_search_index(made)
    return made


def found_in(folder: Path, query: str, k: int = 10, **bounds: int) -> list[str]:
    """Give the texts that were found, the best first."""
    blob = Blob.open(folder)
    return [blob.slice(one.start, one.end) for one in SearchIndex.open(folder).search(query, k, **bounds)]


def test_words_are_found_without_their_endings(folder):
    found = found_in(folder, "lighthouses keeps paying")

    assert len(found) == 2
    assert all("lighthouse" in text and "keeper" in text for text in found)


def test_what_fits_better_comes_first_with_a_higher_score(folder):
    best, *others = SearchIndex.open(folder).search("dues on tonnage keeper", 10)

    assert "dues" in Blob.open(folder).slice(best.start, best.end)
    assert all(best.score > other.score for other in others)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("灯台守", "灯台守"),
        ("灯塔", "杭州"),
        ("海", "東京の灯台"),
        ("رَفعَ", "المَجلِسُ"),
        ("ประภาคาร", "ผู้ดูแล"),
        ("décidé", "de\u0301cide\u0301"),
        ("finance", "\ufb01nance"),
        ("Which 灯塔 is old?", "杭州"),
    ],
)
def test_other_scripts_are_found_by_words_or_by_pairs_of_letters(folder, query, expected):
    assert expected in found_in(folder, query)[0]


@pytest.mark.parametrize("query", ["", "   ", "the of and", '"*"', "AND OR NOT", "start:[0 TO 5]", "dues^100 (", "\0"])
def test_signs_of_a_query_language_mean_nothing(folder, query):
    assert len(SearchIndex.open(folder).search(query, 3)) <= 3


def test_stop_words_alone_are_better_than_nothing(folder):
    assert found_in(folder, "the")


def test_no_more_than_asked_for_are_given(folder):
    assert len(found_in(folder, "harbour", 2)) == 2
    assert found_in(folder, "harbour", 0) == []


def test_a_range_of_the_text_holds_all_that_is_found(folder):
    table = DocumentTable.open(folder)
    row = table[table.index_of("letters.txt")]
    everywhere = SearchIndex.open(folder).search("lighthouse keeper", 10)

    inside = SearchIndex.open(folder).search("lighthouse keeper", 10, row.start, row.end)

    assert len(everywhere) > len(inside) > 0
    assert all(row.start <= one.start < one.end <= row.end for one in inside)
    assert inside[0] in everywhere


def test_a_hit_lies_in_one_document_and_never_in_a_header(folder):
    assert not any("===" in text for text in found_in(folder, "document letters minutes harbour 東京", 100))


def test_passages_follow_each_other_without_a_gap_whatever_the_pieces_that_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr("rlm_desktop.corpus.indexing.passages._PIECE", 3_000)
    random.seed(4)
    words = ["灯台", "lighthouse", "é", "🚢", "of", "the", "sea\n"]
    texts = {f"d{n}": " ".join(random.choices(words, k=random.randrange(2_000, 4_000))) for n in range(5)}
    folder = stored(tmp_path, texts, page_starts={"d2": (0, 500, 500, 7_000)})
    blob, table = Blob.open(folder), DocumentTable.open(folder)

    passages = list(passages_of(blob, table))

    for row in table:
        inside = [(start, text) for start, text in passages if row.start <= start < row.end]
        assert "".join(text for _, text in inside) == blob.slice(row.start, row.end)
        assert all(blob.slice(start, start + len(text)) == text for start, text in inside)
        assert all(0 < len(text) <= 1_200 for _, text in inside)
    assert {table[2].start + 500, table[2].start + 7_000} <= {start for start, _ in passages}


def test_a_build_that_was_cut_short_begins_anew(tmp_path):
    folder = stored(tmp_path / "corpus", HARBOUR)
    part_of(folder, "search").mkdir(parents=True)
    (part_of(folder, "search") / "meta.json").write_text("half of")

    build_search_index(folder)

    assert is_made(folder, "search")
    assert not part_of(folder, "search").exists()
    assert found_in(folder, "tonnage")


def test_what_is_no_index_is_refused_with_a_sentence(tmp_path):
    folder = stored(tmp_path / "corpus", HARBOUR)

    with pytest.raises(IndexBroken, match="cannot be read"):
        SearchIndex.open(folder)
