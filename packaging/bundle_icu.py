"""Takes out of ICU's data, the largest of Qt's libraries, what the app never asks for: four fifths of it, 27 MB.

Qt sorts by ICU and takes the offsets of time zones from it; of dates, numbers and the names of languages it has tables
of its own, and what is no UTF-8 is decoded by Python before Qt sees it. So collation stays whole, and the rest is left
out for every language.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import dev_libraries

TOOLS = {"icupkg": "icu-devtools", "as": "binutils", "ld": "binutils", "nm": "binutils", "objcopy": "binutils"}
"""The programs this takes, and the Debian packages that have them."""

_UNASKED = re.compile(
    # Breaks between words, names of currencies, languages, countries and units, numbers in words, transliteration.
    r"(brkitr|curr|lang|rbnf|region|translit|unit)/"
    # Each language's own calendars and names of time zones.
    r"|(zone/)?(?!res_index)[a-z]{2,3}(_\w+)?\.res$"
    # Encodings other than Unicode's, names of characters, likeness of languages.
    r"|.*\.cnv$|unames\.icu$|langInfo\.res$"
)
_LIBRARY = """\
.section .note.GNU-stack, "", @progbits
.section .rodata
.balign 4096
.globl {symbol}
.type {symbol}, @object
.size {symbol}, {size}
{symbol}:
.incbin "{file}"
"""


def is_asked_for(item: str) -> bool:
    """Tell whether the app may ask for an item of ICU's data."""
    return _UNASKED.match(item) is None


def slim(library: Path) -> None:
    """Write a library of ICU's data anew with the part of it that Qt asks for."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        symbol = _symbol(library)
        whole = folder / f"{symbol.removesuffix('_dat')}{sys.byteorder[0]}.dat"
        part = folder / "part" / whole.name
        part.parent.mkdir()
        _run("objcopy", "-O", "binary", "-j", ".rodata", str(library), str(whole))
        unasked = folder / "unasked.txt"
        items = _run("icupkg", "-l", str(whole)).split()
        unasked.write_text("".join(f"{item}\n" for item in items if not is_asked_for(item)), encoding="utf-8")
        _run("icupkg", "-r", str(unasked), str(whole), str(part))
        _link(part, symbol, library, folder)


def _symbol(library: Path) -> str:
    """Give the one name that the library defines, such as `icudt73_dat`."""
    names = [line.split()[-1] for line in _run("nm", "-D", "--defined-only", str(library)).splitlines()]
    if len(names) != 1:
        sys.exit(f"{library.name} is not made as ICU's data was until now, it has {names}: look at bundle_icu.py.")
    return names[0]


def _link(data: Path, symbol: str, library: Path, folder: Path) -> None:
    source, compiled = folder / "data.s", folder / "data.o"
    source.write_text(_LIBRARY.format(symbol=symbol, size=data.stat().st_size, file=data), encoding="utf-8")
    _run("as", "-o", str(compiled), str(source))
    _run("ld", "-shared", "--hash-style=gnu", "-soname", library.name, "-o", str(library), str(compiled))


def _run(name: str, *words: str) -> str:
    program = dev_libraries.find_program(name)
    if program is None:
        sys.exit(f"The program {name} is missing here. Install it and try again: apt-get install {TOOLS[name]}")
    done = subprocess.run([program, *words], check=True, capture_output=True, text=True)
    return done.stdout
