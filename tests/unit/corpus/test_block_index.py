import random
from pathlib import Path

import pytest

from rlm_desktop.corpus.errors import IndexBroken
from rlm_desktop.corpus.indexing.blocks import LARGE_BLOCK, SMALL_BLOCK, BlockIndex, build_block_index
from rlm_desktop.corpus.indexing.kinds import place_of
from rlm_desktop.text.blob import Blob
from tests.support.corpora import written


def text_of(letters: int, seed: int = 3) -> str:
    rolls = random.Random(seed)
    return "".join(rolls.choices("abcdefgh ijklm\nnoé灯", k=letters))


def on_disk(folder: Path, text: str) -> BlockIndex:
    build_block_index(written(folder, text))
    return BlockIndex.open(folder)


def in_memory(_folder: Path, text: str) -> BlockIndex:
    return BlockIndex.of(memoryview(text.encode()))


@pytest.mark.parametrize(("make", "block"), [(on_disk, LARGE_BLOCK), (in_memory, SMALL_BLOCK)])
def test_any_copied_piece_of_nearly_two_blocks_is_recognised(tmp_path, make, block):
    data = text_of(20_000).encode()
    index = make(tmp_path, data.decode())

    for start in (0, 1, 777, 10_000, len(data) - 2 * block + 1):
        piece = data[start : start + 2 * block - 1]
        hits = [(at - 2, place) for at, first in index.hits(memoryview(b"??" + piece)) for place in index.places(first)]
        assert any(place - at == start for at, place in hits)


@pytest.mark.parametrize("make", [on_disk, in_memory])
def test_what_stands_nowhere_is_not_recognised(tmp_path, make):
    index = make(tmp_path, text_of(20_000))

    assert list(index.hits(memoryview(text_of(20_000, seed=4).encode()))) == []
    assert list(index.hits(memoryview(b"short"))) == []


@pytest.mark.parametrize("make", [on_disk, in_memory])
def test_rows_of_one_letter_are_left_out(tmp_path, make):
    index = make(tmp_path, "-" * 5_000 + " " * 5_000 + text_of(1_000))

    assert list(index.hits(memoryview(b"-" * 1_000))) == []


@pytest.mark.parametrize("make", [on_disk, in_memory])
def test_a_text_shorter_than_a_block_has_an_index_of_nothing(tmp_path, make):
    assert list(make(tmp_path, "short").hits(memoryview(text_of(1_000).encode()))) == []


def test_a_block_that_stands_often_is_looked_at_in_a_few_places():
    block = "a block of 24 letters, no"[:SMALL_BLOCK]
    index = BlockIndex.of(memoryview((block * 50).encode()))

    _, first = next(index.hits(memoryview(block.encode())))

    assert index.places(first) == [0, 24, 48, 72]


def test_what_was_cut_short_is_refused(tmp_path):
    on_disk(tmp_path, text_of(20_000))
    whole = place_of(tmp_path, "blocks").read_bytes()
    place_of(tmp_path, "blocks").write_bytes(whole[:-8])

    with pytest.raises(IndexBroken):
        BlockIndex.open(tmp_path)


def test_the_index_has_a_sixteenth_of_the_size_of_the_text(tmp_path):
    on_disk(tmp_path, text_of(20_000))

    assert place_of(tmp_path, "blocks").stat().st_size <= Blob.open(tmp_path).size_bytes / 16 + 24
