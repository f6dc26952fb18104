"""Files are read once, and each tells how far it is."""

import asyncio
import os
from pathlib import Path

import pytest

from rlm_desktop.corpus import loading
from rlm_desktop.service.documents import ReadDocumentsCache
from rlm_desktop.service.messages import DocumentSeen


@pytest.fixture
def conversions(monkeypatch) -> list[str]:
    """The names of the files that were really read."""
    read = []

    def counted(file):
        read.append(file.name)
        return loading.read_or_skip(file)

    monkeypatch.setattr("rlm_desktop.service.documents.read_or_skip", counted)
    return read


async def read(cache: ReadDocumentsCache, *paths: Path):
    seen: list[DocumentSeen] = []
    corpus = await cache.corpus([str(path) for path in paths], seen.append)
    return corpus, seen


async def test_each_file_tells_how_far_it_is(tmp_path):
    (tmp_path / "a.txt").write_text("The dues rose.")
    (tmp_path / "b.zip").write_bytes(b"PK\x03\x04 nothing to read here")

    corpus, seen = await read(ReadDocumentsCache(), tmp_path)

    states = [(one.name, one.state) for one in seen]
    assert states == [
        ("a.txt", "queued"),
        ("b.zip", "queued"),
        ("a.txt", "reading"),
        ("a.txt", "ready"),
        ("b.zip", "reading"),
        ("b.zip", "failed"),
    ]
    ready, failed = seen[3], seen[5]
    assert (ready.path, ready.kind, ready.characters, ready.size_bytes) == (str(tmp_path / "a.txt"), "text", 14, 14)
    assert failed.reason
    assert [document.name for document in corpus.documents] == ["a.txt"]
    assert [one.path for one in corpus.skipped] == [str(tmp_path / "b.zip")]


async def test_a_file_that_is_left_out_changes_no_name(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder / "in").mkdir(parents=True)
        (tmp_path / folder / "in" / "same.txt").write_text(f"This is {folder}.")
    given = [str(tmp_path / "a"), str(tmp_path / "b")]

    corpus = await ReadDocumentsCache().corpus(given, lambda _: None, [str(tmp_path / "a" / "in" / "same.txt")])

    assert [document.name for document in corpus.documents] == ["b/in/same.txt"]


async def test_a_gitignore_is_a_note_and_not_a_file_that_failed(tmp_path):
    (tmp_path / ".gitignore").write_text("*.log\n")
    (tmp_path / "a.log").write_text("This is left out.")
    (tmp_path / "a.txt").write_text("This is read.")

    _, seen = await read(ReadDocumentsCache(), tmp_path)

    assert [(one.name, one.reason) for one in seen if one.state == "noted"] == [
        (".gitignore", "its rules leave out 1 file or folder")
    ]
    assert not [one for one in seen if one.state == "failed"]


async def test_what_a_text_lacks_is_told_when_it_is_ready(tmp_path):
    image = '{"cells": [{"cell_type": "code", "source": "plot()", "outputs": [{"data": {"image/png": ""}}]}]}'
    (tmp_path / "a.ipynb").write_text(image)

    _, seen = await read(ReadDocumentsCache(), tmp_path / "a.ipynb")

    assert (seen[-1].state, seen[-1].reason) == ("ready", "not in its text: 1 image")


async def test_a_path_that_is_not_there_has_failed(tmp_path):
    corpus, seen = await read(ReadDocumentsCache(), tmp_path / "gone.txt")

    assert [(one.name, one.state) for one in seen] == [("gone.txt", "failed")]
    assert "no such file" in seen[0].reason
    assert corpus.documents == ()


async def test_asking_does_not_convert_again(tmp_path, conversions):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(f"This is {name}.")
    cache = ReadDocumentsCache()

    first, _ = await read(cache, tmp_path)
    second, seen = await read(cache, tmp_path)

    assert conversions == ["a.txt", "b.txt"]
    assert second == first
    assert [one.name for one in seen if one.state == "ready"] == ["a.txt", "b.txt"]


async def test_reading_the_same_file_twice_at_once_converts_it_once(tmp_path, conversions):
    (tmp_path / "a.txt").write_text("The dues rose.")
    cache = ReadDocumentsCache()

    await asyncio.gather(read(cache, tmp_path), read(cache, tmp_path))

    assert conversions == ["a.txt"]


async def test_a_file_that_changed_is_read_again(tmp_path, conversions):
    file = tmp_path / "a.txt"
    file.write_text("The dues rose.")
    cache = ReadDocumentsCache()
    await read(cache, file)

    file.write_text("The dues fell.")
    os.utime(file, ns=(1, 1))
    corpus, _ = await read(cache, file)

    assert conversions == ["a.txt", "a.txt"]
    assert corpus.documents[0].text == "The dues fell."


async def test_a_known_file_goes_by_the_name_it_has_among_the_others(tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "a.txt").write_text("The dues rose.")
    cache = ReadDocumentsCache()

    alone, _ = await read(cache, tmp_path / "inner" / "a.txt")
    below, _ = await read(cache, tmp_path)

    assert alone.documents[0].name == "a.txt"
    assert below.documents[0].name == str(Path("inner") / "a.txt")


async def test_what_was_not_used_for_longest_is_forgotten(tmp_path, conversions):
    for name in "abc":
        (tmp_path / name).write_text(name * 10)
    cache = ReadDocumentsCache(most_characters=25)

    for name in ("a", "b", "a", "c", "a", "b"):
        await read(cache, tmp_path / name)

    assert conversions == ["a", "b", "c", "b"]
