"""Builds the release bundle and what is handed out of it: `packaging/dev bundle`. Runs in the bundle's environment.

The bundle is a folder with the app, its helper and `_internal`, which holds all they need. Of it becomes a `.tar.gz`
and a `.deb` on Linux, a `.zip` on Windows and a `.dmg` on macOS, in `dist`.
"""

from __future__ import annotations

import os
import platform
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import bundle_icu
import bundle_linux
import bundle_notices
from bundle_icons import SIZES, make_icons

from rlm_desktop.processes import PROGRAMS_FOLDER

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "bundle"
DIST = ROOT / "dist"
FOLDER = WORK / "dist" / bundle_linux.NAME
MAC_APP = WORK / "dist" / "RLM Desktop.app"
MAC_IMAGE = WORK / "image"
"""What the disk image shows."""

_UNSTRIPPABLE = (".libs/",)
"""Libraries that a wheel's maker has patched: taking their symbols away breaks some of them."""
_VERSION_FILE = """\
VSVersionInfo(
    ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, flags=0, OS=0x40004, fileType=1),
    kids=[
        StringFileInfo([StringTable("040904B0", [
            StringStruct("FileDescription", "RLM Desktop"), StringStruct("ProductName", "RLM Desktop"),
            StringStruct("FileVersion", "{version}"), StringStruct("ProductVersion", "{version}"),
            StringStruct("LegalCopyright", "MIT License"),
        ])]),
        VarFileInfo([VarStruct("Translation", [1033, 1200])]),
    ],
)
"""


def main() -> int:
    """Build the bundle and pack it; give the exit status."""
    number = version(bundle_linux.NAME)
    shutil.rmtree(WORK, ignore_errors=True)
    make_icons(WORK / "icons")
    _freeze(number)
    if sys.platform == "linux":
        _slim_icu(FOLDER)
        _strip(FOLDER)
        _add_share(FOLDER)
    if sys.platform == "darwin":
        shutil.copytree(MAC_APP, MAC_IMAGE / MAC_APP.name, symlinks=True)
    if sys.platform == "win32":
        _sign([*FOLDER.glob("*.exe")])
    _add_papers()
    for file in _pack(number):
        print(f"{file.relative_to(ROOT)}: {file.stat().st_size / 1e6:.0f} MB", flush=True)
    folder = MAC_IMAGE if sys.platform == "darwin" else FOLDER
    print(f"{folder.relative_to(ROOT)}: {_size(folder) / 1e6:.0f} MB unpacked", flush=True)
    return 0


def _freeze(number: str) -> None:
    """Have PyInstaller gather programs and libraries."""
    kind = {"win32": "rlm-desktop.ico", "darwin": "rlm-desktop.icns"}.get(sys.platform)
    environment = {**os.environ, "RLM_DESKTOP_BUNDLE_VERSION": number, "PYTHONHASHSEED": "0"}
    if kind is not None:
        environment["RLM_DESKTOP_BUNDLE_ICON"] = str(WORK / "icons" / kind)
    if sys.platform == "win32":
        environment["RLM_DESKTOP_BUNDLE_VERSION_FILE"] = str(_write_version(number))
    words = ["--noconfirm", "--log-level", "WARN", "--distpath", str(WORK / "dist"), "--workpath", str(WORK / "work")]
    command = [sys.executable, "-m", "PyInstaller", *words, str(ROOT / "packaging" / "bundle.spec")]
    subprocess.run(command, check=True, cwd=WORK, env=environment)


def _write_version(number: str) -> Path:
    """Write what Windows shows in a program's properties."""
    parts = [int(part) for part in number.split(".") if part.isdecimal()]
    file = WORK / "version.txt"
    file.write_text(_VERSION_FILE.format(version=number, numbers=tuple([*parts, 0, 0, 0, 0][:4])), encoding="utf-8")
    return file


def _slim_icu(folder: Path) -> None:
    """Make ICU's data smaller, which lies in one place and has links to it in others."""
    for library in folder.rglob("libicudata.so.*"):
        if not library.is_symlink():
            bundle_icu.slim(library)


def _strip(folder: Path) -> None:
    """Take away what only debuggers need of the libraries: a seventh of their size."""
    if not shutil.which("strip"):
        sys.exit("The program strip is missing here. Install it and try again: apt-get install binutils")
    found = [*folder.rglob("*.so*"), *(folder / "_internal" / PROGRAMS_FOLDER).iterdir()]
    libraries = [file for file in found if file.is_file() and not file.is_symlink()]
    for file in libraries:
        if not any(word in file.as_posix() for word in _UNSTRIPPABLE):
            subprocess.run(["strip", "--strip-unneeded", str(file)], check=True)


def _sign(programs: Sequence[Path]) -> None:
    """Sign programs with the command that the environment names, if it does; PyInstaller does it itself on macOS."""
    command = shlex.split(os.environ.get("RLM_DESKTOP_SIGN", ""))
    if command:
        subprocess.run([*command, *map(str, programs)], check=True)


def _add_share(folder: Path) -> None:
    """Add icon and desktop entry, as they lie below `/usr/share`."""
    entries = folder / "share" / "applications"
    entries.mkdir(parents=True)
    (entries / f"{bundle_linux.NAME}.desktop").write_text(bundle_linux.desktop_entry(), encoding="utf-8")
    hicolor = folder / "share" / "icons" / "hicolor"
    for size in SIZES:
        apps = hicolor / f"{size}x{size}" / "apps"
        apps.mkdir(parents=True)
        shutil.copyfile(WORK / "icons" / f"{size}.png", apps / f"{bundle_linux.NAME}.png")


def _add_papers() -> None:
    """Add licences; on macOS beside the app, in which a signature lets nothing be added."""
    home = MAC_IMAGE if sys.platform == "darwin" else FOLDER
    shutil.copyfile(ROOT / "LICENSE", home / "LICENSE.txt")
    text = bundle_notices.notices(_system_libraries() if sys.platform == "linux" else ())
    (home / bundle_notices.FILE_NAME).write_text(text, encoding="utf-8")


def _system_libraries() -> list[Path]:
    """Find the files of the system that libraries in the bundle are copies of."""
    names = {path.name for path in (FOLDER / "_internal").glob("lib*.so*") if not path.is_symlink()}
    listing = subprocess.run(["/sbin/ldconfig", "-p"], check=True, capture_output=True, text=True).stdout
    known = [line.split(" => ") for line in listing.splitlines() if " => " in line]
    return [Path(path) for name, path in known if name.split()[0] in names]


def _pack(number: str) -> list[Path]:
    DIST.mkdir(exist_ok=True)
    machine = platform.machine().lower()
    stem = (
        f"{bundle_linux.NAME}-{number}-{sys.platform.replace('win32', 'windows').replace('darwin', 'macos')}-{machine}"
    )
    if sys.platform == "linux":
        archive = DIST / f"{stem}.tar.gz"
        bundle_linux.make_tar(FOLDER, archive, _date())
        return [archive, bundle_linux.make_deb(FOLDER, WORK / "deb", DIST, number, _date())]
    if sys.platform == "darwin":
        image = DIST / f"{stem}.dmg"
        command = ["hdiutil", "create", "-ov", "-format", "UDZO", "-volname", "RLM Desktop"]
        subprocess.run([*command, "-srcfolder", str(MAC_IMAGE), str(image)], check=True)
        return [image]
    return [Path(shutil.make_archive(str(DIST / stem), "zip", FOLDER.parent, FOLDER.name))]


def _date() -> int:
    """Give the date that all files get: of the last change, so that the same source makes the same archive."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    command = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    return int(told.stdout) if told.returncode == 0 else 0


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir() or path.is_symlink())


if __name__ == "__main__":
    sys.exit(main())
