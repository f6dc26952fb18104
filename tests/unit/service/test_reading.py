"""What a run is asked about is read from what the user gave, or from a named corpus."""

from dataclasses import replace

import pytest

from rlm_desktop.corpus.counting.kept import keep_total
from rlm_desktop.corpus.store.store import Store
from rlm_desktop.service.errors import NothingToRead, Refused
from rlm_desktop.service.reading import Given, given_by, read_for_run
from rlm_desktop.service.spec import RunSpec
from tests.support.converting import PlainConverters

SPEC = RunSpec(question="When?", paths=(), root="openai/gpt-5", worker="builtin/extractive")


@pytest.fixture
async def store(tmp_path):
    store = Store.open(tmp_path / "store", PlainConverters)
    yield store
    await store.close()


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "documents"
    folder.mkdir()
    for name in "abc":
        (folder / f"{name}.txt").write_text(f"This is {name}.")
    return folder


async def read(store, spec):
    return await read_for_run(store, spec, lambda _: None)


async def test_a_named_corpus_gives_its_paths_and_what_it_leaves_out(store, folder):
    store.corpora.save("Letters", [str(folder)], [str(folder / "b.txt")])

    corpus = await read(store, replace(SPEC, corpus="Letters"))

    assert [document.name for document in corpus.documents] == ["a.txt", "c.txt"]


def test_paths_of_the_run_are_added_to_those_of_the_corpus_each_once(store):
    store.corpora.save("Letters", ["/a", "/b"], ["/a/x", "/c"])

    given = given_by(replace(SPEC, corpus="Letters", paths=("/c", "/b"), left_out=("/b/y",)), store)

    assert given == Given(paths=("/a", "/b", "/c"), left_out=("/a/x", "/b/y"))


@pytest.mark.parametrize(("names", "there"), [((), "There is none yet."), (("B", "A"), "There are: A, B.")])
async def test_an_unknown_corpus_is_refused_with_those_there_are(store, names, there):
    for name in names:
        store.corpora.save(name, ["/a"])

    with pytest.raises(Refused, match=f"There is no corpus called Letters. {there}"):
        await read(store, replace(SPEC, corpus="Letters"))


async def test_nothing_but_what_is_ready_is_read_for_those_who_do_not_wait(store, folder):
    await read(store, replace(SPEC, paths=(str(folder / "a.txt"),)))

    corpus = await read(store, replace(SPEC, paths=(str(folder),), ready_only=True))

    assert [document.name for document in corpus.documents] == ["a.txt"]


async def test_when_nothing_is_ready_there_is_nothing_to_read(store, folder):
    with pytest.raises(NothingToRead, match="Nothing is ready yet"):
        await read(store, replace(SPEC, paths=(str(folder),), ready_only=True))


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({}, "There are no documents"),
        ({"a.bin": b""}, "a.bin: empty. Add other files"),
        ({"a.bin": b"", "b.bin": b"", "c.bin": b""}, "2 more could not be read either"),
    ],
)
async def test_a_corpus_of_nothing_is_refused_with_its_reason(store, tmp_path, files, reason):
    folder = tmp_path / "nothing"
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)

    with pytest.raises(NothingToRead, match=reason):
        await read(store, replace(SPEC, paths=(str(folder),)))


async def test_a_run_knows_the_exact_number_of_tokens_once_it_was_counted(store, folder):
    spec = replace(SPEC, paths=(str(folder),))
    estimated = await read(store, spec)
    keep_total(estimated.folder, "o200k_base", 4_321)

    counted = await read(store, spec)
    other = await read(store, replace(spec, root="anthropic/claude-x"))

    assert counted.tokens == 4_321
    assert other.tokens == estimated.tokens != 4_321
