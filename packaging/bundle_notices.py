"""Writes the notices that lie in the bundle: whose work it holds, and under which licences."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sysconfig
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

import bundle_licences

ROOT = Path(__file__).resolve().parent.parent
TEXTS = Path(__file__).with_name("licences")
FILE_NAME = "THIRD-PARTY-NOTICES.txt"

_LINE = "=" * 100
_HEAD = """\
RLM Desktop is under the MIT License (see LICENSE.txt). It comes with the work of others, which this file lists with
its licences.

Qt and PySide6 are used under the GNU Lesser General Public License, version 3. They lie in this folder as shared
libraries, in {qt}: you may replace them by your own builds of the same version. Their source is at
https://download.qt.io/official_releases/QtForPython and https://download.qt.io/official_releases/qt.
Nothing in the licence of RLM Desktop forbids to change them, or to take the whole apart to find faults in that.
"""
_WORDS = ("licen", "copying", "notice", "copyright")
_STANDARD = {"lgpl": ("LGPL-3.0", "GPL-3.0"), "apache": ("Apache-2.0",), "mit": ("MIT",)}
"""Texts for those who name a licence and do not bring its text; the first word found counts."""


def notices(libraries: Iterable[Path] = ()) -> str:
    """Give the text for the packages installed here, Python itself, and these libraries of the system."""
    sections = [_python(), starter(), *_fonts_and_icons()]
    sections += [package(part) for part in bundle_licences.parts()]
    sections += [_system(name, text) for name, text in _system_packages(libraries)]
    qt = "_internal/PySide6" if platform.system() != "Darwin" else "Contents/Frameworks/PySide6"
    return "\n".join([_HEAD.format(qt=qt), *sections])


def package(part: Distribution) -> str:
    """Give the section of one package; raises Refused when it may not be passed on, or its licence has no text."""
    licence = bundle_licences.check(part.metadata)
    texts = list(_own_texts(part)) or list(_standard_texts(licence))
    if not texts:
        raise bundle_licences.Refused(
            f"There is no text of the licence of {part.name} ({licence}): put it with {TEXTS}."
        )
    return _section(f"{part.name} {part.version}", licence, _home(part), texts)


def _own_texts(part: Distribution) -> Iterator[str]:
    for file in part.files or []:
        is_near = (
            any(word in f"{file.parent.name}" for word in ("dist-info", "licen", "LICEN")) or "licenses" in file.parts
        )
        if is_near and (any(word in file.name.lower() for word in _WORDS) or "licenses" in file.parts):
            path = Path(str(part.locate_file(file)))
            if path.is_file() and path.suffix != ".py":
                yield path.read_text(encoding="utf-8", errors="replace")


def _standard_texts(licence: str) -> Iterator[str]:
    for word, names in _STANDARD.items():
        if word in licence.lower():
            yield from ((TEXTS / f"{name}.txt").read_text(encoding="utf-8") for name in names)
            return


def _home(part: Distribution) -> str:
    addresses = [str(line).split(", ", 1)[-1] for line in part.metadata.get_all("Project-URL") or []]
    return str(part.metadata.get("Home-page") or next(iter(addresses), ""))


def _python() -> str:
    folders = [Path(sysconfig.get_path("stdlib")), Path(sysconfig.get_config_var("prefix") or "/")]
    files = [folder / name for folder in folders for name in ("LICENSE.txt", "LICENSE")]
    text = next((file for file in files if file.is_file()), TEXTS / "Python.txt").read_text(encoding="utf-8")
    return _section(f"Python {platform.python_version()}", "PSF-2.0", "https://www.python.org", [text])


def starter() -> str:
    """Tell of PyInstaller's starter, the one part of it that comes along."""
    part = distribution("pyinstaller")
    licence = "GPL-2.0-or-later WITH Bootloader-exception (its starter may go with any program), Apache-2.0"
    return _section(f"PyInstaller {part.version}, its starter", licence, _home(part), _own_texts(part))


def _fonts_and_icons() -> Iterator[str]:
    fonts, icons = (
        ROOT / "resources" / "fonts" / "JetBrainsMono-OFL.txt",
        ROOT / "resources" / "icons" / "Lucide-ISC.txt",
    )
    yield _section("JetBrains Mono", "OFL-1.1", "https://www.jetbrains.com/mono", [fonts.read_text(encoding="utf-8")])
    yield _section("Lucide icons", "ISC", "https://lucide.dev", [icons.read_text(encoding="utf-8")])


def _system_packages(libraries: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """Find the Debian packages that libraries came from, with what they say of their licences."""
    if not shutil.which("dpkg"):
        return
    for name in sorted({_owner(library.resolve()) for library in libraries} - {""}):
        file = Path("/usr/share/doc", name.split(":")[0], "copyright")
        if file.is_file():
            yield name, file.read_text(encoding="utf-8", errors="replace")


def _owner(library: Path) -> str:
    # Debian lists files below /lib or below /usr/lib, where one of them is a link to the other.
    for path in (str(library), str(library).removeprefix("/usr")):
        found = subprocess.run(["dpkg", "-S", path], capture_output=True, text=True, check=False)
        if found.returncode == 0:
            return found.stdout.split(": ")[0].split(",")[0]
    return ""


def _system(name: str, text: str) -> str:
    return _section(f"{name}, from Debian or Ubuntu", "see below", "", [text])


def _section(title: str, licence: str, home: str, texts: Iterable[str]) -> str:
    head = "\n".join(filter(None, [_LINE, title, f"Licence: {licence}", home, _LINE]))
    return "\n\n".join([head, *(text.strip() for text in texts), ""])
