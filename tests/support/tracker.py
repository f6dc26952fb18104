"""A web server on loopback that counts who comes, as a tracker behind a picture would."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.request import urlopen


class Tracker:
    """Counts connections and remembers the paths asked for. A context manager."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.connections = 0
        tracker = self

        class Counter(BaseHTTPRequestHandler):
            def setup(self) -> None:
                tracker.connections += 1
                super().setup()

            def do_GET(self) -> None:
                tracker.paths.append(self.path)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_words: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Counter)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self.host = f"127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "Tracker":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def visits(self) -> int:
        """Count the connections but our own, which is made last and so proves that the server counts."""
        with urlopen(f"http://{self.host}/fence", timeout=10):
            pass
        assert "/fence" in self.paths
        return self.connections - 1
