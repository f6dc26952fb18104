import struct
from email.message import EmailMessage

import pytest

from rlm_desktop.corpus.errors import Unreadable
from rlm_desktop.corpus.readers.mail_reader import NOT_MAIL
from rlm_desktop.corpus.readers.recognition import HOW_TO
from rlm_desktop.corpus.reading import TOO_DEEP, convert
from tests.support.ole import compound
from tests.support.packages import docx


def message(subject: str, text: str) -> EmailMessage:
    made = EmailMessage()
    made["From"] = "Board <board@example.org>"
    made["To"] = "office@example.org"
    made["Subject"] = subject
    made.set_content(text)
    return made


def test_a_message_is_read_with_its_attachments_through_their_readers():
    mail = message("Dues für Ardvik", "See below.\n")
    mail.add_alternative("<p>See <b>below</b>.", subtype="html")
    attached = docx("<w:p><w:r><w:t>Fifty-three cents</w:t></w:r></w:p>")
    mail.add_attachment(attached, maintype="application", subtype="octet-stream", filename="dues.docx")
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="map.png")

    kind, made = convert("a.eml", bytes(mail))

    assert kind == "email"
    assert made.text == (
        "From: Board <board@example.org>\nTo: office@example.org\nSubject: Dues für Ardvik\n\nSee below.\n\n"
        f"[Attachment dues.docx]\n\nFifty-three cents\n\n[Attachment map.png: not read, an image; {HOW_TO}]"
    )
    assert [mark.label for mark in made.marks] == ["attachment dues.docx", "attachment map.png"]
    assert made.lost == {"attachment": 1}


def test_a_message_in_html_only_and_one_attached_to_another_are_read():
    inner = message("Inner", "inner words")
    mail = message("Outer", "")
    mail.set_content("<p>outer <i>words</i>", subtype="html")
    mail.add_attachment(inner)

    made = convert("a.eml", bytes(mail))[1]

    assert "outer words" in made.text
    assert made.text.endswith("Subject: Inner\n\ninner words")
    assert [mark.label for mark in made.marks] == ["attached message: Inner"]


def test_every_text_of_a_mixed_message_is_read_but_one_of_alternatives():
    data = (
        b'Subject: s\nContent-Type: multipart/mixed; boundary="m"\n\n--m\nContent-Type: multipart/alternative;'
        b' boundary="a"\n\n--a\nContent-Type: text/plain\n\nplain\n--a\nContent-Type: text/html\n\n<p>rich\n--a--\n'
        b"--m\nContent-Type: text/plain\n\nfooter\n--m\nContent-Type: image/png\n\nx\n--m--\n"
    )

    made = convert("a.eml", data)[1]

    assert made.text == "Subject: s\n\nplain\n\nfooter"
    assert made.lost == {"image": 1}


def test_a_header_without_end_is_cut():
    made = convert("a.eml", b"Subject: " + b"=?utf-8?q?a?= " * 50_000 + b"\n\nwords")[1]

    assert made.text.endswith("words")
    assert len(made.text) < 3_000


def test_a_box_is_read_message_by_message():
    first, second = message("One", ">From the board\n"), message("Two", "second\n")
    box = b"".join(b"From board Mon Jan  1 10:00:00 2001\n" + bytes(one) + b"\n" for one in (first, second))

    kind, made = convert("inbox", box)

    assert kind == "mbox"
    assert [mark.label for mark in made.marks] == ["message 1: One", "message 2: Two"]
    assert "\n\nFrom the board\n\n## Message 2" in made.text


def test_messages_attached_to_each_other_without_end_stop_somewhere():
    data = b"plain words"
    for number in range(12):
        mail = message(f"level {number}", "words")
        mail.add_attachment(
            data, maintype="application", subtype="octet-stream", filename="inner.eml" if number else "a.txt"
        )
        data = bytes(mail)

    assert TOO_DEEP in convert("a.eml", data)[1].text


@pytest.mark.parametrize(("name", "data"), [("a.eml", b"\nonly words"), ("a.mbox", b"no messages here")])
def test_what_is_no_mail_is_refused(name: str, data: bytes):
    with pytest.raises(Unreadable) as refusal:
        convert(name, data)

    assert str(refusal.value) == NOT_MAIL


def test_a_message_with_broken_headers_and_charset_is_read():
    data = b"Subject: =?utf-8?b?////?=\nFrom: <<>@\nContent-Type: text/plain; charset=x-none\n\nwords \xff\xfe still\n"

    assert "words" in convert("a.eml", data)[1].text


def properties(header_bytes: int, **numbers: int) -> bytes:
    """The table of an Outlook message's properties; each is named by its id and type in hexadecimal."""
    rows = (struct.pack("<IIII", int(tag[1:], 16), 6, number, 0) for tag, number in numbers.items())
    return bytes(header_bytes) + b"".join(rows)


def wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def test_an_outlook_message_is_read_with_its_attachments():
    attached = docx("<w:p><w:r><w:t>Fifty-three cents</w:t></w:r></w:p>")
    streams = {
        "__properties_version1.0": properties(32, x0037001F=12, x1000001F=22, x0042001F=12, x340D0003=0x40000),
        "__substg1.0_0037001F": wide("Dues"),
        "__substg1.0_1000001F": wide("See below."),
        "__substg1.0_0042001F": wide("Board"),
        "__attach_version1.0_#00000000/__properties_version1.0": properties(8, x3707001F=20, x37010102=len(attached)),
        "__attach_version1.0_#00000000/__substg1.0_3707001F": wide("dues.docx"),
        "__attach_version1.0_#00000000/__substg1.0_37010102": attached,
    }

    kind, made = convert("a.msg", compound(streams))

    assert kind == "msg"
    assert made.text == "From: Board\nSubject: Dues\n\nSee below.\n\n[Attachment dues.docx]\n\nFifty-three cents"
    assert [mark.label for mark in made.marks] == ["attachment dues.docx"]


def test_an_outlook_message_in_a_code_page_of_windows_is_read():
    streams = {
        "__properties_version1.0": properties(32, x0037001E=5, x3FFD0003=950),
        "__substg1.0_0037001E": "碼頭".encode("cp950"),
    }

    assert "Subject: 碼頭" in convert("a.msg", compound(streams))[1].text


def test_a_damaged_outlook_message_is_refused():
    with pytest.raises(Unreadable, match="damaged"):
        convert("a.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000))
