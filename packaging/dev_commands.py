"""The commands of `packaging/dev`: run, test, check, bench, screenshots, guide, sample, bundle, smoke.

Each first makes the environment it needs, so each works on a fresh clone.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import dev_environment
from dev_environment import BUNDLE_PYTHON, PYTHON, ROOT, say

_BIN = PYTHON.parent
_PACKAGING = ROOT / "packaging"


def main(arguments: list[str]) -> int:
    """Do what the command line asks for; give the exit status."""
    parser = argparse.ArgumentParser(prog="packaging/dev", description="Set up, run, test, check and release.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="open the window; without a display, a sample run in the terminal")
    meaning = "documents or folders; or a command of rlm-desktop with its options, such as ask"
    run.add_argument("words", nargs=argparse.REMAINDER, metavar="PATH", help=meaning)
    commands.add_parser("test", help="all tests; further arguments go to pytest")
    check = commands.add_parser("check", help="format, lint, types, import contracts and tests")
    check.add_argument("--no-tests", action="store_true", help="all but the tests")
    commands.add_parser("bench", help="measure; further arguments choose benchmarks by name")
    commands.add_parser("screenshots", help="make the pictures of the README anew")
    commands.add_parser("guide", help="write the user guide as one HTML file")
    commands.add_parser("sample", help="record the run that comes along anew")
    commands.add_parser("bundle", help="build what is released: programs that need no Python, packed, in dist")
    commands.add_parser("smoke", help="try out what `bundle` built, also where nothing is installed")
    known, rest = parser.parse_known_args(arguments)
    if rest and known.command not in ("test", "bench"):
        parser.error(f"unknown: {' '.join(rest)}")
    _READY.get(known.command, dev_environment.make_ready)()
    return _COMMANDS[known.command](known, rest)


def _run(known: argparse.Namespace, _rest: list[str]) -> int:
    app = str(_BIN / "rlm-desktop")
    if known.words and not Path(known.words[0]).exists():
        return _call([app, *known.words], Path.cwd())
    paths = [str(Path(path).absolute()) for path in known.words]
    if not sys.platform.startswith("linux") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return _call([app, "--", *paths])
    say("There is no display here, so the main job runs in the terminal.\n")
    return _call([str(PYTHON), str(_PACKAGING / "sample_run.py"), *paths])


def _test(_known: argparse.Namespace, rest: list[str]) -> int:
    return _call([str(PYTHON), "-m", "pytest", "-n", "auto", *rest])


def _check(known: argparse.Namespace, _rest: list[str]) -> int:
    checks = {
        "format": ["ruff", "format", "--check", "."],
        "lint": ["ruff", "check", "."],
        "types": ["mypy"],
        "types on Windows": ["mypy", "--platform", "win32"],
        "types on macOS": ["mypy", "--platform", "darwin"],
        "import contracts": ["lint-imports"],
    }
    failed = [name for name, check in checks.items() if _call([str(_BIN / check[0]), *check[1:]])]
    if not known.no_tests and _test(known, []):
        failed.append("tests")
    say(f"Not in order: {', '.join(failed)}." if failed else "All in order.")
    return 1 if failed else 0


def _bench(_known: argparse.Namespace, rest: list[str]) -> int:
    benches = sorted((ROOT / "tests" / "benchmarks").glob("bench_*.py"))
    chosen = [bench for bench in benches if not rest or any(word in bench.name for word in rest)]
    return max([_call([str(PYTHON), str(bench)]) for bench in chosen], default=1)


def _screenshots(_known: argparse.Namespace, _rest: list[str]) -> int:
    return _call([str(PYTHON), str(_PACKAGING / "screenshots.py")])


def _guide(_known: argparse.Namespace, _rest: list[str]) -> int:
    return _call([str(PYTHON), str(_PACKAGING / "guide.py")])


def _sample(_known: argparse.Namespace, _rest: list[str]) -> int:
    return _call([str(PYTHON), str(_PACKAGING / "record_sample.py")])


def _bundle(_known: argparse.Namespace, _rest: list[str]) -> int:
    return _call([str(BUNDLE_PYTHON), str(_PACKAGING / "bundle_build.py")])


def _smoke(_known: argparse.Namespace, _rest: list[str]) -> int:
    return _call([str(BUNDLE_PYTHON), str(_PACKAGING / "smoke.py")])


def _call(command: list[str], folder: Path = ROOT) -> int:
    paths = os.pathsep.join([str(_BIN), os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": paths, "VIRTUAL_ENV": str(PYTHON.parent.parent)}
    return subprocess.run(command, check=False, cwd=folder, env=environment).returncode


_READY = {"bundle": dev_environment.make_bundle_ready, "smoke": dev_environment.require_bundle}
_COMMANDS = {
    "run": _run,
    "test": _test,
    "check": _check,
    "bench": _bench,
    "screenshots": _screenshots,
    "guide": _guide,
    "sample": _sample,
    "bundle": _bundle,
    "smoke": _smoke,
}

if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
