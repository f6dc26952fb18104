"""Places on this computer as people and programs name them."""

import os
import re
from pathlib import Path
from urllib.parse import unquote

_FILE_URL = re.compile(r"file:(?://(?:localhost)?)?/", re.IGNORECASE)
_DRIVE = re.compile(r"/[A-Za-z]:")


def place_given(text: str) -> Path:
    """Give the place that was named: a path, or the URL of a file on this computer."""
    match = _FILE_URL.match(text)
    if match is None:
        return Path(text)
    path = unquote(text[match.end() - 1 :], errors="surrogateescape")
    return Path(path[1:] if os.name == "nt" and _DRIVE.match(path) else path)
