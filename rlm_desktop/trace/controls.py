"""What would steer a terminal, or turn a line round, is shown instead of obeyed."""

import re

_STEERING = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]")


def show_controls(text: str) -> str:
    """Show what a terminal would obey, and what turns text around, as signs: `␛[31m`, `⟨U+202E⟩`."""
    # Titles and figures hold nothing of the kind, and exports write millions of them.
    return text if text.isprintable() else _STEERING.sub(_sign, text.replace("\r\n", "\n"))


def escape_controls(json_text: str) -> str:
    """Write such characters of a JSON text as escapes: its value stays the same."""
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", json_text)


def _sign(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"⟨U+{code:04X}⟩"
