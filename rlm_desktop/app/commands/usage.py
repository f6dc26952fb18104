"""How command lines are read: what is wrong with one is said in one line, with exit status 2."""

import argparse
import math
from pathlib import Path
from typing import NoReturn

from rlm_desktop.app.commands.terminal import note

DONE = 0
WRONG_USAGE = 2
PARTIAL = 3
NO_ANSWER = 4
INTERRUPTED = 130
_MOST = 10**12


class WrongUsage(Exception):
    """What was asked for cannot be done as it was asked; the text says what to do."""


class Parser(argparse.ArgumentParser):
    """Reads one command's words; refuses what it does not know."""

    def __init__(self, command: str, description: str) -> None:
        name = f"rlm-desktop {command}".strip()
        super().__init__(prog=name, description=description, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        """Say in one line what is wrong, and leave."""
        note(f"{self.prog}: {message}. See {self.prog} --help.")
        raise SystemExit(WRONG_USAGE)

    def add_data_dir(self, default: str | None = None) -> None:
        """Take the option that every command takes."""
        meaning = "where all that is stored lives, instead of the usual place"
        self.add_argument("--data-dir", type=Path, metavar="DIR", default=default, help=meaning)

    def add_json(self) -> None:
        """Take the option for output that programs read."""
        self.add_argument("--json", action="store_true", help="print JSON")


def count(text: str) -> int:
    """Read a whole number from 1."""
    number = _whole(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is too small, it must be 1 or more")
    return number


def count_or_zero(text: str) -> int:
    """Read a whole number from 0."""
    number = _whole(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{text} is too small, it must be 0 or more")
    return number


def amount(text: str) -> float:
    """Read a number above 0."""
    number = amount_or_zero(text)
    if number == 0:
        raise argparse.ArgumentTypeError("it must be more than 0")
    return number


def amount_or_zero(text: str) -> float:
    """Read a number from 0."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 up")
    if number > _MOST:
        raise argparse.ArgumentTypeError(f"{text} is too large; leave the option out for no limit")
    return number


def _whole(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no whole number") from None
    if number > _MOST:
        raise argparse.ArgumentTypeError(f"{text} is too large; leave the option out for no limit")
    return number
