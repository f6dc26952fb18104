"""Install what a bare Debian or Ubuntu lacks: the libraries that Qt needs, bubblewrap, what builds the bundle."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

_PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
_BUILD_TOOLS = {"strip": "binutils", "icupkg": "icu-devtools", "c++": "g++"}
_SYSTEM_FOLDERS = os.pathsep.join(["/usr/sbin", "/sbin", "/usr/bin", "/bin"])


def packages() -> list[str]:
    """Give Debian's names of what Qt needs."""
    return list(_PACKAGES.values())


def install_missing() -> None:
    """Install what is missing, asking first when that needs another user's rights."""
    if not sys.platform.startswith("linux"):
        return
    known = _known_libraries()
    missing = [package for library, package in _PACKAGES.items() if known and library not in known]
    if missing:
        install(missing, "What Qt needs")


def install_bubblewrap() -> None:
    """Install it where that needs no question; without it, model code is held a little less well."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return
    if shutil.which("bwrap") or not shutil.which("apt-get"):
        return
    if not _apt_install(["env", "DEBIAN_FRONTEND=noninteractive"], ["bubblewrap"]):
        print("bubblewrap could not be installed: what needs it is left out.", file=sys.stderr, flush=True)


def install_build_tools() -> None:
    """Install what the bundle takes to build on Linux: what makes libraries smaller, and a compiler for numpy."""
    if not sys.platform.startswith("linux"):
        return
    missing = [package for tool, package in _BUILD_TOOLS.items() if find_program(tool) is None]
    # An older Python only has another one fetched, which has its headers with it.
    if sys.version_info >= (3, 11) and not Path(sysconfig.get_path("include"), "Python.h").is_file():
        missing.append(f"python{sys.version_info.major}.{sys.version_info.minor}-dev")
    if missing:
        install(missing, "What builds the bundle")


def find_program(name: str) -> str | None:
    """Find a program, also where only the system's own accounts look."""
    return shutil.which(name) or shutil.which(name, path=_SYSTEM_FOLDERS)


def browser() -> str | None:
    """Give the Chromium that tests look at exported pages with; installs it where that needs no question."""
    found = _runnable_browser()
    may_install = sys.platform.startswith("linux") and os.geteuid() == 0 and shutil.which("apt-get")
    if found is None and may_install and _apt_install(["env", "DEBIAN_FRONTEND=noninteractive"], ["chromium"]):
        found = _runnable_browser()
    return found


def _runnable_browser() -> str | None:
    """Find one that starts: what some systems call by this name only says where to get it."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        program = shutil.which(name)
        if program and subprocess.run([program, "--version"], check=False, capture_output=True).returncode == 0:
            return program
    return None


def install(packages: list[str], purpose: str) -> None:
    """Install Debian packages, or say in a sentence what the user should do."""
    by_hand = f"{purpose} is missing here. Install it and try again: apt-get install {' '.join(packages)}"
    if not shutil.which("apt-get"):
        sys.exit(f"{purpose} is missing here; install what your system calls these: {' '.join(packages)}")
    rights = _rights(packages)
    if rights is None:
        sys.exit(by_hand)
    if not _apt_install(rights, packages):
        sys.exit(by_hand)


def program(name: str, package: str) -> str | None:
    """Give a program that tests read our files with; installs it where that needs no question."""
    found = shutil.which(name)
    may_install = sys.platform.startswith("linux") and os.geteuid() == 0 and shutil.which("apt-get")
    if found is None and may_install and _apt_install(["env", "DEBIAN_FRONTEND=noninteractive"], [package]):
        found = shutil.which(name)
    return found


def _apt_install(rights: list[str], packages: list[str]) -> bool:
    print(f"Installing {' '.join(packages)} …", file=sys.stderr, flush=True)
    quiet = ["-qq", "-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0"]
    _apt([*rights, "apt-get", *quiet, "update"])
    return _apt([*rights, "apt-get", *quiet, "install", "-y", "--no-install-recommends", *packages])


def _rights(packages: list[str]) -> list[str] | None:
    """Give the words to put before a command so that it may install; None when we may not."""
    quietly = ["env", "DEBIAN_FRONTEND=noninteractive"]
    if os.geteuid() == 0:
        return quietly
    if not shutil.which("sudo") or not sys.stdin or not sys.stdin.isatty():
        return None
    wish = input(f"These system packages are needed: {' '.join(packages)}. Install them with sudo? [Y/n] ")
    return ["sudo", *quietly] if wish.strip().lower() in ("", "y", "yes") else None


def _apt(command: list[str]) -> bool:
    done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    return done.returncode == 0


def _known_libraries() -> set[str]:
    ldconfig = shutil.which("ldconfig", path=_SYSTEM_FOLDERS)
    if ldconfig is None:
        return set()
    listing = subprocess.run([ldconfig, "-p"], check=False, capture_output=True, text=True).stdout
    return {line.split()[0] for line in listing.splitlines() if "=>" in line}
