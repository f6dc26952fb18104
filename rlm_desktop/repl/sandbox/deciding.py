"""The host decides what one child may read and write, and how much it may take."""

import os
import platform
import site
import sys
import sysconfig
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from rlm_desktop.confinement.policy import Policy

PACKAGE = Path(__file__).parents[2]
ADDRESS_BYTES = 8 << 30
BYTES_A_CONTEXT_BYTE = 6
"""Room in the address space for a context's bytes, its characters, and a copy while one becomes the other."""
THREADS = 96

_LIBRARY_FOLDERS = ("/lib", "/usr/lib", "/usr/local/lib", "/lib64", "/usr/lib64")
_FACTS = ("/etc/ld.so.cache", "/etc/localtime", "/etc/mime.types", "/etc/ssl/openssl.cnf", "/usr/share/zoneinfo")
DEVICES = ("/dev/null", "/dev/urandom")


def policy_for(*, given: Path, context_bytes: int, folders: Sequence[Path], in_namespace: bool) -> Policy:
    """Decide for a child that finds its contexts in the given folder and may write in these folders."""
    return Policy(
        read=(*python_folders(), *library_folders(), *_FACTS, *DEVICES[1:], str(given)),
        write=(*(str(folder) for folder in folders), *DEVICES[:1]),
        # The first process of a namespace has no parent that it could see.
        parent=0 if in_namespace else os.getpid(),
        address_bytes=ADDRESS_BYTES + BYTES_A_CONTEXT_BYTE * context_bytes,
        threads=THREADS if in_namespace and _counts_by_namespace() else None,
    )


@cache
def python_folders() -> tuple[str, ...]:
    """Give where Python's library, the packages beside it and what is ours of the child lie."""
    kinds = ("stdlib", "platstdlib", "purelib", "platlib")
    folders = [*(sysconfig.get_path(kind) for kind in kinds), *site.getsitepackages()]
    ours = [str(PACKAGE / name) for name in ("__init__.py", "repl", "confinement", "text")]
    return tuple(dict.fromkeys([*filter(os.path.isdir, folders), *ours]))


@cache
def library_folders() -> tuple[str, ...]:
    """Give where the shared libraries lie that Python's modules need."""
    kind = sysconfig.get_config_var("MULTIARCH") or f"{platform.machine()}-linux-gnu"
    by_kind = [f"{folder}/{kind}" for folder in _LIBRARY_FOLDERS[:3]]
    folders = by_kind if os.path.isdir(by_kind[0]) or os.path.isdir(by_kind[1]) else list(_LIBRARY_FOLDERS)  # noqa: PTH112
    return tuple(filter(os.path.isdir, folders))


@cache
def program_files() -> tuple[str, ...]:
    """Give the files that starting Python needs and running Python does not."""
    near = Path(sys.executable).parents[1] / "pyvenv.cfg"
    library = Path(sysconfig.get_config_var("LIBDIR") or "/", sysconfig.get_config_var("INSTSONAME") or "none")
    return (sys.executable, *(str(path) for path in (near, library, Path("/lib64")) if path.exists()))


def _counts_by_namespace() -> bool:
    """Tell whether this Linux counts a user's processes in each namespace by itself."""
    version = platform.release().split(".")
    return [int(part) if part.isdecimal() else 0 for part in version[:2]] >= [5, 14]
