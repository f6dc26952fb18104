"""Where a link of an answer leads, and what is odd about it."""

import re
from dataclasses import dataclass

from PySide6.QtCore import QUrl

_HOST_IN_WORDS = re.compile(r"(?:https?://|www\.)?((?:[\w-]+\.)+[\w-]{2,})", re.IGNORECASE)
_FILE_ENDINGS = re.compile(r"\.(?:pdf|txt|md|docx?|xlsx?|csv|html?|json|py|js|png|jpe?g)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a link leads, in words for the question before it is opened."""

    address: str
    """The whole address in ASCII: look-alike letters and invisible signs show as codes."""
    place: str
    """The host, or the mail address."""
    is_mail: bool = False
    warnings: tuple[str, ...] = ()


def target_of(address: str, words: str = "") -> Target:
    """Say where a live link leads; `words` is what the answer calls it."""
    url = QUrl(address.strip())
    full = bytes(url.toEncoded().data()).decode("ascii")
    if url.scheme() == "mailto":
        return Target(address=full, place=url.path(), is_mail=True)
    host = _ascii_host(url)
    found = (_foreign_letters(host), _hidden_name(url, host), _other_host(words, host))
    return Target(address=full, place=host, warnings=tuple(warning for warning in found if warning))


def _ascii_host(url: QUrl) -> str:
    return url.host(QUrl.ComponentFormattingOption.FullyEncoded)


def _foreign_letters(host: str) -> str:
    if not any(part.startswith("xn--") for part in host.split(".")):
        return ""
    shown = QUrl.fromAce(host.encode("ascii"), QUrl.AceProcessingOption.IgnoreIDNWhitelist)
    return f"Its name has letters that may look like others: {shown} is really {host}."


def _hidden_name(url: QUrl, host: str) -> str:
    return f"What stands before the @ is not where it leads; it leads to {host}." if url.userInfo() else ""


def _other_host(words: str, host: str) -> str:
    named = _HOST_IN_WORDS.fullmatch(words.strip().split("/")[0]) or _HOST_IN_WORDS.match(words.strip())
    if named is None or _FILE_ENDINGS.search(named[1]):
        return ""
    said, real = named[1].lower().removeprefix("www."), host.lower().removeprefix("www.")
    return "" if said == real or real.startswith("xn--") else f"Its words say {named[1]}, but it leads to {host}."
