"""Where on this machine lies what any Python process of ours needs to read."""

import os
import platform
import site
import sysconfig
from functools import cache
from pathlib import Path

from rlm_desktop.processes import is_bundled

PACKAGE = Path(__file__).parents[1]
FACTS = ("/etc/ld.so.cache", "/etc/localtime", "/etc/mime.types", "/etc/ssl/openssl.cnf", "/usr/share/zoneinfo")
DEVICES = ("/dev/null", "/dev/urandom")

_LIBRARY_FOLDERS = ("/lib", "/usr/lib", "/usr/local/lib", "/lib64", "/usr/lib64")


@cache
def python_folders() -> tuple[str, ...]:
    """Give where Python's library and the packages beside it lie."""
    if is_bundled():
        return (str(PACKAGE.parent),)
    kinds = ("stdlib", "platstdlib", "purelib", "platlib")
    folders = [*(sysconfig.get_path(kind) for kind in kinds), *site.getsitepackages()]
    return tuple(dict.fromkeys(filter(os.path.isdir, folders)))


def own_rooms(*names: str) -> tuple[str, ...]:
    """Give where these rooms of ours lie."""
    return tuple(str(PACKAGE / name) for name in ("__init__.py", *names))


@cache
def library_folders() -> tuple[str, ...]:
    """Give where the shared libraries lie that Python's modules need."""
    kind = sysconfig.get_config_var("MULTIARCH") or f"{platform.machine()}-linux-gnu"
    by_kind = [f"{folder}/{kind}" for folder in _LIBRARY_FOLDERS[:3]]
    folders = by_kind if os.path.isdir(by_kind[0]) or os.path.isdir(by_kind[1]) else list(_LIBRARY_FOLDERS)  # noqa: PTH112
    return tuple(filter(os.path.isdir, folders))
