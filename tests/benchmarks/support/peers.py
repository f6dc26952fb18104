"""Other people's programs that are measured beside this one, in an environment of their own."""

import subprocess
import sys
from functools import cache
from pathlib import Path

from cache import cache_folder

_PACKAGES = ("rlms==0.1.3", "dspy", "minrlm", "python-docx", "openpyxl", "python-pptx")


@cache
def peers_python() -> Path:
    """Give the Python that has the peers, and pip; the first time, install them."""
    folder = cache_folder() / "peers"
    python = folder / "bin" / "python"
    if not (folder / ".done").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *_PACKAGES], check=True)
        (folder / ".done").touch()
    return python
