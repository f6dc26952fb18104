"""Indexes made in a process of their own."""

import asyncio
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from filelock import FileLock

from rlm_desktop.corpus.errors import IndexNotMade
from rlm_desktop.corpus.indexing.blocks import BlockIndex
from rlm_desktop.corpus.indexing.indexer import Indexer
from rlm_desktop.corpus.indexing.kinds import KINDS, is_made
from rlm_desktop.corpus.indexing.searching import SearchIndex
from tests.support.corpora import stored


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return stored(tmp_path / "corpus", {"a.txt": "The keeper lit the lamp. " * 50, "b.txt": "灯台守は海を見た。"})


@pytest.fixture
def indexer() -> Iterator[Indexer]:
    made = Indexer()
    yield made
    made.close()


async def test_the_indexes_of_a_text_are_made_once_and_both_are_there(folder, indexer):
    await asyncio.gather(*(indexer.until(folder, "search") for _ in range(5)))
    await indexer.until(folder, "blocks")

    assert SearchIndex.open(folder).search("lamp", 1)
    assert list(BlockIndex.open(folder).hits(memoryview(b"The keeper lit the lamp. " * 20)))
    assert [kind for kind in KINDS if is_made(folder, kind)] == list(KINDS)


def test_a_thread_can_wait_too(folder, indexer):
    indexer.begin(folder)

    indexer.wait(folder, "blocks")

    assert is_made(folder, "blocks")


async def test_two_processes_do_not_disturb_each_other(folder, indexer):
    other = Indexer()

    await asyncio.gather(indexer.until(folder, "search"), other.until(folder, "search"))

    other.close()
    assert SearchIndex.open(folder).search("lamp", 1)


def test_what_cannot_be_made_is_told_with_its_reason(tmp_path, indexer):
    (tmp_path / "corpus").mkdir()

    with pytest.raises(IndexNotMade, match="The index for search could not be made: There is no finished text"):
        indexer.wait(tmp_path / "corpus", "search")


def test_after_a_failure_it_is_tried_again(tmp_path, indexer):
    folder = tmp_path / "corpus"
    folder.mkdir()
    with pytest.raises(IndexNotMade):
        indexer.wait(folder, "search")
    stored(folder, {"a.txt": "The keeper lit the lamp."})

    indexer.wait(folder, "search")

    assert SearchIndex.open(folder).search("lamp", 1)


def test_indexes_that_were_cleared_away_are_made_anew(folder, indexer):
    indexer.wait(folder, "search")
    shutil.rmtree(folder / "indexes")

    indexer.wait(folder, "search")

    assert SearchIndex.open(folder).search("lamp", 1)


def test_closing_ends_who_waits(tmp_path, folder):
    fifo = folder / "indexes" / "lock"
    fifo.parent.mkdir()
    holder = subprocess.Popen(
        [sys.executable, "-c", f"import filelock; filelock.FileLock({str(fifo)!r}).acquire(); print(); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    indexer = Indexer()
    indexer.begin(folder)

    indexer.close()

    holder.communicate()
    assert not is_made(folder, "search")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
def test_a_process_whose_starter_is_killed_ends_and_the_next_one_begins_anew(folder, indexer):
    code = f"""
import os, sys, threading
from pathlib import Path
from filelock import FileLock
from rlm_desktop.corpus.indexing.indexer import Indexer
held = FileLock({str(folder / "indexes" / "lock")!r})
Path({str(folder / "indexes")!r}).mkdir()
held.acquire()
indexer = Indexer()
indexer.begin(Path({str(folder)!r}))
print(next(iter(indexer._making.values()))._process.pid, flush=True)
threading.Event().wait()
"""
    starter = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert starter.stdout is not None
    maker = int(starter.stdout.readline())

    starter.kill()
    starter.communicate()
    indexer.wait(folder, "search")

    assert is_made(folder, "search")
    with suppress(psutil.NoSuchProcess):
        while psutil.Process(maker).status() != psutil.STATUS_ZOMBIE:
            pass


async def test_keys_are_kept_out_of_the_process(folder, indexer, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    lock = FileLock(folder / "indexes" / "lock")
    (folder / "indexes").mkdir()

    with lock:
        indexer.begin(folder)
        (maker,) = (one for one in psutil.Process().children() if "--index" in one.cmdline())
        environment = maker.environ()

    assert "OPENAI_API_KEY" not in environment
    assert "PATH" in environment
