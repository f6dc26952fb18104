"""A real HTTP server on loopback, in a thread of its own, that speaks the OpenAI chat-completions protocol.

    with LmServer(lambda body: "Hello") as server:
        lm = make_lm("openai/test-model", Means(base_url=server.base_url))

`answer` gets the request's JSON and returns the reply's text, a `Said` for more detail, or a `Trouble`.
"""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A reply in detail. `usage` replaces the counted usage; `pieces` the way a streamed text is cut up."""

    text: str = ""
    reasoning: str = ""
    finish_reason: str = "stop"
    usage: dict[str, Any] | None = None
    pieces: tuple[str, ...] | None = None
    piece_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that goes wrong: an error status, or one of the ways in which a connection or reply breaks."""

    status: int = 500
    message: str = "The server had an error."
    code: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    hang: bool = False
    """Never answers; waits for the client to go."""
    drop: bool = False
    """Closes the connection without an answer."""
    cut: str | None = None
    """Streams this much of a reply, then drops the connection."""
    body: str | None = None
    """Sends this body as it is, with `status`."""

    @classmethod
    def bad_key(cls) -> "Trouble":
        return cls(status=401, message="Incorrect API key provided.", code="invalid_api_key")

    @classmethod
    def no_model(cls) -> "Trouble":
        return cls(status=404, message="The model does not exist.", code="model_not_found")

    @classmethod
    def rate_limited(cls, retry_after: str | None = None) -> "Trouble":
        headers = {} if retry_after is None else {"Retry-After": retry_after}
        return cls(status=429, message="Rate limit reached.", code="rate_limit_exceeded", headers=headers)

    @classmethod
    def garbage(cls) -> "Trouble":
        return cls(status=200, body="<html>this is no JSON")


Answer = Callable[[dict[str, Any]], str | Said | Trouble]
KEY = "test-key"


class LmServer:
    """Serves `/v1/chat/completions` and `/v1/models`; use it as a context manager."""

    def __init__(
        self,
        answer: Answer,
        *,
        latency_seconds: float = 0.0,
        api_key: str | None = None,
        models: tuple[str, ...] = ("test-model",),
        sends_usage: bool = True,
        knows_stream_options: bool = True,
    ) -> None:
        self.answer = answer
        self.latency_seconds = latency_seconds
        self.api_key = api_key
        self.models = models
        self.sends_usage = sends_usage
        self.knows_stream_options = knows_stream_options
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.aborted: list[dict[str, Any]] = []
        self.faults: list[BaseException] = []
        self.connections = 0
        self.in_flight = 0
        self.in_flight_peak = 0
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._open: set[_Connection] = set()
        self._changed = threading.Condition()
        self._ready = threading.Event()
        self._stop: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name="lm-server")

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> "LmServer":
        self._thread.start()
        assert self._ready.wait(10), "the LM server did not start"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._stop is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)
        assert not self._thread.is_alive(), "the LM server did not stop"
        if self.faults and error is None:
            raise self.faults[0]

    def wait_until(self, condition: Callable[["LmServer"], bool], seconds: float = 10.0) -> None:
        """Block until the condition holds; it is looked at after every request, reply and abort."""
        with self._changed:
            assert self._changed.wait_for(lambda: condition(self), seconds), "the LM server waited in vain"

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        server = await self._loop.create_server(lambda: _Connection(self), "127.0.0.1", 0, backlog=2_048)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        tasks = [connection.leave() for connection in list(self._open)]
        await asyncio.gather(*(task for task in tasks if task is not None), return_exceptions=True)
        await asyncio.sleep(0)

    def note(self, change: Callable[[], None]) -> None:
        """Alter what tests look at, and wake who waits for it."""
        with self._changed:
            change()
            self._changed.notify_all()

    async def reply(self, connection: "_Connection", request: "_HttpRequest") -> None:
        if request.path.endswith("/models"):
            data = [{"id": name, "object": "model", "owned_by": "tests"} for name in self.models]
            connection.send_json(200, {"object": "list", "data": data})
        elif not request.path.endswith("/chat/completions"):
            connection.send_trouble(Trouble(status=404, message=f"No such path: {request.path}"))
        else:
            await self._complete(connection, request)

    async def _complete(self, connection: "_Connection", request: "_HttpRequest") -> None:
        body = json.loads(request.body)
        self.note(lambda: self._begin(body, request.headers))
        try:
            await asyncio.sleep(self.latency_seconds)
            await self._say(connection, body, self._refusal(body, request.headers) or self._answer(body))
        except asyncio.CancelledError:
            if not connection.is_leaving:
                self.note(lambda: self.aborted.append(body))
            raise
        finally:
            self.note(self._end)

    def _begin(self, body: dict[str, Any], headers: dict[str, str]) -> None:
        self.requests.append(body)
        self.headers.append(headers)
        self.in_flight += 1
        self.in_flight_peak = max(self.in_flight_peak, self.in_flight)

    def _end(self) -> None:
        self.in_flight -= 1

    def _refusal(self, body: dict[str, Any], headers: dict[str, str]) -> Trouble | None:
        if self.api_key is not None and headers.get("authorization") != f"Bearer {self.api_key}":
            return Trouble.bad_key()
        if "stream_options" in body and not self.knows_stream_options:
            return Trouble(status=400, message="Unrecognized request argument supplied: stream_options")
        return None

    def _answer(self, body: dict[str, Any]) -> str | Said | Trouble:
        try:
            return self.answer(body)
        except Exception as fault:
            self.faults.append(fault)
            return Trouble(status=500, message=f"{type(fault).__name__}: {fault}")

    async def _say(self, connection: "_Connection", body: dict[str, Any], said: str | Said | Trouble) -> None:
        if isinstance(said, Trouble):
            await self._make_trouble(connection, body, said)
            return
        whole = said if isinstance(said, Said) else Said(text=said)
        if body.get("stream"):
            connection.start_stream()
            async for chunk in self._chunks(body, whole):
                connection.send_event(chunk)
            connection.end_stream()
        else:
            connection.send_json(200, self._completion(body, whole))

    async def _make_trouble(self, connection: "_Connection", body: dict[str, Any], trouble: Trouble) -> None:
        if trouble.hang:
            await asyncio.Event().wait()
        elif trouble.drop:
            connection.drop()
        elif trouble.cut is not None:
            connection.start_stream()
            connection.send_event(_chunk(body, {"role": "assistant", "content": trouble.cut}))
            await asyncio.sleep(0.01)
            connection.drop()
        else:
            connection.send_trouble(trouble)

    async def _chunks(self, body: dict[str, Any], said: Said) -> AsyncIterator[dict[str, Any]]:
        yield _chunk(body, {"role": "assistant", "content": ""})
        if said.reasoning:
            yield _chunk(body, {"reasoning_content": said.reasoning})
        for piece in said.pieces or _pieces(said.text):
            yield _chunk(body, {"content": piece})
            if said.piece_seconds:
                await asyncio.sleep(said.piece_seconds)
        yield _chunk(body, {}, said.finish_reason)
        if self.sends_usage and (body.get("stream_options") or {}).get("include_usage"):
            yield {**_chunk(body, {}), "choices": [], "usage": said.usage or _usage(body, said)}

    def _completion(self, body: dict[str, Any], said: Said) -> dict[str, Any]:
        message = {"role": "assistant", "content": said.text}
        if said.reasoning:
            message["reasoning_content"] = said.reasoning
        reply = {
            **_head(body, "chat.completion"),
            "choices": [{"index": 0, "message": message, "finish_reason": said.finish_reason}],
        }
        return {**reply, "usage": said.usage or _usage(body, said)} if self.sends_usage else reply


@dataclass(frozen=True, slots=True, kw_only=True)
class _HttpRequest:
    path: str
    headers: dict[str, str]
    body: bytes


class _Connection(asyncio.Protocol):
    """One kept-alive HTTP/1.1 connection; requests on it are answered one after another."""

    def __init__(self, server: LmServer) -> None:
        self.is_leaving = False
        self._server = server
        self._buffer = bytearray()
        self._task: asyncio.Task[None] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._server.connections += 1
        self._server._open.add(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._buffer.startswith(b"\x16"):
            self.drop()  # a TLS handshake, which nobody here speaks
        elif self._task is None:
            self._take()

    def connection_lost(self, error: Exception | None) -> None:
        self._server._open.discard(self)
        if self._task is not None:
            self._task.cancel()

    def leave(self) -> asyncio.Task[None] | None:
        """Drop the connection because the server stops."""
        self.is_leaving = True
        self.drop()
        if self._task is not None:
            self._task.cancel()
        return self._task

    def drop(self) -> None:
        assert self._transport is not None
        self._transport.close() if not self.is_leaving else self._transport.abort()

    def send_json(self, status: int, value: Any, headers: dict[str, str] | None = None) -> None:
        self._send(status, json.dumps(value).encode(), headers or {})

    def send_trouble(self, trouble: Trouble) -> None:
        if trouble.body is not None:
            self._send(trouble.status, trouble.body.encode(), trouble.headers)
            return
        error = {"message": trouble.message, "type": "error", "param": None, "code": trouble.code}
        self.send_json(trouble.status, {"error": error}, trouble.headers)

    def start_stream(self) -> None:
        self._write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")

    def send_event(self, value: dict[str, Any]) -> None:
        self._write_chunk(b"data: " + json.dumps(value).encode() + b"\n\n")

    def end_stream(self) -> None:
        self._write_chunk(b"data: [DONE]\n\n")
        self._write(b"0\r\n\r\n")

    def _take(self) -> None:
        request = _parse(self._buffer)
        if request is not None:
            self._task = asyncio.get_running_loop().create_task(self._server.reply(self, request))
            self._task.add_done_callback(self._on_done)

    def _on_done(self, task: asyncio.Task[None]) -> None:
        self._task = None
        if not task.cancelled() and (fault := task.exception()) is not None:
            self._server.faults.append(fault)
            self.drop()
        elif not task.cancelled() and self._buffer:
            self._take()

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        lines = [f"HTTP/1.1 {status} Status", "Content-Type: application/json", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._write("\r\n".join([*lines, "", ""]).encode() + body)

    def _write_chunk(self, data: bytes) -> None:
        self._write(b"%x\r\n%s\r\n" % (len(data), data))

    def _write(self, data: bytes) -> None:
        assert self._transport is not None
        self._transport.write(data)


def _parse(buffer: bytearray) -> _HttpRequest | None:
    """Take one whole request off the buffer, or None while it is incomplete."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return None
    first, *lines = buffer[:end].decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = int(headers.get("content-length", "0"))
    if len(buffer) < end + 4 + length:
        return None
    body = bytes(buffer[end + 4 : end + 4 + length])
    del buffer[: end + 4 + length]
    return _HttpRequest(path=first.split(" ")[1], headers=headers, body=body)


def _head(body: dict[str, Any], kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-1", "object": kind, "created": 1, "model": body.get("model", "")}


def _chunk(body: dict[str, Any], delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return {**_head(body, "chat.completion.chunk"), "choices": [choice]}


def _pieces(text: str, size: int = 64) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


def _usage(body: dict[str, Any], said: Said) -> dict[str, int]:
    """Count four bytes to a token."""
    asked = sum(len(str(message["content"]).encode()) for message in body["messages"]) // 4
    told = len((said.text + said.reasoning).encode()) // 4
    return {"prompt_tokens": asked, "completion_tokens": told, "total_tokens": asked + told}
