"""Keeps keys out of what servers say: their errors, and even their replies, may quote the key they were sent."""

import re
from urllib.parse import quote, urlsplit

from rlm_desktop.lm.endpoints import Endpoint

MARK = "…"
_LEAST_KEY = 6
"""Shorter ones, such as `none` or `x`, are no secrets, and words would be torn by taking them out."""
_LOOKS_SECRET = re.compile(r"\b(sk|pk|gsk|xai|key|AIza)[-_][\w*-]{6,}|\bAIza[\w-]{10,}|Bearer \S+")


def without_key(text: str, endpoint: Endpoint) -> str:
    """Take out the key that this endpoint is asked with, and the password in its address."""
    for secret in (endpoint.api_key, _password(endpoint)):
        if secret and len(secret) >= _LEAST_KEY:
            for written in {secret, quote(secret, safe="")}:
                text = text.replace(written, MARK)
    return text


def without_secrets(text: str, endpoint: Endpoint) -> str:
    """Take out whatever looks like a key as well, such as a part of one between stars."""
    return _LOOKS_SECRET.sub(MARK, without_key(text, endpoint))


def shown_address(endpoint: Endpoint) -> str | None:
    """Give the address without the name and password that it may hold."""
    if endpoint.base_url is None:
        return None
    parts = urlsplit(endpoint.base_url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _password(endpoint: Endpoint) -> str | None:
    return urlsplit(endpoint.base_url).password if endpoint.base_url else None
