"""Which licences the parts of the bundle have, and whether we may pass them on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from importlib.metadata import Distribution, distribution

from packaging.requirements import Requirement

OURS = "rlm-desktop"
EXTRAS = ("restricted",)
"""What of the optional dependencies the bundle has."""

_WORD = re.compile(r"\(|\)|\bAND\b|\bOR\b|[^\s()]+(?: WITH [^\s()]+)?(?: [^\s()]+)*?(?=\s+(?:AND|OR)\b|\s*[()]|\s*$)")
_COPYLEFT = re.compile(r"\bA?GPL|(?<!Lesser )\bGeneral Public License|Affero", re.IGNORECASE)
_LENIENT = re.compile(r"\bLGPL|Lesser General Public|WITH (GCC|Classpath|Bootloader)", re.IGNORECASE)
_NO_NAME = "License :: OSI Approved"


class Refused(Exception):
    """A part may not be passed on, or does not say that it may."""


def parts(name: str = OURS, extras: tuple[str, ...] = EXTRAS) -> list[Distribution]:
    """Give the installed packages that the app is made of, itself left out, by name."""
    found: dict[str, Distribution] = {}
    _gather(name, extras, found)
    return sorted((part for key, part in found.items() if key != _key(OURS)), key=lambda part: part.name.lower())


def licence_of(metadata: Message) -> str:
    """Give a package's licence in its own words, as an expression of SPDX where it has one; raises Refused."""
    expression = metadata.get("License-Expression")
    if expression:
        return str(expression)
    listed = [str(line) for line in metadata.get_all("Classifier") or []]
    classes = [line.split(" :: ")[-1] for line in listed if line.startswith("License :: ") and line != _NO_NAME]
    words = str(metadata.get("License") or "").strip()
    first = next(iter(words.splitlines()), "")
    if not first and not classes:
        raise Refused(f"{metadata['Name']} does not say which licence it has; look it up before it is passed on.")
    return first or " OR ".join(classes)


def check(metadata: Message) -> str:
    """Give a package's licence, or raise Refused when it is the GPL or AGPL and no other."""
    licence = licence_of(metadata)
    if not is_permitted(licence):
        raise Refused(f"{metadata['Name']} is under {licence}, which does not go into the bundle: do without it.")
    return licence


def is_permitted(licence: str) -> bool:
    """Tell whether an expression like `MIT OR (GPL-3.0 AND BSD)` can be met without the GPL."""
    words = [_as_truth(word) for word in _WORD.findall(licence)]
    return _any_of(words)


def _any_of(words: list[str]) -> bool:
    """Read `OR`, which binds least."""
    holds = _all_of(words)
    while words and words[0] == "OR":
        words.pop(0)
        holds = _all_of(words) or holds
    return holds


def _all_of(words: list[str]) -> bool:
    holds = _one_of(words)
    while words and words[0] == "AND":
        words.pop(0)
        holds = _one_of(words) and holds
    return holds


def _one_of(words: list[str]) -> bool:
    word = words.pop(0) if words else ""
    if word != "(":
        return word == "yes"
    holds = _any_of(words)
    if words:
        words.pop(0)
    return holds


def _as_truth(word: str) -> str:
    if word in ("(", ")", "AND", "OR"):
        return word
    return "no" if _COPYLEFT.search(word) and not _LENIENT.search(word) else "yes"


def _gather(name: str, extras: tuple[str, ...], found: dict[str, Distribution]) -> None:
    part = distribution(name)
    is_new = _key(name) not in found
    found[_key(name)] = part
    if is_new or extras:
        for needed in _needs(part, extras):
            if _key(needed.name) not in found:
                _gather(needed.name, tuple(needed.extras), found)


def _needs(part: Distribution, extras: tuple[str, ...]) -> Iterator[Requirement]:
    for line in part.requires or []:
        needed = Requirement(line)
        if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            yield needed


def _key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
