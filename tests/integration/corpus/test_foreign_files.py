"""Files that nobody here wrote, those that come with Python: each is read or refused with a reason, by real workers.

What other readers test themselves with, thousands of files of all kinds, is in `tests/benchmarks/bench_documents.py`.
"""

import shutil
import sysconfig
from pathlib import Path

import pytest

from rlm_desktop.corpus.store.store import Store
from rlm_desktop.corpus.stored import StoredCorpus

PYTHON = Path(sysconfig.get_paths()["stdlib"])
FOLDERS = ("idlelib", "email", "ensurepip/_bundled", "test/cjkencodings", "test/encoded_modules", "test/xmltestdata")
FOLDERS += ("test/test_email/data", "test/imghdrdata", "test/sndhdrdata", "test/tokenizedata", "test/certdata")
FILES = ("test/testtar.tar", "test/testtar.tar.xz", "test/recursion.tar", "test/zip_cp437_header.zip")
FILES += ("test/zipdir.zip", "test/Sine-1000Hz-300ms.aif", "test/pstats.pck", "test/randv2_64.pck", "LICENSE.txt")
NOISE = b"\x9c\x01\x00\xfe\x13" * 4_000


def copy_files(folder: Path) -> list[Path]:
    """Copy what this Python has of them, and spoil some copies."""
    for name in FOLDERS:
        if (PYTHON / name).is_dir():
            shutil.copytree(PYTHON / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        if (PYTHON / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PYTHON / name, folder / name)
    for path in [*(folder / "idlelib").glob("*.html"), *folder.rglob("*.whl"), *folder.rglob("*.gif")][:8]:
        data = path.read_bytes()
        path.with_name(f"cut-{path.name}").write_bytes(data[: len(data) // 3])
        path.with_name(f"noise-{path.name}").write_bytes(data[:2_000] + NOISE)
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.fixture
async def taken_in(tmp_path: Path):
    if not (PYTHON / "idlelib").is_dir():
        pytest.skip("this Python came without most of its files")
    files = copy_files(tmp_path / "files")
    store = Store.open(tmp_path / "store")
    corpus = await store.ingest([tmp_path / "files"])
    yield files, corpus
    corpus.close()
    await store.close()


async def test_each_file_is_read_or_refused_with_a_reason(taken_in: tuple[list[Path], StoredCorpus]):
    files, corpus = taken_in

    read = {Path(document.path) for document in corpus.documents}
    refused = {Path(skipped.path): skipped.reason for skipped in corpus.skipped}
    lost = [
        path for path in files if not any(place == path or path in place.parents for place in read | refused.keys())
    ]
    assert len(files) > 80
    assert lost == []
    assert all(reason and "Error" not in reason and "Traceback" not in reason for reason in refused.values())


async def test_what_is_text_is_read_and_what_is_none_is_not(taken_in: tuple[list[Path], StoredCorpus]):
    _, corpus = taken_in

    read = {Path(document.path).name: document for document in corpus.documents}
    assert read["help.html"].kind == "html"
    assert "IDLE" in read["help.html"].text
    assert read["feedparser.py"].text == (PYTHON / "email" / "feedparser.py").read_text()
    assert not [name for name in read if name.endswith((".gif", ".png", ".ico", ".au", ".aiff"))]
