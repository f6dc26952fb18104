"""Pasted text becomes a file of the app's own, so that it is a document like any other."""

import re
from itertools import count
from pathlib import Path

from rlm_desktop.service.errors import NotKept
from rlm_desktop.trace.wording import one_line

_FOLDER = "pasted"
_LONGEST_NAME = 60
_UNNAMED = "Pasted text"


def keep_pasted(data_dir: Path, text: str) -> Path:
    """Keep a text under a name from its first line, and give the file; the same text twice is one file."""
    folder, name = data_dir / _FOLDER, _name_from(text)
    data = text.encode("utf-8", "replace")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number in count(1):
            file = folder / (f"{name}.txt" if number == 1 else f"{name} ({number}).txt")
            if _is_kept(file, data):
                break
    except OSError as error:
        raise NotKept(f"The pasted text could not be kept in {folder}: {error.strerror}.") from error
    return file


def _name_from(text: str) -> str:
    words = " ".join(re.findall(r"[\w,'’-]+", one_line(text, 4 * _LONGEST_NAME)))
    if len(words) > _LONGEST_NAME:
        words = words[: _LONGEST_NAME + 1].rsplit(" ", 1)[0][:_LONGEST_NAME]
    return words or _UNNAMED


def _is_kept(file: Path, data: bytes) -> bool:
    """Write the file if there is none; tell whether it holds this text now."""
    try:
        with file.open("xb") as new:
            new.write(data)
    except FileExistsError:
        return file.is_file() and file.read_bytes() == data
    return True
