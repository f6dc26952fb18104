"""Where the smoke test installs the bundle: in a read-only folder with an awkward name, and in a bare Debian."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

import bundle_linux
import dev_libraries
import smoke_window
from smoke_installed import NOBODY, Failed, Installed

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "resources" / "sample" / "documents"
CHROOT = ROOT / "build" / "smoke" / "chroot"
AWKWARD = "Über alle Maße: Größe & Tür" if os.name != "nt" else "Über alle Maße, Größe & Tür"
MIRROR, SUITE = "http://deb.debian.org/debian", "bookworm"


def unpacked(archive: Path, folder: Path) -> Installed:
    """Unpack an archive below a folder, in a path with spaces and umlauts; its user's files lie in another."""
    place, home = folder / AWKWARD, folder / f"Heim von {AWKWARD}"
    place.mkdir(parents=True)
    _UNPACKERS[archive.suffix](archive, place)
    documents = _settle_in(home)
    (program,) = (place / path for path in _PROGRAMS if (place / path).is_file())
    app = program.parent
    named = {"folder": str(app), "home": str(home), "documents": str(documents), "language": "C.UTF-8"}
    return Installed(title="unpacked", program=str(program), **named)


def _unpack_tar(archive: Path, place: Path) -> None:
    with tarfile.open(archive) as packed:
        packed.extractall(place, filter="data")


def _unpack_zip(archive: Path, place: Path) -> None:
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(place)


def _unpack_image(image: Path, place: Path) -> None:
    """Copy the app out of a disk image, as people do who drag it into their applications."""
    mounted = place.with_name("mounted")
    subprocess.run(["hdiutil", "attach", "-nobrowse", "-mountpoint", str(mounted), str(image)], check=True)
    try:
        subprocess.run(["ditto", str(mounted), str(place)], check=True)
    finally:
        subprocess.run(["hdiutil", "detach", str(mounted)], check=True)


_UNPACKERS = {".gz": _unpack_tar, ".zip": _unpack_zip, ".dmg": _unpack_image}
_PROGRAMS = ("rlm-desktop/rlm-desktop", "rlm-desktop/rlm-desktop.exe", "RLM Desktop.app/Contents/MacOS/rlm-desktop")


def make_read_only(folder: Path) -> None:
    """Mount a folder so that nobody, not even the superuser, can write there; for this process and its children."""
    for words in (["--bind", str(folder), str(folder)], ["-o", "remount,bind,ro", str(folder)]):
        subprocess.run(["mount", *words], check=True)


def make_chroot() -> None:
    """Have a Debian with what the package depends on and nothing else; needs the network."""
    wanted = ",".join(sorted(dev_libraries.packages()))
    stamp = CHROOT / "made-for"
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    shutil.rmtree(CHROOT, ignore_errors=True)
    CHROOT.mkdir(parents=True)
    command = ["debootstrap", "--variant=minbase", f"--include={wanted}", SUITE, str(CHROOT), MIRROR]
    if subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode:
        raise Failed("debootstrap could not make a bare Debian, see above: is there a network?")
    stamp.write_text(wanted)


def installed_in_chroot(package: Path) -> Installed:
    """Install the Debian package in the bare Debian, offline."""
    for folder in ("proc", "dev"):
        subprocess.run(["mount", "--rbind", f"/{folder}", str(CHROOT / folder)], check=True)
    sockets = CHROOT / str(smoke_window.SOCKETS).lstrip("/")
    for folder in (smoke_window.SOCKETS, sockets):
        folder.mkdir(mode=0o1777, exist_ok=True)
    subprocess.run(["mount", "--bind", str(smoke_window.SOCKETS), str(sockets)], check=True)
    shutil.copyfile(package, CHROOT / "bundle.deb")
    _in_chroot("dpkg", "--purge", bundle_linux.NAME)
    _in_chroot("dpkg", "--install", "/bundle.deb")
    home = CHROOT / "home" / "somebody"
    shutil.rmtree(home, ignore_errors=True)
    documents = _settle_in(home)
    inside = [f"/{path.relative_to(CHROOT)}" for path in (home, documents)]
    named = {"folder": f"/{bundle_linux.INSTALLED}", "home": inside[0], "documents": inside[1], "root": CHROOT}
    return Installed(title="bare Debian", program=f"/usr/bin/{bundle_linux.NAME}", **named)


def is_bare() -> str:
    """Make sure that there is neither a Python nor a network in the bare Debian."""
    pythons = [path for folder in ("usr/bin", "usr/local/bin") for path in (CHROOT / folder).glob("python*")]
    networks = [path.name for path in Path("/sys/class/net").iterdir()]
    reachable = [line.split(":")[0].strip() for line in Path("/proc/net/dev").read_text().splitlines()[2:]]
    if pythons or reachable != ["lo"]:
        raise Failed(f"The bare Debian has {pythons} and the networks {networks or reachable}")
    return "no Python, no network but the loopback"


def _settle_in(home: Path) -> Path:
    """Make a user's home with documents in it; gives where these are."""
    documents = home / "Dokumente über den Hafen"
    shutil.copytree(SAMPLE, documents)
    (home / "data").mkdir()
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        for path in (home, *home.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
    return documents


def _in_chroot(*command: str) -> None:
    path = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(["chroot", str(CHROOT), *command], env=path, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"`{' '.join(command)}` failed in the bare Debian: {done.stderr[-600:]}")
