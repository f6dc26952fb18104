"""Which addresses of an answer may be opened, and what hides in them."""

import re
import unicodedata
from urllib.parse import parse_qsl, urlsplit

_WEB = re.compile(r"https?://[^/?#]+", re.IGNORECASE)
_MAIL = re.compile(r"mailto:[^/?#]", re.IGNORECASE)
_NEVER = re.compile(r'[\s\x00-\x20\x7f"<>\\^`{|}]|%(?![0-9A-Fa-f]{2})')
"""What no address may hold as it is, and what programs take in different ways."""
# Hyphens in the third and fourth place are kept for what is ASCII alone, as `xn--` is.
_LABEL = r"(?!(?=[\w-]{2}--)[\w-]*[^\x00-\x7f])[^\W_](?:[\w-]*[^\W_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?|\[[0-9A-Fa-f:.]+\]", re.IGNORECASE)
_MAIL_FIELDS = {"subject", "body", "cc", "bcc", "to"}
_LONGEST = 8_000
_LONGEST_SHOWN = 120


def is_live(address: str) -> bool:
    """Tell whether a link may ever be opened: full web and mail addresses only."""
    address = address.strip()
    if len(address) > _LONGEST or _NEVER.search(address):
        return False
    if _MAIL.match(address):
        return _is_plain_mail(address)
    return bool(_WEB.match(address)) and _has_host(address)


def _has_host(address: str) -> bool:
    try:
        parts = urlsplit(address)
        is_known = parts.port is None or parts.port >= 0
    except ValueError:
        return False
    host = re.sub(r":\d*$", "", parts.netloc.rpartition("@")[2])
    return is_known and parts.netloc.count("@") <= 1 and _HOST.fullmatch(host) is not None


def _is_plain_mail(address: str) -> bool:
    """Some mail programs attach any file that an address names; such an address is dead."""
    parts = urlsplit(address)
    fields = {name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    return bool(parts.path) and fields <= _MAIL_FIELDS


def shortened(address: str) -> str:
    """Give an address for a line of text: hidden signs shown, a long one cut with its length."""
    shown = reveal(address[:_LONGEST_SHOWN])
    return shown if len(address) <= _LONGEST_SHOWN else f"{shown}… ({len(address):,} characters)"


def reveal(text: str) -> str:
    """Show the signs that hide or turn around what stands beside them: `⟨U+202E⟩`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        f"⟨U+{ord(sign):04X}⟩" if unicodedata.category(sign) in ("Cf", "Cc", "Co") else sign for sign in text
    )
