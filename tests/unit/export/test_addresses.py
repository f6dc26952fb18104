"""Which links of an answer are dead."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QUrl

from rlm_desktop.export.addresses import is_live, reveal, shortened

_PIECES = (
    *("http://", "https://", "mailto:", "a", "b.org", "@", ":", "80", "/", "?", "#", "[", "]", "::1", "%20", "%"),
    *("é", "аpple", "xn--", "-", ".", "_", "subject=", "attach=", "\\", " ", "\u202e", "\u200b", "☃", "中文"),
)


@pytest.mark.parametrize(
    "address", ["http://a.org/x?y=1", "https://a.org", "mailto:a@b.org?subject=x", "HTTPS://a.org"]
)
def test_web_and_mail_addresses_are_live(address):
    assert is_live(address)


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "file://host/share/x.png",
        "//host/share",
        "\\\\host\\share",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,<b>x",
        "qrc:/x",
        "quote:0",
        "smb://host/x",
        "ms-settings:x",
        "vscode://open?file=x",
        "/etc/passwd",
        "report.pdf",
        "#top",
        "http:",
        "https:///x",
        "http://[::1",
        "mailto:",
        "mailto:a@b.org?attach=/etc/passwd",
        "http://aé--b.org",
        "https://a.org/" + "x" * 9_000,
        "",
    ],
)
def test_all_other_addresses_are_dead(address):
    assert not is_live(address)


def test_hidden_signs_are_shown():
    assert reveal("bank\u202emoc\u200b.com") == "bank⟨U+202E⟩moc⟨U+200B⟩.com"
    assert shortened("data:" + "x" * 500).endswith("… (505 characters)")


@given(st.sampled_from(("http://", "https://", "mailto:")), st.lists(st.sampled_from(_PIECES), max_size=7))
@settings(max_examples=500, deadline=None)
def test_whatever_is_live_the_window_can_open(scheme, pieces):
    address = scheme + "".join(pieces)

    if is_live(address):
        url = QUrl(address.strip(), QUrl.ParsingMode.StrictMode)
        assert url.isValid()
        assert url.path() if url.scheme() == "mailto" else url.host()
