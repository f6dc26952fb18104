"""What this machine has to hold a child with, found out once."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from rlm_desktop.confinement import landlock, seccomp
from rlm_desktop.repl.sandbox.bubblewrap import NAMESPACES

HIDING = "RLM_DESKTOP_HIDE_ISOLATION"
"""For tests: names of `landlock`, `seccomp`, `bwrap`, `userns` and `monty` here, with commas, count as missing."""
PROBE_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What there is, and in words what is missing and why."""

    landlock: int
    """The version of Landlock, 0 for none."""
    has_seccomp: bool
    bubblewrap: str | None
    """The path of a `bwrap` that works."""
    missing: tuple[str, ...]


def look(environ: Mapping[str, str]) -> Found:
    """Find out what there is; asking again costs nothing."""
    return _look(environ.get(HIDING, ""), os.environ.get("PATH", os.defpath))


def hidden_monty(environ: Mapping[str, str]) -> str | None:
    """Say that the restricted Python counts as missing, if a test asks for it."""
    return "the restricted Python is hidden" if "monty" in _hidden(environ.get(HIDING, "")) else None


def _hidden(hiding: str) -> set[str]:
    return {word.strip() for word in hiding.split(",")}


@cache
def _look(hiding: str, folders: str) -> Found:
    hidden = _hidden(hiding)
    version = 0 if "landlock" in hidden else landlock.version()
    has_seccomp = "seccomp" not in hidden and seccomp.is_available()
    bubblewrap = None if "bwrap" in hidden else shutil.which("bwrap", path=folders)
    can_wrap = bubblewrap is not None and "userns" not in hidden and _works(bubblewrap)
    reasons = {
        "Landlock is missing: it needs Linux 5.13 or newer with landlock among its security modules": version > 0,
        "seccomp is missing: it needs 64-bit Linux on x86_64 or aarch64": has_seccomp,
        "bubblewrap is not installed: install the package bubblewrap": bubblewrap is not None,
        "bubblewrap may not make user namespaces here": can_wrap or bubblewrap is None,
    }
    missing = tuple(reason for reason, is_there in reasons.items() if not is_there)
    return Found(
        landlock=version, has_seccomp=has_seccomp, bubblewrap=bubblewrap if can_wrap else None, missing=missing
    )


def _works(bubblewrap: str) -> bool:
    """Let bubblewrap start itself as it would start a child."""
    command = [bubblewrap, *NAMESPACES, "--ro-bind", "/", "/", "--proc", "/proc", "--", bubblewrap, "--version"]
    try:
        tried = subprocess.run(command, capture_output=True, timeout=PROBE_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0
