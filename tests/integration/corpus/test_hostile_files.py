"""Files that take over the worker that reads them: it is ended, the file has a reason, and the others are read."""

import asyncio
import ctypes
import json
import os
import sys
import zipfile
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import psutil
import pytest

from rlm_desktop.corpus.conversion import Conversion
from rlm_desktop.corpus.converting import batches, launching, noting
from rlm_desktop.corpus.converting.labour import CRASHED, SILENT
from rlm_desktop.corpus.converting.patience import Patience
from rlm_desktop.corpus.converting.pool import Converters
from rlm_desktop.corpus.converting.serving import RESULTS_A_FRAME
from rlm_desktop.corpus.gathering import FoundFile
from tests.support.repl import until

HOSTILE_WORKER = Path(__file__).parents[2] / "support" / "hostile_worker.py"
USUAL = Patience(memory_bytes=300_000_000)
SHORT = Patience(file_seconds=0.5, quiet_seconds=1.0)
needs_confinement = pytest.mark.skipif(not launching.can_confine(), reason="this kernel holds no worker")


@pytest.fixture(autouse=True)
def _hostile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launching, "worker_command", lambda: [sys.executable, "-I", str(HOSTILE_WORKER)])


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "spool").mkdir()
    folder = tmp_path / "files"
    folder.mkdir()
    return folder


def order(folder: Path, *orders: str) -> None:
    """Have files give these orders, between innocent ones."""
    for number, one in enumerate(orders):
        (folder / f"{number}-before.txt").write_text("innocent")
        (folder / f"{number}-order.order").write_text(one)
        (folder / f"{number}-behind.txt").write_text("innocent")


async def outcome(files: Path, patience: Patience = USUAL, workers: int = 1) -> dict[str, str]:
    """Give the reason of each file that was not read, and the text of each `.order` file that was."""
    converters = Converters(files.parent / "spool", workers=workers, patience=patience)
    found = (await converters.scan([files])).files
    conversions = [one async for one in converters.convert(found, [files])]
    assert sorted(one.file.name for one in conversions) == sorted(file.name for file in found)
    assert children() == []
    return {one.file.name: _outcome(files, one) for one in conversions if one.file.name.endswith(".order")} | {
        one.file.name: one.skipped[0].reason for one in conversions if one.skipped
    }


def _outcome(files: Path, conversion: Conversion) -> str:
    texts = (extract.text for extract in conversion.extracts)
    parts = ((files.parent / "spool" / one.pack).read_bytes()[one.start :][: one.size_bytes] for one in texts)
    return b"".join(parts).decode()


def children() -> list[int]:
    return [one.pid for one in psutil.Process().children() if one.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("spin", "its conversion was stopped after 0.5 s"),
        ("sleep", "its conversion was stopped after 0.5 s"),
        ("crash", CRASHED),
        ("eat", "needs more memory than a conversion may take"),
        ("overflow", "needed more than 0.3 GB of memory"),
    ],
)
async def test_one_bad_file_has_a_reason_and_the_others_are_read(files: Path, what: str, reason: str):
    order(files, what, what)

    patience = SHORT if what in {"spin", "sleep"} else USUAL
    assert await outcome(files, patience) == {"0-order.order": reason, "1-order.order": reason}


async def test_what_was_read_of_an_archive_before_a_member_hangs_is_kept(files: Path):
    with zipfile.ZipFile(files / "a.zip", "w") as package:
        for number in range(RESULTS_A_FRAME):
            package.writestr(f"{number}.txt", f"number {number}")
        package.writestr("last.order", "spin")
    converters = Converters(files.parent / "spool", workers=1, patience=SHORT)
    found = (await converters.scan([files])).files

    (conversion,) = [one async for one in converters.convert(found, [files])]

    assert len(conversion.extracts) == RESULTS_A_FRAME
    assert [one.reason.startswith("its conversion was stopped after") for one in conversion.skipped] == [True]


@needs_confinement
async def test_a_worker_that_was_taken_over_has_nothing_to_take(files: Path):
    order(files, "attempts")

    assert await outcome(files) == {"0-order.order": "succeeded:"}


async def test_without_confinement_the_same_attempts_would_succeed(files: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(launching, "can_confine", lambda: False)
    order(files, "attempts")

    assert "program" in (await outcome(files))["0-order.order"]


@pytest.mark.parametrize(
    "frame",
    [
        {"results": [[1, [0, 0, 0], [["", "text", 0, 0, 99, *["0" * 32, 9, "0" * 32, 9, 0, 1, [], []]]], []]]},
        {"results": [[1, [0, 0, 0], [["../x", "text", 0, 0, 0, *["0" * 32, 9, "0" * 32, 0, 0, 0, [], []]]], []]]},
        {"results": [[77, [0, 0, 0], [], []]]},
        {"results": [[True, [0, 0, 0], [], []]]},
        {"results": [[1, [0, 0, 0], [], [["", "x\u001b[31m"]]]]},
        {"results": "all"},
        {"results": None},
        [],
    ],
)
async def test_a_worker_that_breaks_the_rules_is_ended(files: Path, frame: object):
    order(files, "lie\n" + json.dumps(frame))

    assert await outcome(files) == {"0-order.order": CRASHED}


async def test_cancelling_ends_the_workers_at_once(files: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(batches, "SECONDS_A_BATCH", 0.0)
    order(files, *["spin"] * 4)
    converters = Converters(files.parent / "spool", workers=2)
    found = [file for file in (await converters.scan([files])).files if file.name.endswith(".order")]

    async def convert() -> None:
        async with aclosing(converters.convert(found, [files])) as conversions:
            async for _ in conversions:
                pass

    work = asyncio.create_task(convert())
    await until(lambda: len(children()) == 2)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)

    assert children() == []


async def test_closing_the_pool_ends_its_workers(files: Path):
    order(files, "spin")
    converters = Converters(files.parent / "spool", workers=1)
    found = (await converters.scan([files])).files
    results = asyncio.create_task(_all(converters, found, files))
    await until(lambda: len(children()) == 1)

    await converters.close()

    assert children() == []
    results.cancel()
    await asyncio.gather(results, return_exceptions=True)


@pytest.fixture
def silent_folder(files: Path) -> Iterator[Path]:
    """Mount a file system that never answers."""
    folder = files / "network"
    folder.mkdir()
    try:
        device = os.open("/dev/fuse", os.O_RDWR)
    except OSError:
        pytest.skip("file systems of one's own need /dev/fuse")
    libc = ctypes.CDLL(None, use_errno=True)
    options = f"fd={device},rootmode=40000,user_id={os.getuid()},group_id={os.getgid()}".encode()
    if libc.mount(b"silent", os.fsencode(folder), b"fuse", 0, options):
        os.close(device)
        pytest.skip("mounting is not allowed here")
    yield folder
    os.close(device)
    libc.umount2(os.fsencode(folder), 2)


async def test_a_folder_that_does_not_answer_is_told_and_the_rest_is_found(files: Path, silent_folder: Path):
    order(files, "attempts")
    converters = Converters(files.parent / "spool", patience=SHORT)

    gathered = await converters.scan([files])

    assert len(gathered.files) == 3
    assert [(one.path, one.reason) for one in gathered.skipped] == [(str(silent_folder), "the folder does not answer")]
    assert children() == []


async def test_a_given_folder_that_does_not_answer_is_told(files: Path, silent_folder: Path):
    (files / "a.txt").write_text("words")

    gathered = await Converters(files.parent / "spool", patience=SHORT).scan([files / "a.txt", silent_folder])

    assert [file.name for file in gathered.files] == ["a.txt"]
    assert [one.reason for one in gathered.skipped] == ["the folder does not answer"]


async def test_files_in_a_folder_that_fell_silent_do_not_each_keep_us_waiting(files: Path, silent_folder: Path):
    (files / "a.txt").write_text("words")
    given = [
        FoundFile(path=str(path), name=path.name, size_bytes=5)
        for path in (silent_folder / "b.txt", silent_folder / "c.txt", files / "a.txt")
    ]
    converters = Converters(files.parent / "spool", workers=1, patience=SHORT)

    conversions = [one async for one in converters.convert(given, [files])]

    assert {one.file.name: [each.reason for each in one.skipped] for one in conversions} == {
        "a.txt": [],
        "b.txt": [SILENT],
        "c.txt": [SILENT],
    }


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs signals that stop a process")
async def test_a_worker_that_is_stopped_from_outside_is_replaced(files: Path):
    order(files, "sleep")
    converters = Converters(files.parent / "spool", workers=1, patience=SHORT)
    found = (await converters.scan([files])).files
    results = asyncio.create_task(_all(converters, found, files))
    folder = files.parent / "spool"
    await until(lambda: any(noting.file_in(noting.noted(one), 1)[1] for one in folder.iterdir()))
    psutil.Process(children()[0]).suspend()

    conversions = await results

    assert len(conversions) == 3


async def _all(converters: Converters, found: tuple[FoundFile, ...], files: Path) -> list[Conversion]:
    return [one async for one in converters.convert(found, [files])]
