"""Other people's programs that read what is exported."""

import importlib.util
import subprocess
from functools import cache
from pathlib import Path

import pytest


def needed(name: str, package: str) -> str:
    """Give a program of a Debian package; skips where it is missing and cannot be installed."""
    found = _program(name, package)
    if found is None:
        pytest.skip(f"{name} is not here, and {package} cannot be installed")
    return found


@cache
def _program(name: str, package: str) -> str | None:
    """Ask what sets this project up."""
    path = Path(__file__).parents[2] / "packaging" / "dev_libraries.py"
    spec = importlib.util.spec_from_file_location("dev_libraries", path)
    assert spec is not None
    assert spec.loader is not None
    libraries = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(libraries)
    found: str | None = libraries.browser() if name == "chromium" else libraries.program(name, package)
    return found


def said_by(*command: str) -> str:
    """Give what a program prints."""
    done = subprocess.run(command, check=False, capture_output=True, stdin=subprocess.DEVNULL, timeout=120)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    return done.stdout.decode()
