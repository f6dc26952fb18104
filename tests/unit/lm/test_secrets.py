"""Keys are taken out of what servers say."""

import pytest

from rlm_desktop.lm.endpoints import Endpoint
from rlm_desktop.lm.errors import Refusal, error_from_connection, error_from_refusal
from rlm_desktop.lm.secrets import without_key, without_secrets

KEY = "plain canary/4711+secret"


def endpoint(key=KEY, base_url="https://models.example/v1"):
    return Endpoint(name="m", model="m", provider=None, base_url=base_url, api_key=key, goes_to="models.example")


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 408, 413, 429, 500])
def test_no_error_quotes_the_key_whatever_it_looks_like(status):
    message = f"Bad key {KEY}, that is plain%20canary%2F4711%2Bsecret, for a model that does not exist"

    error = error_from_refusal(Refusal(status=status, message=message), endpoint())

    assert "canary" not in str(error)


@pytest.mark.parametrize("words", ["sk-abcdef1234", "sk-ab****yz", "Bearer abc", "AIzaSyA1234567890", "gsk_1234567890"])
def test_what_looks_like_a_key_is_taken_out(words):
    assert words not in without_secrets(f"refused {words}", endpoint(key=None))


def test_a_password_in_the_address_is_not_shown():
    moved = endpoint(base_url="https://ada:open-sesame@models.example/v1")

    for error in (error_from_connection(OSError("no"), moved), error_from_refusal(Refusal(status=404), moved)):
        assert "https://models.example/v1" in str(error)
        assert "sesame" not in str(error)


def test_a_key_that_is_a_short_word_tears_no_words():
    assert without_key("none of these", endpoint(key="none")) == "none of these"
