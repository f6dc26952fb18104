"""Tries out what `packaging/dev bundle` built: `packaging/dev smoke`. Runs in the bundle's environment.

On Linux as root: twice without a network, unpacked in a read-only folder with an awkward name, and as a package in a
bare Debian. On Windows and macOS: unpacked, without what needs Linux.
"""

from __future__ import annotations

import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import dev_libraries
import smoke_checks
import smoke_places
import smoke_window
from smoke_installed import Failed, Installed

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
PICTURES = ROOT / "build" / "smoke"
INSIDE = "--without-network"
_TOOLS = {
    "Xvfb": ["xvfb"],
    "xdotool": ["xdotool"],
    "debootstrap": ["debootstrap", "debian-archive-keyring"],
    "unshare": ["util-linux"],
}
_SET_FLAGS, _UP = 0x8914, 0x1


def main(words: list[str]) -> int:
    """Try everything; give the exit status."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    try:
        if sys.platform != "linux":
            return _try_elsewhere()
        if words != [INSIDE]:
            _prepare()
            command = ["unshare", "--net", "--mount", sys.executable, str(Path(__file__)), INSIDE]
            return subprocess.run(command, check=False).returncode
        _raise_loopback()
        return _try_on_linux()
    except Failed as failure:
        print(f"FAILED  {failure}", file=sys.stderr)
        return 1


def _prepare() -> None:
    """Have the programs and the Debian that this takes."""
    if os.geteuid() != 0:
        raise Failed("This mounts folders and makes a bare Debian, which only root may: run it with sudo.")
    missing = [package for tool, packages in _TOOLS.items() if not shutil.which(tool) for package in packages]
    if missing:
        dev_libraries.install(missing, "What the smoke test uses")
    print("Making a bare Debian, once …", file=sys.stderr, flush=True)
    smoke_places.make_chroot()


def _try_on_linux() -> int:
    archive, package = _built("*.tar.gz"), _built("*.deb")
    with tempfile.TemporaryDirectory(prefix="rlm-desktop-smoke-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        unpacked = smoke_places.unpacked(archive, folder)
        smoke_places.make_read_only(Path(unpacked.folder))
        _try(unpacked, PICTURES / "unpacked.png")
        # Lazily: the engine ends a moment after its window.
        subprocess.run(["umount", "--lazy", unpacked.folder], check=True)
    debian = smoke_places.installed_in_chroot(package)
    _tell(debian, "is bare", smoke_places.is_bare())
    _try(debian, PICTURES / "debian.png")
    return 0


def _try_elsewhere() -> int:
    archive = _built("*.dmg" if sys.platform == "darwin" else "*.zip")
    with tempfile.TemporaryDirectory(prefix="rlm-desktop-smoke-", ignore_cleanup_errors=True) as name:
        app = smoke_places.unpacked(archive, Path(name))
        for check in smoke_checks.CHECKS_ANYWHERE:
            _tell(app, check.__name__, check(app))
    return 0


def _try(app: Installed, picture: Path) -> None:
    for check in smoke_checks.CHECKS:
        _tell(app, check.__name__, check(app))
    _tell(app, "opens its window", smoke_window.opens_its_window(app, picture))


def _tell(app: Installed, what: str, how: str) -> None:
    print(f"ok  {app.title:<12} {what.replace('_', ' '):<32} {how}", flush=True)


def _built(pattern: str) -> Path:
    files = sorted(DIST.glob(pattern), key=lambda file: file.stat().st_mtime)
    if not files:
        raise Failed(f"There is no {pattern} in {DIST}: run packaging/dev bundle first.")
    return files[-1]


def _raise_loopback() -> None:
    """Bring up the one network that a fresh network namespace has."""
    import fcntl  # noqa: PLC0415 - does not exist on Windows

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", _UP))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
