"""JSON and JSON lines: the text as it is, with escaped letters written out so that they can be found."""

import json
import re

from rlm_desktop.corpus.decoding import decode

_ESCAPES = re.compile(r"(\\[^u])|((?:\\u[0-9a-fA-F]{4})+)")


def read_json(data: bytes) -> str:
    """Give the text of a JSON file; its values stay what they are."""
    return written_out(decode(data))


def written_out(text: str) -> str:
    """Write escaped letters out."""
    return _ESCAPES.sub(_written_out, text) if "\\u" in text else text


def _written_out(match: re.Match[str]) -> str:
    if match[1]:
        return match[1]
    return "".join(_printable(letter) for letter in json.loads(f'"{match[2]}"'))


def _printable(letter: str) -> str:
    is_plain = letter.isprintable() and letter not in '"\\'
    return letter if is_plain else json.dumps(letter)[1:-1]
