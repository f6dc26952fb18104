"""A real HTTP server on loopback that answers with fixed JSON."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@contextmanager
def serving(answers: dict[str, Any], key: str = "") -> Iterator[str]:
    """Serve JSON or bytes by path, 404 elsewhere, and 401 without the key; what can be called is called first."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self._answer()

        def _answer(self) -> None:
            said = answers.get(self.path)
            said = said() if callable(said) else said
            is_refused = key and self.headers.get("Authorization") != f"Bearer {key}"
            status = 401 if is_refused else 404 if said is None else 200
            body = said if isinstance(said, bytes) else json.dumps(said if status == 200 else {}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
