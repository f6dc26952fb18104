"""Turns what providers and connections report into our errors: one sentence that says what to do."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from rlm_desktop.lm.endpoints import THIS_COMPUTER, Endpoint
from rlm_desktop.lm.protocol import (
    BadKey,
    BadReply,
    BadRequest,
    ContentRefused,
    ContextTooLong,
    Dropped,
    LmError,
    NoQuota,
    Overloaded,
    RateLimited,
    UnknownModel,
    Unreachable,
)
from rlm_desktop.lm.secrets import shown_address, without_secrets

_TOO_LONG = re.compile(
    r"context.{0,10}(length|window|size)|prompt is too long|maximum context|too many (input )?tokens"
    r"|input is too long|exceeds? the (available )?context|reduce the length",
    re.IGNORECASE,
)
_NO_QUOTA = re.compile(
    r"insufficient[_ ](quota|balance|credits?|funds)|credit balance|exceeded your current quota|payment required"
    r"|billing",
    re.IGNORECASE,
)
_REFUSED = re.compile(r"content[_ ]?(filter|policy)|safety|moderation|responsible ai", re.IGNORECASE)
_NO_MODEL = re.compile(
    r"model.{0,80}(not found|not exist|unknown|not supported|invalid)|(unknown|invalid|no such) model"
    r"|not a valid model|provider not provided",
    re.IGNORECASE,
)
_BAD_KEY = re.compile(r"api[_ -]?key|authentication|unauthori[sz]ed", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What a provider answered instead of a reply."""

    status: int
    code: str = ""
    message: str = ""
    headers: Mapping[str, str] | None = None

    @property
    def words(self) -> str:
        """Code and message together, to be searched."""
        return f"{self.code} {self.message}"


class Refused(Exception):
    """The server answered with an error."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.words)
        self.refusal = refusal


def refusal_of(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Refusal:
    """Read an error body, whichever of the usual shapes it has."""
    error = body.get("error", body) if isinstance(body, dict) else body
    if not isinstance(error, dict):
        return Refusal(status=status, message=str(error or ""), headers=headers)
    message = error.get("message") or error.get("detail") or error.get("msg") or ""
    code = error.get("code") or error.get("type") or ""
    status = _status_in_body(code) if status == 200 else status
    return Refusal(status=status, code=str(code), message=str(message), headers=headers)


def _status_in_body(code: Any) -> int:
    """Give the status that an error deserves which came with status 200, as errors in a stream do."""
    if isinstance(code, int):
        return code
    if re.search(r"rate.?limit|too.?many", str(code)):
        return 429
    return 500 if re.search(r"server|overload|internal|unavailable|timeout", str(code)) else 400


def error_from_refusal(refusal: Refusal, endpoint: Endpoint) -> LmError:
    """Say what a provider's refusal means and what to do."""
    server, said = _server(endpoint), _said(refusal.message, endpoint)
    match refusal.status:
        case 401 | 403 if refusal.status == 401 or _BAD_KEY.search(refusal.words):
            return BadKey(_key_advice(endpoint))
        case 402:
            return _no_quota(endpoint)
        case 429 if _NO_QUOTA.search(refusal.words):
            return _no_quota(endpoint)
        case 429:
            wait = retry_after_seconds(refusal.headers or {})
            return RateLimited(f"{server} asks to slow down{said}; ask for fewer calls at once.", wait)
        case 404:
            return _not_found(refusal, endpoint)
        case 408 | 409 | 425:
            return Overloaded(f"{server} was not ready ({refusal.status}){said}; try again in a moment.")
        case status if status >= 500:
            return Overloaded(f"{server} failed on its side ({status}){said}; try again in a moment.")
    return _client_fault(refusal, endpoint)


def _client_fault(refusal: Refusal, endpoint: Endpoint) -> LmError:
    server, within, said = _server(endpoint), _within(endpoint), _said(refusal.message, endpoint)
    if refusal.status == 413 or _TOO_LONG.search(refusal.words):
        return ContextTooLong(
            f"The prompt is longer than {endpoint.name} can read{said}; send smaller pieces or choose a larger model."
        )
    if _NO_QUOTA.search(refusal.words):
        return _no_quota(endpoint)
    if _NO_MODEL.search(refusal.words):
        return _not_found(refusal, endpoint)
    if _REFUSED.search(refusal.words):
        return ContentRefused(
            f"The content filter of {within} refused this text{said}; change the text or choose another model."
        )
    if re.search(r"api[_ ]key (not valid|invalid)|invalid[_ ]api[_ ]key", refusal.words, re.IGNORECASE):
        return BadKey(_key_advice(endpoint))
    return BadRequest(f"{server} refused the request ({refusal.status}){said}; check the model and its settings.")


def _not_found(refusal: Refusal, endpoint: Endpoint) -> LmError:
    if "provider not provided" in refusal.message.casefold():
        return UnknownModel(
            f"There is no provider called {endpoint.goes_to!r}: write the model as provider/model, such as"
            " openai/gpt-5-mini, or give the address of a server that has it (--base-url)."
        )
    address = f" at {shown_address(endpoint)}" if endpoint.base_url else ""
    return UnknownModel(
        f"{_server(endpoint)} has no model {endpoint.model}{address}{_said(refusal.message, endpoint)};"
        " check the model's name and the base URL, which usually ends in /v1."
    )


def _no_quota(endpoint: Endpoint) -> LmError:
    return NoQuota(f"The account at {_within(endpoint)} has no credit left: top it up or choose another model.")


def _key_advice(endpoint: Endpoint) -> str:
    key_name = endpoint.provider.key_name if endpoint.provider else None
    if not endpoint.api_key:
        where = (
            f"set {key_name}"
            if key_name
            else "name the variable that holds it (in the model settings, or by --api-key-env)"
        )
        return f"{_server(endpoint)} wants a key for {endpoint.name}, and there is none: {where}."
    where = (
        f"check {key_name}" if key_name else "check the variable you named (in the model settings, or by --api-key-env)"
    )
    return f"{_server(endpoint)} refused the key for {endpoint.name}: {where}."


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionFault:
    """Why no reply came: the name of a client library's error, and the words of it and of its causes."""

    kind: str
    words: str


def error_from_connection(fault: BaseException, endpoint: Endpoint) -> LmError:
    """Say why no connection came about, from the exception a client library raised and its causes."""
    causes = list(_causes(fault))
    kind = " ".join(type(cause).__name__ for cause in causes)
    return error_from_fault(ConnectionFault(kind=kind, words=" ".join(map(str, causes))), endpoint)


_TLS = re.compile(r"SSL|Certificate")
_TLS_WORDS = re.compile(r"certificate|WRONG_VERSION_NUMBER|handshake", re.IGNORECASE)
_NO_NAME = re.compile(r"dnserror|gaierror|name or service|name resolution", re.IGNORECASE)
_PROXY_KEY = re.compile(r"\b407\b|proxy auth", re.IGNORECASE)
_WAS_OUT = re.compile(r"RemoteProtocol|ReadError|WriteError|ServerDisconnected|PayloadError|ConnectionReset|BrokenPipe")


def error_from_fault(fault: ConnectionFault, endpoint: Endpoint) -> LmError:
    """Say why no reply came about; what may have been billed says so."""
    server, within = _server(endpoint), _within(endpoint)
    address = f" at {shown_address(endpoint)}" if endpoint.base_url else ""
    if _PROXY_KEY.search(fault.words):
        return BadRequest(
            f"The proxy on the way to {within} wants a name and a password: put them into HTTPS_PROXY, as in "
            "http://name:password@host:port."
        )
    if "Proxy" in fault.kind:
        return Unreachable(
            f"The proxy on the way to {within} does not let us through: check HTTPS_PROXY, or put the server into"
            " NO_PROXY."
        )
    if _TLS.search(fault.kind) or _TLS_WORDS.search(fault.words) or _is_no_tls(fault, endpoint):
        return BadRequest(
            f"The secure connection to {within}{address} failed: check that the address is right and that its"
            " certificate is valid, or use http:// for a server without one."
        )
    return _unreached(fault, endpoint, server, address)


def _is_no_tls(fault: ConnectionFault, endpoint: Endpoint) -> bool:
    """A server that hangs up on a handshake speaks plain HTTP."""
    is_secure = (endpoint.base_url or "").startswith("https:")
    return is_secure and "ConnectorError" in fault.kind and _WAS_OUT.search(fault.kind) is not None


def _unreached(fault: ConnectionFault, endpoint: Endpoint, server: str, address: str) -> LmError:
    if "ConnectTimeout" in fault.kind or "ConnectionTimeout" in fault.kind:
        return Unreachable(f"{server}{address} did not answer in time: check the address and the network.")
    if "Timeout" in fault.kind:
        late = Overloaded(f"{server} took too long to reply: try again, or ask for a shorter reply.")
        late.may_have_cost = True
        return late
    if _NO_NAME.search(f"{fault.kind} {fault.words}"):
        return Unreachable(f"The address of {_within(endpoint)} was not found{address}: check it and the network.")
    if _WAS_OUT.search(fault.kind):
        return Dropped(f"{server} closed the connection before the reply was there: try again in a moment.")
    hint = "is it running, and is the address right?" if endpoint.goes_to == THIS_COMPUTER else "check the network."
    return Unreachable(f"Nothing answers{address or f' at {_within(endpoint)}'}: {hint}")


def bad_reply(endpoint: Endpoint, body: str) -> BadReply:
    """Say that a reply of status 200 is no chat completion."""
    if body.lstrip()[:1] == "<":
        return BadReply(
            f"{_server(endpoint)} answered with a web page, not a chat reply: check the base URL, which usually"
            " ends in /v1."
        )
    what = "nothing" if not body.strip() else "something that is no chat reply"
    return BadReply(f"{_server(endpoint)} sent {what}: try again, or choose another model or server.")


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """Read how long a provider asks to wait: seconds, milliseconds or a date."""
    if (milliseconds := _number(headers.get("retry-after-ms"))) is not None:
        return milliseconds / 1_000
    value = headers.get("retry-after")
    if value is None or (seconds := _number(value)) is not None:
        return None if value is None else seconds
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(tz=UTC)).total_seconds())


def _number(value: str | None) -> float | None:
    return float(value) if value is not None and re.fullmatch(r"\d+(\.\d+)?", value.strip()) else None


def _causes(fault: BaseException) -> Iterator[BaseException]:
    """Walk an exception, its causes and the members of groups among them."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [fault]
    while waiting:
        cause = waiting.pop(0)
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [cause.__cause__, cause.__context__]
        if isinstance(cause, BaseExceptionGroup):
            waiting += cause.exceptions


def _server(endpoint: Endpoint) -> str:
    """Name the server at the beginning of a sentence."""
    return "The model server on this computer" if endpoint.goes_to == THIS_COMPUTER else endpoint.goes_to


def _within(endpoint: Endpoint) -> str:
    """Name the server within a sentence."""
    return "the model server on this computer" if endpoint.goes_to == THIS_COMPUTER else endpoint.goes_to


def _said(message: str, endpoint: Endpoint) -> str:
    """Quote the provider, shortened, in one line and without secrets."""
    line = without_secrets(" ".join(message.split()), endpoint).rstrip(".")
    if not line:
        return ""
    return f" (“{line[:197]}…”)" if len(line) > 200 else f" (“{line}”)"
