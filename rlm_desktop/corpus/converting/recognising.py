"""On the host: have tesseract recognise the text in a picture, where it is installed.

A worker may start no programs, so it asks for it. The program is held by Landlock and limits: it reads its own files
and nothing else, and writes nothing.
"""

import asyncio
import json
import os
import re
import signal
import stat
import subprocess
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

from rlm_desktop.confinement.places import FACTS, library_folders
from rlm_desktop.confinement.policy import Policy
from rlm_desktop.corpus.converting.launching import can_confine, tesseract
from rlm_desktop.corpus.readers.recognition import MOST_PICTURE_BYTES
from rlm_desktop.processes import apart, helper_command

PICTURE_SECONDS = 120.0
MEMORY_BYTES = 2_000_000_000
MOST_TEXT_BYTES = 4_000_000
MOST_LANGUAGES = 3

_LOADERS = ("/lib64", "/lib/ld-linux-aarch64.so.1")
_FOLDERS = ("/usr/share/tesseract-ocr", "/usr/share/tessdata", "/usr/local/share/tessdata")


@cache
def _languages() -> str:
    """Name the languages that are installed, as tesseract takes them."""
    with suppress(OSError, subprocess.SubprocessError):
        told = subprocess.run([tesseract() or "", "--list-langs"], capture_output=True, timeout=10, check=True)
        found = [word for word in told.stdout.decode("ascii", "replace").split() if re.fullmatch(r"[a-z]{3}", word)]
        names = sorted(set(found) - {"osd"}, key=lambda name: (name != "eng", name))
        return "+".join(names[:MOST_LANGUAGES]) or "eng"
    return "eng"


async def recognise(picture: Path) -> str:
    """Give the text in a picture; empty when there is none, or when it takes too long."""
    languages = await asyncio.to_thread(_languages)
    try:
        source = os.open(picture, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return ""
    try:
        info = os.fstat(source)
        if not stat.S_ISREG(info.st_mode) or info.st_size > MOST_PICTURE_BYTES:
            return ""
        process = await asyncio.create_subprocess_exec(
            *command_for(languages),
            stdin=source,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={"PATH": os.defpath, "OMP_THREAD_LIMIT": "1", "LANG": "C.UTF-8"},
            cwd=picture.parent,
            **apart(),
        )
    finally:
        os.close(source)
    return await _text_of(process)


def command_for(languages: str) -> list[str]:
    """Give the command that recognises the text of a picture that comes by standard input."""
    path = tesseract() or "tesseract"
    command = [path, "stdin", "stdout", "-l", languages, "--psm", "1"]
    if not can_confine():
        return command
    folders = [*library_folders(), *FACTS, *_FOLDERS, os.path.dirname(os.path.realpath(path))]  # noqa: PTH120
    policy = Policy(
        read=(*folders, "/dev/urandom"),
        write=("/dev/null",),
        parent=os.getpid(),
        address_bytes=8 << 30,
        data_bytes=MEMORY_BYTES,
    )
    programs = [os.path.realpath(path), *_LOADERS, *library_folders()]
    return [*helper_command("recogniser"), policy.as_word(), json.dumps(programs), *command]


async def _text_of(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    text = bytearray()
    try:
        async with asyncio.timeout(PICTURE_SECONDS):
            while (piece := await process.stdout.read(65_536)) and len(text) < MOST_TEXT_BYTES:
                text += piece
            if not piece:
                await process.wait()
    except TimeoutError:
        text.clear()
    finally:
        _end(process)
        await asyncio.shield(process.wait())
    return text.decode("utf-8", "replace")


def _end(process: asyncio.subprocess.Process) -> None:
    # `process.kill` would look whether it has ended, and so take its end away from the loop, which waits for it.
    if process.returncode is None:
        with suppress(ProcessLookupError):
            if sys.platform == "win32":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
