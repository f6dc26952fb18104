"""The window of an installed bundle, on a display of its own, with a picture of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from smoke_installed import PATIENCE_SECONDS, Failed, Installed

SCREEN = "1440x900x24"
SOCKETS = Path("/tmp/.X11-unix")
"""Where the display is found; a chroot must be shown this folder."""


@contextmanager
def display() -> Iterator[str]:
    """Have an X display that nobody sees; gives its name."""
    number, number_to = os.pipe()
    command = ["Xvfb", "-displayfd", str(number_to), "-screen", "0", SCREEN, "-nolisten", "tcp", "-ac", "-br"]
    server = subprocess.Popen(command, pass_fds=[number_to], stderr=subprocess.DEVNULL)
    os.close(number_to)
    try:
        with open(number, "rb") as told:  # noqa: PTH123 - a descriptor
            name = told.readline().decode().strip()
        if not name:
            raise Failed("Xvfb did not start: run it by hand to see why.")
        yield f":{name}"
    finally:
        server.terminate()
        server.wait()


def opens_its_window(app: Installed, picture: Path) -> str:
    """The window appears with the documents in it, shows its guide, and closes when it is told to end."""
    with display() as name, opened(app, name, picture) as seconds:
        guide = _shows_its_guide(app, name, picture.with_stem(f"{picture.stem}-guide"))
    return f"painted after {seconds:.1f} s, {picture}, {guide}"


def window_seconds(app: Installed, name: str, picture: Path) -> float:
    """Open the window on this display; gives the seconds until it was painted, by which the picture is taken."""
    with opened(app, name, picture) as seconds:
        return seconds


@contextmanager
def opened(app: Installed, name: str, picture: Path) -> Iterator[float]:
    """Have the window open on this display; gives the seconds until it was painted, by which the picture is taken."""
    screen = {"DISPLAY": name, "QT_QPA_PLATFORM": "xcb", "LANG": "C.UTF-8"}
    with _watching(name, picture) as watching, app.started(app.documents, **screen) as process:
        told = _seen(watching)
        if not told:
            process.kill()
            raise Failed(f"{app.title}: no window appeared. {process.communicate()[1][-600:]}")
        if not any("--engine" in child.cmdline() for child in psutil.Process(process.pid).children()):
            raise Failed(f"{app.title}: the window has no engine any more, see {picture}")
        yield float(told)
        process.send_signal(signal.SIGTERM)
        _, complaint = process.communicate(timeout=PATIENCE_SECONDS)
    if complaint.strip():
        raise Failed(f"{app.title}: the window complained: {complaint[-600:]}")


def _shows_its_guide(app: Installed, name: str, picture: Path) -> Path:
    """Press F1 and wait for the guide's window; gives the picture of it."""
    pressing = ["search", "--onlyvisible", "--name", "^RLM Desktop$", "windowfocus", "--sync", "key", "F1"]
    for words in (pressing, ["search", "--sync", "--onlyvisible", "--name", "^Guide$"]):
        try:
            subprocess.run(
                ["xdotool", *words],
                check=True,
                env={**os.environ, "DISPLAY": name},
                stdout=subprocess.DEVNULL,
                timeout=PATIENCE_SECONDS,
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as fault:
            raise Failed(f"{app.title}: F1 did not open the guide: {fault}") from fault
    with _watching(name, picture) as watching:
        _seen(watching)
    return picture


@contextmanager
def _watching(name: str, picture: Path) -> Iterator[subprocess.Popen[str]]:
    """Have a process that watches the display, and takes the picture."""
    with subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("smoke_picture.py")), str(picture)],
        env={**os.environ, "DISPLAY": name, "QT_QPA_PLATFORM": "xcb"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as watching:
        assert watching.stdout is not None
        watching.stdout.readline()  # it watches
        yield watching


def _seen(watching: subprocess.Popen[str]) -> str:
    """Have it count from now; gives after how many seconds it saw something, or nothing if it never did."""
    assert watching.stdin is not None
    assert watching.stdout is not None
    watching.stdin.close()
    return watching.stdout.read().strip()
