"""Collects text that nobody here wrote, from Debian packages, until a folder holds as much as wanted.

Run it as `python tests/benchmarks/support/real_text.py FOLDER MEGABYTES`; it goes on where it was stopped.
Sources go to `plain`, manuals in HTML to `marked-up`, a fifth of the whole at most. No two files are equal. When the
packages don't suffice, `again` holds copies with one line added to each.
"""

import gzip
import hashlib
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from debian import archived_files, fetch_package, is_visible

MANUALS = """
    manpages manpages-dev manpages-zh manpages-ja manpages-ru manpages-de manpages-fr debian-reference-zh-cn
    debian-reference-ja libreoffice-help-zh-cn libreoffice-help-ja libreoffice-help-ru python3.11-doc postgresql-doc-15
    sqlite3-doc cmake-doc linux-doc-6.1 libgtk-3-doc qtbase5-doc-html libstdc++-12-doc erlang-doc rust-doc
"""
SOURCES = """
    linux-source-6.1 gcc-12-source rust-src golang-1.19-src openjdk-17-source binutils-source gdb-source glibc-source
    gcc-11-source
"""
MARKED_UP = {".html", ".htm", ".xhtml"}
MANUALS_SHARE = 0.2
MANUAL_SIZE = 40_000_000
"""No package of manuals gives more than this."""
LARGEST = 20_000_000


@dataclass(slots=True)
class Collection:
    """The folder being filled."""

    folder: Path
    wanted_bytes: int
    size_bytes: int = 0
    seen: set[bytes] = field(default_factory=set)

    def count_what_is_there(self) -> None:
        for path in files_below(self.folder):
            self._note(path.read_bytes())

    def is_full(self, share: float = 1.0) -> bool:
        return self.size_bytes >= self.wanted_bytes * share

    def take(self, content: bytes, name: Path) -> int:
        """Keep this file if it is text and new; give the bytes taken."""
        if name.suffix == ".gz":
            return self.take(_gunzipped(content), name.with_suffix(""))
        if not _is_text(content) or not self._note(content):
            return 0
        room = "marked-up" if name.suffix.lower() in MARKED_UP else "plain"
        target = self.folder / room / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        return len(content)

    def _note(self, content: bytes) -> bool:
        digest = hashlib.blake2b(content, digest_size=16).digest()
        is_new = digest not in self.seen
        if is_new:
            self.seen.add(digest)
            self.size_bytes += len(content)
        return is_new


def collect(folder: Path, megabytes: int) -> None:
    """Fill the folder."""
    done = folder / ".done"
    collection = Collection(folder=folder, wanted_bytes=megabytes * 1_000_000)
    folder.mkdir(parents=True, exist_ok=True)
    collection.count_what_is_there()
    for package in MANUALS.split():
        _add(collection, package, share=MANUALS_SHARE, most=MANUAL_SIZE)
    for package in SOURCES.split():
        _add(collection, package, share=1.0, most=collection.wanted_bytes)
    _repeat(collection)
    done.write_text(f"{collection.size_bytes}\n")


def files_below(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))


def _add(collection: Collection, package: str, *, share: float, most: int) -> None:
    mark = collection.folder / f".{package}"
    if collection.is_full(share) or mark.exists():
        return
    with tempfile.TemporaryDirectory(dir=collection.folder.parent) as name:
        here = Path(name)
        if fetch_package(package, here):
            taken = 0
            for content, path in _contents(here / "tree"):
                if collection.is_full(share) or taken >= most:
                    break
                taken += collection.take(content, Path(package) / path)
            print(f"{package:<28}{taken / 1e6:8.1f} MB   {collection.size_bytes / 1e6:10.1f} MB in all", flush=True)
    mark.touch()


def _contents(tree: Path) -> Iterator[tuple[bytes, Path]]:
    for path in sorted(files_below(tree)):
        if path.is_symlink() or path.stat().st_size == 0:
            continue
        inside = path.relative_to(tree)
        if ".tar." in path.name:
            for name, content in archived_files(path, LARGEST):
                yield content, Path(name)
        elif zipfile.is_zipfile(path) and path.name == "src.zip":
            yield from _zip_contents(path)
        elif path.stat().st_size <= LARGEST:
            yield path.read_bytes(), _short(inside)


def _zip_contents(path: Path) -> Iterator[tuple[bytes, Path]]:
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if not member.is_dir() and 0 < member.file_size <= LARGEST and is_visible(PurePosixPath(member.filename)):
                yield archive.read(member), _short(Path(member.filename))


def _short(path: Path) -> Path:
    parts = [part for part in path.parts if part not in ("/", "..", "usr", "share", "doc")]
    return Path(*parts)


def _gunzipped(content: bytes) -> bytes:
    try:
        return gzip.decompress(content)
    except (OSError, EOFError):
        return b""


def _is_text(content: bytes) -> bool:
    if not content or b"\0" in content:
        return False
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _repeat(collection: Collection) -> None:
    """Copy what is there until the folder is full, a line added to each file so that no two are equal."""
    originals = [path for room in ("plain", "marked-up") for path in sorted(files_below(collection.folder / room))]
    number = 0
    while not collection.is_full():
        number += 1
        for path in originals:
            if collection.is_full():
                break
            content = path.read_bytes() + f"\nCopy {number} of this file.\n".encode()
            collection.take(content, Path("again") / str(number) / path.relative_to(collection.folder))


if __name__ == "__main__":
    collect(Path(sys.argv[1]), int(sys.argv[2]))
