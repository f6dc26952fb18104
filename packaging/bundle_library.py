"""What of Python's standard library goes into the bundle: all that model-written code may want to import."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

LEFT_OUT = {
    "antigravity": "opens a browser",
    "idlelib": "an editor with a window of its own",
    "nis": "asks a directory in a network, by a library that few systems still have",
    "readline": "needs the GNU library readline, whose licence is the GPL",
    "tkinter": "draws windows; the child has no display",
    "turtle": "draws windows",
    "turtledemo": "draws windows",
}
"""Top-level modules that stay out, and why."""

LEFT_OUT_EXTENSIONS = {
    "_dbm": "needs a database library whose licence is no permissive one; `dbm.dumb` works",
    "_gdbm": "needs the GNU library gdbm, whose licence is the GPL",
    "_tkinter": "needs Tcl and Tk",
    "readline": "needs the GNU library readline, whose licence is the GPL",
}
"""Compiled modules that stay out, and why."""


def top_level() -> list[str]:
    """Give the names of the public modules at the top that are in the bundle."""
    return sorted(name for name in sys.stdlib_module_names if not name.startswith("_") and name not in LEFT_OUT)


def modules() -> list[str]:
    """Give the names of all modules in the bundle, private ones and those in packages too."""
    outer = [name for name in sys.stdlib_module_names if name not in LEFT_OUT | LEFT_OUT_EXTENSIONS and find_spec(name)]
    return sorted({name for top in outer for name in (top, *_inner(top))} - {"__main__"})


def _inner(package: str) -> Iterator[str]:
    """Name the modules in a package, without importing it."""
    library = Path(sysconfig.get_path("stdlib"))
    folder = library / package
    for file in folder.rglob("*.py"):
        parts = file.relative_to(library).with_suffix("").parts
        if not {"test", "tests", "idle_test"} & set(parts) and all(part.isidentifier() for part in parts):
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            if not name.endswith("__main__"):
                yield name
