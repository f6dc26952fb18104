"""Makes of the bundle's folder what Linux users install: a `.tar.gz` and a `.deb`."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Iterable
from pathlib import Path

import dev_libraries

NAME = "rlm-desktop"
INSTALLED = Path("usr/lib") / NAME
_GLIBC = re.compile(rb"GLIBC_2\.(\d+)\b")
_KINDS = (
    *("text/plain", "text/markdown", "text/html", "text/csv"),
    *("application/pdf", "application/json", "application/epub+zip"),
)
_RENAMED = {"libglib2.0-0": "libglib2.0-0t64 | libglib2.0-0"}
"""Debian 13 and Ubuntu 24.04 gave this package a new name."""


def desktop_entry() -> str:
    """Give the entry by which desktops list the app and open documents with it."""
    lines = {
        "Type": "Application",
        "Name": "RLM Desktop",
        "GenericName": "Questions over long documents",
        "Comment": "Ask questions over more text than any language model can read",
        "Exec": f"{NAME} %F",
        "Icon": NAME,
        "Terminal": "false",
        "Categories": "Office;",
        "Keywords": "documents;questions;language model;",
        "MimeType": "".join(f"{kind};" for kind in _KINDS),
        "StartupWMClass": NAME,
    }
    return "\n".join(["[Desktop Entry]", *(f"{key}={value}" for key, value in lines.items()), ""])


def control(version: str, architecture: str, size_kib: int, glibc: str) -> str:
    """Give what Debian's package manager wants to know."""
    needed = [f"libc6 (>= {glibc})", *(_RENAMED.get(name, name) for name in sorted(dev_libraries.packages()))]
    lines = {
        "Package": NAME,
        "Version": version,
        "Architecture": architecture,
        "Maintainer": "RLM Desktop contributors <contributors@rlm-desktop.invalid>",
        "Installed-Size": str(size_kib),
        "Depends": ", ".join(needed),
        "Recommends": "bubblewrap",
        "Suggests": "tesseract-ocr",
        "Section": "text",
        "Priority": "optional",
        "Description": "ask questions over more text than any language model can read\n"
        " A recursive language model reads the documents, piece by piece and by code\n"
        " that it writes, and the window shows how the answer came about.",
    }
    return "".join(f"{key}: {value}\n" for key, value in lines.items())


def newest_glibc(files: Iterable[Path]) -> str:
    """Give the oldest version of the C library that all of these programs and libraries run with."""
    found = [int(number) for file in files for number in _GLIBC.findall(file.read_bytes())]
    return f"2.{max(found, default=17)}"


def make_tar(folder: Path, file: Path, date: int) -> None:
    """Pack a folder, in an order and with dates and owners that are the same each time."""

    def anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.mtime, entry.uid, entry.gid, entry.uname, entry.gname = date, 0, 0, "", ""
        return entry

    with (
        file.open("wb") as raw,
        gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=6, mtime=date) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        archive.add(folder, folder.name, recursive=False, filter=anonymous)
        for path in sorted(folder.rglob("*")):
            archive.add(path, str(Path(folder.name) / path.relative_to(folder)), recursive=False, filter=anonymous)


def make_deb(folder: Path, work: Path, target: Path, version: str, date: int) -> Path:
    """Make the Debian package of the bundle's folder; gives its path."""
    shutil.rmtree(work, ignore_errors=True)
    home = work / INSTALLED
    shutil.copytree(folder, home, symlinks=True, copy_function=os.link)
    _lay_out(work, home)
    size_kib = sum(path.lstat().st_size for path in home.rglob("*")) // 1024
    architecture = _output("dpkg", "--print-architecture")
    libraries = (
        path for path in home.rglob("*") if path.is_file() and (".so" in path.name or os.access(path, os.X_OK))
    )
    (work / "DEBIAN").mkdir()
    (work / "DEBIAN" / "control").write_text(control(version, architecture, size_kib, newest_glibc(libraries)))
    file = target / f"{NAME}_{version}_{architecture}.deb"
    command = ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z9", "--build", str(work), str(file)]
    subprocess.run(command, check=True, env={**os.environ, "SOURCE_DATE_EPOCH": str(date)})
    return file


def _lay_out(work: Path, home: Path) -> None:
    """Put what the system looks for elsewhere where it does."""
    (work / "usr" / "bin").mkdir(parents=True)
    (work / "usr" / "bin" / NAME).symlink_to(Path("..") / "lib" / NAME / NAME)
    shutil.move(home / "share", work / "usr" / "share")
    papers = work / "usr" / "share" / "doc" / NAME
    papers.mkdir(parents=True)
    texts = [home / "LICENSE.txt", home / "THIRD-PARTY-NOTICES.txt"]
    (papers / "copyright").write_text("\n\n".join(text.read_text(encoding="utf-8") for text in texts), encoding="utf-8")


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
