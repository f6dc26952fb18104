"""Make the environment the project runs in: uv, a virtual environment, the dependencies.

Runs under any Python from 3.8 on, before anything is installed.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

import dev_libraries

ROOT = Path(__file__).resolve().parent.parent
_PYTHON = "Scripts/python.exe" if os.name == "nt" else "bin/python"
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / _PYTHON
BUNDLE_ENVIRONMENT = ROOT / "build" / "bundle-env"
BUNDLE_PYTHON = BUNDLE_ENVIRONMENT / _PYTHON
_TOOLS = ROOT / "build" / "tools"
_STAMP = ENVIRONMENT / ".rlm-desktop-stamp"
_MINIMUM = (3, 11)
_MINIMUM_UV = (0, 7)
_NUMPY_OPTIONS = ("-Dallow-noblas=true", "-Dblas=none", "-Dlapack=none")
_FEWER_PROCESSORS = {"x86_64": ("-Dcpu-dispatch=X86_V3",)}
"""Faster code for few processors more is a quarter of numpy's largest library."""
_RUNS = "import sys; sys.exit(sys.version_info < (3, 11))"


def make_ready() -> None:
    """Have all that is needed; does nothing when it is there already."""
    dev_libraries.install_missing()
    if _STAMP.is_file() and _STAMP.read_text() == _wanted_stamp() and _runs(PYTHON):
        return
    dev_libraries.install_bubblewrap()
    uv = _find_uv() or _fetch_uv()
    environment = _uv_environment()
    if not _runs(PYTHON):
        say("Making the environment in .venv …")
        _call([*uv, "venv", "--quiet", "--clear", "--python", _base_python(), str(ENVIRONMENT)], environment)
    say("Installing what the project needs (once; some minutes on a slow line) …")
    target = ["--python", str(PYTHON), "--compile-bytecode", "--editable", ".", "--group", "dev"]
    _call([*uv, "pip", "install", "--quiet", *target], environment)
    _STAMP.write_text(_wanted_stamp())


def make_bundle_ready() -> None:
    """Have an environment with what the release bundle is made of and by, in pinned versions, and the app as it is."""
    dev_libraries.install_missing()
    dev_libraries.install_build_tools()
    uv = _find_uv() or _fetch_uv()
    environment = {**_uv_environment(), "VIRTUAL_ENV": str(BUNDLE_ENVIRONMENT)}
    pinned = ROOT / "packaging" / "requirements-bundle.txt"
    stamp = BUNDLE_ENVIRONMENT / _STAMP.name
    wanted = hashlib.sha256(pinned.read_bytes() + repr(_numpy_options()).encode()).hexdigest()
    target = [*uv, "pip", "install", "--quiet", "--python", str(BUNDLE_PYTHON)]
    if not (stamp.is_file() and stamp.read_text() == wanted and _runs(BUNDLE_PYTHON)):
        say("Making the environment for the bundle in build/bundle-env …")
        venv = ["venv", "--quiet", "--clear", "--python", _base_python(), str(BUNDLE_ENVIRONMENT)]
        _call([*uv, *venv], environment)
        packages = ["--require-hashes", "--requirement", str(pinned)]
        _call([*target, *packages], environment)
        if _numpy_options():
            _build_numpy([*target, *packages], environment)
    own = [
        "--no-deps",
        "--no-build-isolation",
        "--reinstall-package",
        "rlm-desktop",
        "--refresh-package",
        "rlm-desktop",
    ]
    _call([*target, *own, "."], environment)
    stamp.write_text(wanted)


def _numpy_options() -> list[str]:
    """Give the options that numpy is built with; none where its own package is taken."""
    if not sys.platform.startswith("linux"):
        return []
    return [*_NUMPY_OPTIONS, *_FEWER_PROCESSORS.get(platform.machine(), ())]


def _build_numpy(install: list[str], environment: dict[str, str]) -> None:
    """Put a numpy without OpenBLAS in the place of its package: that is 28 MB for fast algebra on large matrices.

    Nothing of ours does such algebra, and model code gets the same results by numpy's own routines, more slowly.
    """
    say("Building numpy without OpenBLAS (once; some minutes) …")
    own = ["--no-binary", "numpy", "--no-build-isolation", "--reinstall-package", "numpy"]
    settings = [word for option in _numpy_options() for word in ("--config-settings", f"setup-args={option}")]
    paths = os.pathsep.join([str(BUNDLE_PYTHON.parent), environment.get("PATH", "")])
    _call([*install, *own, *settings], {**environment, "PATH": paths})
    for file in BUNDLE_ENVIRONMENT.glob("lib/python*/site-packages/numpy/__config__.py"):
        _forget_place(file)


def _forget_place(file: Path) -> None:
    """Have numpy not tell in which folder it was built, so that the same bundle comes of it in every folder."""
    text = re.sub(r'("path": r")[^"]*', r"\1python", file.read_text(encoding="utf-8"))
    # uv may have made it a link to its own copy, which stays as it is.
    file.unlink()
    file.write_text(text, encoding="utf-8")


def require_bundle() -> None:
    """Make sure that a bundle was built here; what tries it out takes it as it is."""
    if not BUNDLE_PYTHON.is_file():
        sys.exit("There is no bundle here yet: run packaging/dev bundle first.")
    dev_libraries.install_missing()


def say(text: str) -> None:
    """Tell what is being done, beside the command's own output."""
    print(text, file=sys.stderr, flush=True)


def _wanted_stamp() -> str:
    return hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()


def _runs(python: Path) -> bool:
    return _succeeds([str(python), "-I", "-c", _RUNS])


def _succeeds(command: list[str]) -> bool:
    try:
        return _quietly(command).returncode == 0
    except OSError:
        return False


def _output(command: list[str]) -> str:
    try:
        done = _quietly(command)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _quietly(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=False, capture_output=True, stdin=subprocess.DEVNULL, text=True)


def _call(command: list[str], environment: dict[str, str] | None = None) -> None:
    if subprocess.run(command, check=False, cwd=ROOT, env=environment).returncode:
        sys.exit(f"This did not work, see above: {' '.join(command)}")


def _base_python() -> str:
    """The Python we run under, when it is new enough; else uv looks for one, and may fetch it."""
    return sys.executable if sys.version_info >= _MINIMUM else ">=3.11,<3.14"


def _find_uv() -> list[str] | None:
    candidates = [shutil.which("uv"), str(_TOOLS / "bin" / "uv"), str(Path.home() / ".local" / "bin" / "uv")]
    return next(([uv] for uv in candidates if uv and _is_recent(_output([uv, "--version"]))), None)


def _is_recent(version: str) -> bool:
    parts = version.replace(".", " ").split()[1:3]
    return all(part.isdigit() for part in parts) and tuple(map(int, parts)) >= _MINIMUM_UV


def _fetch_uv() -> list[str]:
    say("Fetching uv into build/tools …")
    shutil.rmtree(_TOOLS, ignore_errors=True)
    _call([*_find_pip(), "install", "--quiet", "--no-warn-script-location", "--target", str(_TOOLS), "uv"])
    return _find_uv() or sys.exit("uv was fetched but does not run; install it by hand and try again.")


def _find_pip() -> list[str]:
    """Give a pip that runs: this Python's, one made for the purpose, or the system's after installing it."""
    pip = [sys.executable, "-m", "pip"]
    if _succeeds([*pip, "--version"]):
        return pip
    private = ROOT / "build" / "pip"
    if importlib.util.find_spec("ensurepip") and _succeeds([sys.executable, "-m", "venv", str(private)]):
        return [str(private / _PYTHON), "-m", "pip"]
    dev_libraries.install(["python3-pip"], "pip, which fetches uv,")
    for python in (sys.executable, "/usr/bin/python3"):
        if _succeeds([python, "-m", "pip", "--version"]):
            return [python, "-m", "pip"]
    return sys.exit("There is neither uv nor pip here; install one of them and try again.")


def _uv_environment() -> dict[str, str]:
    """Pass pip's own settings on to uv, which does not read them; what is set for uv already stands."""
    environment = dict(os.environ)
    environment["VIRTUAL_ENV"] = str(ENVIRONMENT)
    if sys.version_info >= _MINIMUM:
        environment["UV_PYTHON_DOWNLOADS"] = "never"
    for name, value in _settings_from_pip().items():
        environment.setdefault(name, value)
    return environment


def _settings_from_pip() -> dict[str, str]:
    pip = _pip_settings()
    extra = pip.get("extra-index-url", "").split()
    wanted = {
        "UV_DEFAULT_INDEX": pip.get("index-url", ""),
        "UV_INDEX": " ".join(extra),
        # pip takes the best version of all its indexes, uv by default only the first index that has any.
        "UV_INDEX_STRATEGY": "unsafe-best-match" if extra else "",
        "UV_FIND_LINKS": ",".join(pip.get("find-links", "").split()),
        "UV_INSECURE_HOST": " ".join(pip.get("trusted-host", "").split()),
        "SSL_CERT_FILE": pip.get("cert", ""),
        "ALL_PROXY": pip.get("proxy", ""),
    }
    return {name: value for name, value in wanted.items() if value}


def _pip_settings() -> dict[str, str]:
    """Read what `pip config list` prints: `section.name='value'`, where the environment wins, then `install`."""
    settings: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}
    for line in _pip_config().splitlines():
        key, _, value = line.partition("=")
        section, _, name = key.rpartition(".")
        if section in settings:
            settings[section][name] = str(ast.literal_eval(value))
    return {**settings["global"], **settings["install"], **settings[":env:"]}


def _pip_config() -> str:
    pips = ([sys.executable, "-m", "pip"], ["pip3"], ["/usr/bin/python3", "-m", "pip"])
    return next(filter(None, (_output([*pip, "config", "list"]) for pip in pips)), "")
