"""What providers report, in one sentence that says what to do."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from rlm_desktop.lm.endpoints import Endpoint, is_loopback, place_of, whole_base_url
from rlm_desktop.lm.errors import error_from_connection, error_from_refusal, refusal_of, retry_after_seconds
from rlm_desktop.lm.protocol import BadKey, BadRequest, Dropped, Overloaded, RateLimited, Unreachable

ENDPOINT = Endpoint(
    name="openai/x",
    model="x",
    provider=None,
    base_url="https://models.example/v1",
    api_key="sk-1",
    goes_to="models.example",
)


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": "Too odd.", "code": "odd"}},
        {"message": "Too odd.", "code": "odd"},
        {"detail": "Too odd.", "type": "odd"},
        {"error": "Too odd."},
        "Too odd.",
    ],
)
def test_error_bodies_of_every_shape_are_quoted(body):
    error = error_from_refusal(refusal_of(400, body), ENDPOINT)

    assert str(error) == ("models.example refused the request (400) (“Too odd”); check the model and its settings.")


@pytest.mark.parametrize("body", [None, [], {}, {"error": None}, {"error": {"message": None}}])
def test_an_error_without_words_is_a_sentence_as_well(body):
    error = error_from_refusal(refusal_of(500, body), ENDPOINT)

    assert str(error) == "models.example failed on its side (500); try again in a moment."


def test_long_and_broken_words_become_one_short_line():
    error = error_from_refusal(refusal_of(400, {"message": "line\n" * 200}), ENDPOINT)

    assert len(str(error)) < 320
    assert "…”" in str(error)


@pytest.mark.parametrize("secret", ["sk-proj-abcdef123456", "Bearer abcdef", "AIzaSyD-1234567890", "gsk_abcdefgh"])
def test_keys_that_a_provider_echoes_are_left_out(secret):
    error = error_from_refusal(refusal_of(400, {"message": f"Odd request with {secret} in it"}), ENDPOINT)

    assert secret not in str(error)
    assert "Odd request with … in it" in str(error)


def test_a_forbidden_that_speaks_of_the_key_is_about_the_key():
    assert isinstance(error_from_refusal(refusal_of(403, {"message": "Invalid API key"}), ENDPOINT), BadKey)
    assert isinstance(error_from_refusal(refusal_of(403, {"message": "Not in your country"}), ENDPOINT), BadRequest)


@pytest.mark.parametrize(
    ("code", "error"), [("rate_limit_exceeded", RateLimited), ("server_error", Overloaded), ("x", BadRequest)]
)
def test_an_error_that_came_with_status_200_is_told_by_its_code(code, error):
    assert isinstance(error_from_refusal(refusal_of(200, {"error": {"code": code}}), ENDPOINT), error)


KEY = ConnectionKey("models.example", 443, True, True, None, None, None)
REQUEST = aiohttp.RequestInfo(URL("https://models.example"), "POST", CIMultiDictProxy(CIMultiDict()))


class ConnectTimeout(Exception):
    """Named as httpx names it."""


class ReadTimeout(Exception):
    """Named as httpx names it."""


@pytest.mark.parametrize(
    ("cause", "error", "says"),
    [
        (ConnectionRefusedError(111, "refused"), Unreachable, "Nothing answers at https://models.example/v1"),
        (socket.gaierror(-2, "Name or service not known"), Unreachable, "was not found"),
        (ssl.SSLCertVerificationError("self-signed"), BadRequest, "certificate"),
        (aiohttp.ClientHttpProxyError(REQUEST, (), status=407, message="x"), BadRequest, "wants a name and a password"),
        (aiohttp.ClientProxyConnectionError(KEY, OSError(111, "refused")), Unreachable, "does not let us through"),
        (aiohttp.ServerDisconnectedError(), Dropped, "closed the connection"),
        (ConnectTimeout(), Unreachable, "did not answer in time"),
        (ReadTimeout(), Overloaded, "took too long"),
        (ExceptionGroup("all failed", [OSError("x"), ConnectionRefusedError()]), Unreachable, "Nothing answers"),
    ],
)
def test_a_connection_that_failed_is_explained_by_its_deepest_cause(cause, error, says):
    fault = RuntimeError("Connection error.")
    fault.__cause__ = RuntimeError("wrapped")
    fault.__cause__.__cause__ = cause

    told = error_from_connection(fault, ENDPOINT)

    assert type(told) is error
    assert says in str(told)


def test_how_long_to_wait_is_read_in_seconds_milliseconds_and_dates():
    soon = format_datetime(datetime.now(tz=UTC) + timedelta(seconds=60), usegmt=True)
    past = format_datetime(datetime.now(tz=UTC) - timedelta(seconds=60), usegmt=True)

    assert retry_after_seconds({"retry-after": "7"}) == 7
    assert retry_after_seconds({"retry-after-ms": "250", "retry-after": "7"}) == 0.25
    assert 55 < (retry_after_seconds({"retry-after": soon}) or 0) <= 60
    assert retry_after_seconds({"retry-after": past}) == 0
    assert retry_after_seconds({"retry-after": "soon"}) is None
    assert retry_after_seconds({}) is None


@pytest.mark.parametrize(
    ("address", "is_here"),
    [
        ("http://localhost:1/v1", True),
        ("http://127.0.0.53/v1", True),
        ("http://[::1]:8000", True),
        ("http://0.0.0.0:8000", True),
        ("http://box.localhost", True),
        ("http://192.168.0.2/v1", False),
        ("https://localhost.example", False),
        ("https://api.openai.com/v1", False),
    ],
)
def test_addresses_on_this_computer_are_known(address, is_here):
    assert is_loopback(address) is is_here


@pytest.mark.parametrize(
    ("given", "whole"),
    [
        ("http://localhost:8000", "http://localhost:8000/v1"),
        ("http://localhost:8000/", "http://localhost:8000/v1"),
        (" http://x/api ", "http://x/api"),
        ("http://x/v1/chat/completions", "http://x/v1"),
    ],
)
def test_an_address_is_completed(given, whole):
    assert whole_base_url(given) == whole


def test_places_are_named_as_people_know_them():
    assert place_of("https://api.openai.com/v1") == "OpenAI"
    assert place_of("http://127.0.0.1:8000/v1") == "this computer"
    assert place_of("https://me:secret@models.example/v1") == "models.example"
