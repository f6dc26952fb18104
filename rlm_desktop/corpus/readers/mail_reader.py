"""E-mail messages and boxes of them, with their attachments."""

import re
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message

from rlm_desktop.corpus.decoding import decode
from rlm_desktop.corpus.errors import Unreadable
from rlm_desktop.corpus.readers.draft import Converted, Draft, one_line
from rlm_desktop.corpus.readers.html_reader import read_html

ReadPart = Callable[[str, bytes], Converted]
"""Reads an attachment by its name; raises `Unreadable` with the reason."""

NOT_MAIL = "damaged, or not an e-mail message"
_HEADERS = ("From", "To", "Cc", "Date", "Subject")
_BEGINNING = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\r\n\r\n))From [^\r\n]*\d{2}:\d{2}[^\r\n]*\r?\n")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_LONGEST_HEADER = 8_000
# What the email package raises on headers and bodies it trips over.
_FAULTS = (AssertionError, AttributeError, LookupError, MessageError, TypeError, ValueError)


def read_eml(data: bytes, read_part: ReadPart) -> Converted:
    """Give a message's headers, its text, and its attachments as their own readers read them."""
    message = message_from_bytes(data)
    if not message.keys():
        raise Unreadable(NOT_MAIL)
    draft = Draft()
    _write_message(message, draft, read_part)
    return draft.done()


def read_mbox(data: bytes, read_part: ReadPart) -> Converted:
    """Give all messages of a box, one after the other."""
    draft = Draft()
    for number, raw in enumerate(_messages(data), 1):
        message = message_from_bytes(raw)
        draft.begin("message", f"message {number}: {_header(message, 'Subject')}".removesuffix(": "))
        draft.block(f"## Message {number}")
        _write_message(message, draft, read_part)
    return draft.done()


def write_attachment(name: str, data: bytes, draft: Draft, read_part: ReadPart) -> None:
    """Add an attachment's text, or say that it has none."""
    shown = one_line(name) or "without a name"
    draft.begin("attachment", f"attachment {shown}")
    try:
        part = read_part(name or "attachment", data)
    except Unreadable as reason:
        draft.block(f"[Attachment {shown}: not read, {reason}]")
        draft.lost["attachment"] += 1
        return
    draft.block(f"[Attachment {shown}]")
    draft.include(part)


def _messages(data: bytes) -> Iterator[bytes]:
    found = list(_BEGINNING.finditer(data))
    if not found:
        raise Unreadable(NOT_MAIL)
    ends = [match.start() for match in found[1:]] + [len(data)]
    for match, end in zip(found, ends, strict=True):
        yield _QUOTED_FROM.sub(rb"\1", data[match.end() : end])


def _write_message(message: Message, draft: Draft, read_part: ReadPart) -> None:
    headers = ((name, _header(message, name)) for name in _HEADERS)
    draft.block("\n".join(f"{name}: {value}" for name, value in headers if value))
    for part in _leaves(message):
        _write_part(part, draft, read_part)


def _write_part(part: Message, draft: Draft, read_part: ReadPart) -> None:
    kind, name = part.get_content_type(), _file_name(part)
    if kind == "message/rfc822":
        inner = _first(part.get_payload())
        draft.begin("attachment", f"attached message: {_header(inner, 'Subject')}".removesuffix(": "))
        draft.block("[Attached message]")
        _write_message(inner, draft, read_part)
    elif kind.startswith("text/") and not name:
        draft.block(_text(part))
    elif kind.startswith("image/") and not name:
        draft.lost["image"] += 1
    else:
        write_attachment(name or kind, _bytes(part), draft, read_part)


def _leaves(message: Message) -> Iterator[Message]:
    """Give the parts that hold something, of alternatives one; an attached message is one, whatever it holds."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        inside = _inside(part)
        if part.get_content_type() == "multipart/alternative" and inside:
            waiting.append(_preferred(inside))
        elif part.get_content_maintype() == "multipart":
            waiting += reversed(inside)
        else:
            yield part


def _inside(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _preferred(alternatives: list[Message]) -> Message:
    plain = (one for one in alternatives if one.get_content_type() == "text/plain" and _bytes(one).strip())
    return next(plain, alternatives[-1])


def _first(payload: object) -> Message:
    inner = payload[0] if isinstance(payload, list) and payload else None
    return inner if isinstance(inner, Message) else Message()


def _text(part: Message) -> str:
    data = _bytes(part)
    if part.get_content_type() == "text/html":
        return read_html(data)
    try:
        return decode(data, part.get_content_charset()) if data else ""
    except (LookupError, Unreadable):
        return data.decode("utf-8", "replace")


def _bytes(part: Message) -> bytes:
    try:
        data = part.get_payload(decode=True)
    except _FAULTS:
        return b""
    return data if isinstance(data, bytes) else b""


def _file_name(part: Message) -> str:
    try:
        return _decoded(part.get_filename() or "", 200)
    except _FAULTS:
        return ""


def _header(message: Message, name: str) -> str:
    return _decoded(str(message.get(name, "")), 2_000)


def _decoded(value: str, most: int) -> str:
    """Decode a header's encoded words. The package's own way takes all memory for headers without end."""
    start = value[:_LONGEST_HEADER]
    try:
        return one_line(str(make_header(decode_header(start))), most)
    except _FAULTS:
        return one_line(start, most)
