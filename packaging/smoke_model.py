"""A language model for the smoke test: a server on loopback that answers each request with the same words."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

NAME = "smoke"


class SmokeModel:
    """Serves `/v1/chat/completions`; use it as a context manager."""

    def __init__(self, reply: str) -> None:
        handler = type("Handler", (_Handler,), {"reply": reply})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def base_url(self) -> str:
        """Give the address that is asked."""
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> SmokeModel:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    reply = ""

    def do_GET(self) -> None:
        self._send(json.dumps({"object": "list", "data": [{"id": NAME, "object": "model"}]}), "application/json")

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
        if not asked.get("stream"):
            message = {"role": "assistant", "content": self.reply}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            self._send(
                json.dumps({**_head("chat.completion"), "choices": [choice], "usage": usage}), "application/json"
            )
            return
        delta = {"index": 0, "delta": {"role": "assistant", "content": self.reply}, "finish_reason": None}
        end = {"index": 0, "delta": {}, "finish_reason": "stop"}
        chunks = [{"choices": [delta]}, {"choices": [end]}, {"choices": [], "usage": usage}]
        lines = [json.dumps({**_head("chat.completion.chunk"), **chunk}) for chunk in chunks]
        self._send("".join(f"data: {line}\n\n" for line in [*lines, "[DONE]"]), "text/event-stream")

    def log_message(self, *_words: object) -> None:
        """Keep still."""

    def _send(self, text: str, kind: str) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _head(kind: str) -> dict[str, Any]:
    return {"id": "smoke", "object": kind, "created": 0, "model": NAME}
