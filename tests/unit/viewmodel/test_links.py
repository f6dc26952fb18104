"""Where links of an answer lead."""

import pytest

from rlm_desktop.viewmodel.links import target_of


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


def test_hidden_signs_of_an_address_are_codes():
    assert "%E2%80%AE" in target_of("https://a.org/\u202egpj.exe").address
