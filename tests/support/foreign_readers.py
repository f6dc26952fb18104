"""Other people's readers of what is exported, in environments of their own under `build/`; installed when needed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from filelock import FileLock

from tests.support.uv import NoUv, uv

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = Path(__file__).resolve().parent / "readers"
INSPECT = "inspect_ai==0.3.285"
SPEEDSCOPE = "speedscope@1.25.0"
_SECONDS = 240


class NotHere(Exception):
    """A reader cannot be had on this machine; the text says why."""


def inspect_python() -> Path:
    """Give the Python that has Inspect; skips the test where it cannot be had."""
    return _or_skip(_inspect)


def speedscope_folder() -> Path:
    """Give the folder of speedscope's package; skips the test where it cannot be had."""
    return _or_skip(_speedscope)


def _or_skip(have: Callable[[], Path]) -> Path:
    try:
        return have()
    except (NotHere, NoUv) as missing:
        pytest.skip(str(missing))


@cache
def _inspect() -> Path:
    folder = ROOT / "build" / "readers" / INSPECT.replace("==", "-")
    python = folder / "bin" / "python"

    def install() -> None:
        uv("venv", "--quiet", "--clear", "--python", sys.executable, str(folder))
        uv("pip", "install", "--quiet", "--python", str(python), "--compile-bytecode", INSPECT)

    _once(folder, install)
    return python


@cache
def _speedscope() -> Path:
    if not shutil.which("node") or not shutil.which("npm"):
        raise NotHere("There is no node with npm here, which speedscope needs.")
    folder = ROOT / "build" / "readers" / SPEEDSCOPE.replace("@", "-")

    def install() -> None:
        folder.mkdir(parents=True, exist_ok=True)
        quiet = [
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--loglevel=error",
            "--fetch-retries=1",
            "--fetch-timeout=20000",
        ]
        _run(["npm", "install", "--prefix", str(folder), *quiet, SPEEDSCOPE], dict(os.environ))

    _once(folder, install)
    return folder / "node_modules" / "speedscope"


def _once(folder: Path, install: Callable[[], None]) -> None:
    """Install into a folder unless that was done; test processes beside this one wait for it.

    What could not be installed is tried once in a test run, as finding that out may take a minute.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    done, failed = (folder.with_name(f"{folder.name}.{ending}") for ending in ("done", "failed"))
    this_run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    with FileLock(f"{folder}.lock"):
        if done.exists():
            return
        if failed.exists() and failed.read_text().startswith(this_run):
            raise NotHere(failed.read_text().partition("\n")[2])
        try:
            install()
        except (NotHere, NoUv) as error:
            failed.write_text(f"{this_run}\n{error}")
            raise
        done.touch()


def _run(command: list[str], environment: dict[str, str]) -> None:
    try:
        done = subprocess.run(
            command,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotHere(f"{command[0]} did not work here: {error}") from error
    if done.returncode:
        raise NotHere(f"{' '.join(command[:2])} did not work here: {done.stderr.strip()[-300:]}")
