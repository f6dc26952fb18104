"""Where links of an answer lead, and which are dead."""

import pytest

from rlm_desktop.viewmodel.links import is_live, reveal, shortened, target_of


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
        "https://a.org/" + "x" * 9_000,
        "",
    ],
)
def test_all_other_addresses_are_dead(address):
    assert not is_live(address)


def test_look_alike_letters_are_shown_as_codes_and_warned_of():
    target = target_of("https://аpple.com/login")

    assert target.address == "https://xn--pple-43d.com/login"
    assert target.place == "xn--pple-43d.com"
    assert "аpple.com is really xn--pple-43d.com" in target.warnings[0]


def test_a_name_before_an_at_sign_is_told_from_the_host():
    target = target_of("https://bank.com@evil.example/login")

    assert target.place == "evil.example"
    assert "evil.example" in target.warnings[0]


@pytest.mark.parametrize("words", ["bank.com", "https://bank.com/login", "www.bank.com", "see bank.com"])
def test_words_that_name_another_host_are_warned_of(words):
    warnings = target_of("https://evil.example/x", words).warnings

    assert bool(warnings) == (words != "see bank.com")


@pytest.mark.parametrize("words", ["the report", "evil.example", "https://www.evil.example/y", "annual-1981.pdf", ""])
def test_honest_words_are_not_warned_of(words):
    assert target_of("https://evil.example/x", words).warnings == ()


def test_hidden_signs_are_shown():
    assert reveal("bank\u202emoc\u200b.com") == "bank⟨U+202E⟩moc⟨U+200B⟩.com"
    assert "%E2%80%AE" in target_of("https://a.org/\u202egpj.exe").address
    assert shortened("data:" + "x" * 500).endswith("… (505 characters)")
