"""Model code sees a `str`, whether the corpus is handed over, read into memory, or stays in its files."""

import pytest

from tests.support.corpora import stored, written
from tests.support.faithfulness import SCALE_DOWN, outcomes, snippets, texts
from tests.support.repl import open_repl

SNIPPETS = snippets()
TEXTS = texts()
TOO_LARGE = "ContextTooLarge: "
NO_LIMIT, TIGHT = 10**9, 10_000


def test_there_are_enough_snippets():
    assert len(SNIPPETS) >= 400


async def test_a_stored_corpus_in_memory_is_the_str_it_was(tmp_path):
    codes = [code for name, code in SNIPPETS.items() if not name.startswith("documents")]

    given = await _run(tmp_path, codes, context=TEXTS["prose"])
    in_memory = await _run(tmp_path, codes, corpus_folder=written(tmp_path / "corpus", TEXTS["prose"]))

    assert in_memory == given


@pytest.mark.parametrize("name", TEXTS)
async def test_a_corpus_that_stays_in_its_files_seems_a_str(tmp_path, name):
    corpus = written(tmp_path / "corpus", TEXTS[name])

    in_memory = await _run(tmp_path, SNIPPETS.values(), corpus_folder=corpus)
    in_files = await _run(tmp_path, SNIPPETS.values(), corpus_folder=corpus, most=NO_LIMIT)

    assert _different(in_memory, in_files) == {}


@pytest.mark.parametrize("name", ["prose", "scripts"])
async def test_what_takes_too_much_memory_is_refused_and_all_else_seems_a_str(tmp_path, name):
    corpus = written(tmp_path / "corpus", TEXTS[name])

    in_memory = await _run(tmp_path, SNIPPETS.values(), corpus_folder=corpus)
    in_files = await _run(tmp_path, SNIPPETS.values(), corpus_folder=corpus, most=TIGHT)

    different = _different(in_memory, in_files)
    assert {key: found for key, found in different.items() if not found[1][1].startswith(TOO_LARGE)} == {}
    assert len(different) < len(SNIPPETS) * 0.2


async def test_documents_seem_the_same_in_files(tmp_path):
    codes = [code for name, code in SNIPPETS.items() if name.startswith(("documents", "chunking", "regex"))]
    corpus = stored(tmp_path / "corpus", TEXTS)

    in_memory = await _run(tmp_path, codes, corpus_folder=corpus)
    in_files = await _run(tmp_path, codes, corpus_folder=corpus, most=NO_LIMIT)

    assert in_files == in_memory


async def _run(scratch, codes, *, most=None, **boot):
    """Run snippets in one child; with `most` over a text that stays in its files, all sizes scaled down."""
    if "corpus_folder" in boot:
        boot["corpus_folder"] = str(boot["corpus_folder"])
    async with open_repl(scratch, **boot, **({} if most is None else {"in_memory_bytes": 0})) as repl:
        if most is not None:
            await repl.out(SCALE_DOWN.replace("MOST", str(most)))
        return await outcomes(repl, codes)


def _different(in_memory, in_files):
    pairs = zip(SNIPPETS.values(), in_memory, in_files, strict=True)
    return {code: (one, other) for code, one, other in pairs if one != other}
