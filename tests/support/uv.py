"""uv, with which other people's packages are installed for tests, as the project's own environment is made with it."""

import importlib
import subprocess
import sys
from pathlib import Path

_PACKAGING = str(Path(__file__).resolve().parents[2] / "packaging")
_SECONDS = 240


class NoUv(Exception):
    """Nothing can be installed on this machine; the text says why."""


def uv(*words: str) -> None:
    """Run uv; raises `NoUv`."""
    sys.path.insert(0, _PACKAGING)
    try:
        setup = importlib.import_module("dev_environment")
    finally:
        sys.path.remove(_PACKAGING)
    found = setup._find_uv()
    if found is None:
        raise NoUv("There is no uv here, with which other people's readers are installed.")
    environment = setup._uv_environment()
    try:
        done = subprocess.run(
            [*found, *words], env=environment, capture_output=True, text=True, check=False, timeout=_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise NoUv(f"uv did not come to an end: {error}") from error
    if done.returncode:
        raise NoUv(f"uv could not install what is needed: {done.stderr.strip()[-300:]}")
