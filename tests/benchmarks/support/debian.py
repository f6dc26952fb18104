"""Fetches Debian packages and their sources without altering the system's own lists."""

import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

_LISTS = Path("/etc/apt/sources.list.d")


def fetch_package(package: str, here: Path) -> bool:
    """Unpack a binary package into `here/tree`; tell whether it is to be had."""
    got = _run(["apt-get", "download", "-q", package], here)
    archives = list(here.glob("*.deb"))
    if not got or not archives:
        return False
    subprocess.run(["dpkg-deb", "-x", str(archives[0]), str(here / "tree")], check=True)
    archives[0].unlink()
    return True


def fetch_source(package: str, here: Path) -> list[Path]:
    """Download the upstream archives of a package; give none when they are not to be had."""
    _run(["apt-get", *_source_options(here.parent / ".apt"), "source", "--download-only", "-q", package], here)
    return sorted(path for path in here.glob("*.orig*.tar.*") if not path.name.endswith(".asc"))


def archived_files(path: Path, largest: int) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Read the visible files of an archive, one after another."""
    with tarfile.open(path) as archive:
        for member in archive:
            name = PurePosixPath(member.name)
            if member.isfile() and 0 < member.size <= largest and is_visible(name):
                stream = archive.extractfile(member)
                assert stream is not None
                yield _inside(name), stream.read()


def is_visible(name: PurePosixPath) -> bool:
    return not any(part.startswith(".") and part != "." for part in name.parts)


def _inside(name: PurePosixPath) -> PurePosixPath:
    return PurePosixPath(*[part for part in name.parts if part not in ("/", ".", "..")])


def _source_options(folder: Path) -> list[str]:
    """Make lists of our own in which each place of packages is one of sources."""
    options = ["-o", "Dir::Etc::sourcelist=/dev/null", "-o", f"Dir::Etc::sourceparts={folder / 'parts'}"]
    options += ["-o", f"Dir::State::lists={folder / 'lists'}"]
    if not folder.exists():
        (folder / "lists" / "partial").mkdir(parents=True)
        (folder / "parts").mkdir()
        for path in _LISTS.glob("debian*.sources"):
            text = path.read_text().replace("Types: deb\n", "Types: deb-src\n")
            (folder / "parts" / path.name).write_text(text)
        _run(["apt-get", *options, "update", "-q"], folder)
    return options


def _run(command: list[str], here: Path) -> bool:
    return subprocess.run(command, cwd=here, capture_output=True, check=False).returncode == 0
