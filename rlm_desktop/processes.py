"""How each process of ours is started: from source by this Python, in the release bundle by the programs in it.

The bundle has two programs: the app, and a small helper that runs what must know nothing of the user's settings.
"""

import os
import sys
from collections.abc import Mapping
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Literal

Helper = Literal["child", "restricted", "converter", "recogniser"]
"""What runs in a Python of its own, cut off from the user's settings and folders."""

HELPER_PROGRAM = "rlm-desktop-helper"
"""The bundle's second program, beside the app; its first word says which helper it is."""

PROGRAMS_FOLDER = "bin"
"""Where the bundle's library folder keeps the programs of others."""

_FILES: Mapping[Helper, str] = {
    "child": "repl/child.py",
    "restricted": "repl/restricted/door.py",
    "converter": "corpus/converting/worker.py",
    "recogniser": "corpus/converting/recogniser.py",
}
_PACKAGE = Path(__file__).parent
_LIBRARY_PATH = "LD_LIBRARY_PATH"


def is_bundled() -> bool:
    """Tell whether we run from the release bundle."""
    return bool(getattr(sys, "frozen", False))


def own_command() -> list[str]:
    """Give the words that start the app itself; what follows them chooses the door."""
    return [sys.executable] if is_bundled() else [sys.executable, "-m", "rlm_desktop"]


def helper_command(helper: Helper) -> list[str]:
    """Give the words that start a helper."""
    if is_bundled():
        app = Path(sys.executable)
        return [str(app.with_name(HELPER_PROGRAM + app.suffix)), helper]
    return [sys.executable, "-I", "-X", "utf8", str(_PACKAGE / _FILES[helper])]


def restricted_program() -> str | None:
    """Give where the bundle keeps the program that the restricted Python runs in; from source its package knows."""
    if not is_bundled():
        return None
    return str(_PACKAGE.parent / PROGRAMS_FOLDER / f"monty{Path(sys.executable).suffix}")


def apart() -> dict[str, Any]:
    """Give the arguments that start a process out of the reach of Ctrl+C in our terminal: we end it ourselves."""
    if sys.platform == "win32":
        import subprocess  # noqa: PLC0415 - the front door imports as little as it can

        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def write_utf8() -> None:
    """Write UTF-8 to pipes and files, for which Windows has an encoding of each country that holds few characters."""
    if sys.platform != "win32":
        return
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and not stream.isatty():
            stream.reconfigure(encoding="utf-8")


def leave_libraries_to_others() -> None:
    """Let programs that we start find the system's libraries, not the bundle's, whose folder its starter told us."""
    if not is_bundled():
        return
    # Else an app that starts itself would take that folder for set already, and find the system's libraries or none.
    os.environ["PYINSTALLER_RESET_ENVIRONMENT"] = "1"
    before = os.environ.pop(f"{_LIBRARY_PATH}_ORIG", None)
    os.environ.pop(_LIBRARY_PATH, None)
    if before is not None:
        os.environ[_LIBRARY_PATH] = before
