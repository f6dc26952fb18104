"""Outlook messages, with their attachments."""

import codecs
from typing import TYPE_CHECKING

from rlm_desktop.corpus.errors import Unreadable
from rlm_desktop.corpus.readers.draft import Converted, Draft, one_line
from rlm_desktop.corpus.readers.html_reader import read_html
from rlm_desktop.corpus.readers.mail_reader import ReadPart, write_attachment
from rlm_desktop.corpus.readers.package import DAMAGED

if TYPE_CHECKING:
    from oxmsg import Message

_COMPRESSED_RTF = 0x1009
# What the library raises on files it does not understand.
_FAULTS = (AssertionError, AttributeError, LookupError, OSError, TypeError, ValueError)


def read_msg(data: bytes, read_part: ReadPart) -> Converted:
    """Give a message's headers, its text, and its attachments as their own readers read them."""
    # The library is only wanted for Outlook's messages.
    from oxmsg import Message  # noqa: PLC0415

    codecs.register(_windows_codec)
    try:
        message = Message.load(data)
        draft = Draft()
        draft.block("\n".join(f"{name}: {value}" for name, value in _headers(message).items() if value))
        _write_body(message, draft)
        found = [(one.file_name or "", one.file_bytes) for one in message.attachments]
    except _FAULTS as fault:
        raise Unreadable(DAMAGED) from fault
    for name, content in found:
        if content is None:
            draft.lost["attached message"] += 1
        else:
            write_attachment(name, content, draft, read_part)
    return draft.done()


def _windows_codec(name: str) -> codecs.CodecInfo | None:
    """Know `windows-950` and its like, which the library asks for; Python calls it `cp950`."""
    number = name.replace("-", "_").removeprefix("windows_")
    return codecs.lookup(f"cp{number}") if number.isdecimal() and number != name else None


def _headers(message: "Message") -> dict[str, str]:
    sent = message.sent_date
    return {
        "From": one_line(message.sender or ""),
        "To": one_line(", ".join(_address(one.name, one.email_address) for one in message.recipients), 2_000),
        "Date": sent.isoformat(sep=" ", timespec="seconds") if sent else "",
        "Subject": one_line(message.subject or "", 2_000),
    }


def _address(name: str, address: str) -> str:
    return f"{name} <{address}>" if name and name != address else address


def _write_body(message: "Message", draft: Draft) -> None:
    if plain := (message.body or "").strip():
        draft.block(plain)
    elif page := message.html_body:
        draft.block(read_html(page.encode("utf-8", "surrogatepass")))
    elif message.properties.binary_prop_value(_COMPRESSED_RTF):
        draft.lost["formatted body"] += 1
