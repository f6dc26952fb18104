"""What may happen to a store: its process is killed, its disk is full, another process uses it, too."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from rlm_desktop.corpus.store.catalogue import FILE_NAME
from rlm_desktop.corpus.store.seen import FileSeen
from rlm_desktop.corpus.store.store import Store

COUNT = 60
ENDS = """SELECT session || '/' || name, max(start + size_bytes) FROM texts JOIN packs ON packs.id = pack
GROUP BY pack"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    for number in range(COUNT):
        (folder / f"{number:03}.txt").write_text(f"Document {number}\n" * 20_000)
    return folder


def start(store: Path, files: Path, *more: str) -> "subprocess.Popen[str]":
    words = [sys.executable, "-m", "tests.support.ingesting_process", str(store), str(files), *more]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(process: "subprocess.Popen[str]") -> tuple[str, str]:
    out, err = process.communicate(timeout=120)
    return out.strip(), err.strip()


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def kept(store: Path) -> int:
    """Count the documents that the catalogue has."""
    if not (store / FILE_NAME).exists():
        return 0
    try:
        with closing(sqlite3.connect(store / FILE_NAME)) as connection:
            return connection.execute("SELECT count(*) FROM extracts").fetchone()[0]
    except sqlite3.OperationalError:
        return 0


def check_integrity(store: Path) -> None:
    with closing(sqlite3.connect(store / FILE_NAME)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        ends = dict(connection.execute(ENDS))
    for path in (store / "packs").rglob("*.pack"):
        assert path.stat().st_size == ends[path.relative_to(store / "packs").as_posix()]


def kill(process: "subprocess.Popen[str]") -> None:
    """Kill it at once, and wait for its workers to notice."""
    family = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    psutil.wait_procs(family, timeout=60)


async def ingested(store_folder: Path, files: Path) -> tuple[str, int, int]:
    """Ingest here; gives the digest, the documents and the files that had to be read."""
    seen: list[object] = []
    store = Store.open(store_folder)
    corpus = await store.ingest([files], tell=seen.append)
    texts = [document.text for document in corpus.documents]
    await store.close()
    assert texts == [f"Document {number}\n" * 20_000 for number in range(COUNT)]
    return corpus.digest, len(texts), sum(isinstance(one, FileSeen) and one.state == "queued" for one in seen)


async def test_after_a_kill_in_the_middle_the_next_try_goes_on(tmp_path: Path, files: Path):
    store = tmp_path / "store"
    process = start(store, files, "--halt-after", "25")
    until(lambda: kept(store) == 25)
    kill(process)

    _, documents, read = await ingested(store, files)

    assert (documents, read) == (COUNT, COUNT - 25)
    check_integrity(store)


async def test_what_a_killed_process_left_is_cleaned_up(tmp_path: Path, files: Path):
    store = tmp_path / "store"
    process = start(store, files, "--halt-after", "25")
    until(lambda: kept(store) == 25)
    unfinished = store / "versions" / f"new-{next((store / 'packs').iterdir()).name}-12345678"
    unfinished.mkdir()
    (unfinished / "text").write_text("half")
    kill(process)
    pack = max((store / "packs").rglob("*.pack"), key=lambda path: path.stat().st_size)
    with pack.open("ab") as file:
        file.write(b"half a text")

    await Store.open(store).close()

    assert not unfinished.exists()
    assert [path.stem for path in (store / "sessions").iterdir() if path.stem not in {"guard", "store"}] == []
    check_integrity(store)


async def test_after_a_kill_while_assembling_nothing_is_read_again(tmp_path: Path, files: Path):
    store = tmp_path / "store"
    process = start(store, files, "--halt-assembling")
    assert process.stdout is not None
    assert process.stdout.readline() == "assembling\n"
    kill(process)

    digest, documents, read = await ingested(store, files)

    assert (documents, read) == (COUNT, 0)
    assert [path.name for path in (store / "versions").iterdir()] == [digest]
    check_integrity(store)


async def test_two_processes_use_a_store_at_once(tmp_path: Path, files: Path):
    store = tmp_path / "store"
    processes = [start(store, files) for _ in range(3)]

    said = [finish(process) for process in processes]

    digests = {out.split()[0] for out, err in said if not err}
    assert len(digests) == 1, said
    check_integrity(store)
    digest, documents, read = await ingested(store, files)
    assert ({digest}, documents, read) == (digests, COUNT, 0)


@pytest.mark.skipif(os.name == "nt", reason="there are no such limits")
async def test_a_file_that_may_grow_no_more_is_told_as_no_room(tmp_path: Path, files: Path):
    store = tmp_path / "store"

    _, said = finish(start(store, files, "--limit", "3000000"))

    assert said.startswith(f"StoreFull: There is no room in {store}: about"), said
    done = kept(store)
    _, documents, read = await ingested(store, files)
    assert (documents, read) == (COUNT, COUNT - done)
    check_integrity(store)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.name == "nt" or os.geteuid() != 0:
        pytest.skip("only root can make a small disk")
    made = subprocess.run([mount, "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)], check=False)
    if made.returncode:
        pytest.skip("no small disk can be made here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def resize(disk: Path, size: str) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(disk)], check=True)


@pytest.mark.parametrize(("size", "least_kept"), [("12m", 0), ("24m", COUNT)], ids=["reading", "assembling"])
async def test_on_a_full_disk_what_is_done_is_kept_and_the_next_try_goes_on(
    small_disk: Path, files: Path, size: str, least_kept: int
):
    store = small_disk / "store"
    resize(small_disk, size)

    _, said = finish(start(store, files))

    assert said.startswith(f"StoreFull: There is no room in {store}: about"), said
    assert "MB are needed" in said
    done = kept(store)
    assert not list((store / "versions").iterdir())
    resize(small_disk, "64m")
    _, documents, read = await ingested(store, files)
    assert (documents, read) == (COUNT, COUNT - done)
    assert done >= least_kept
    check_integrity(store)
