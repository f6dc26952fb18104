"""What can go wrong on the way to a provider: TLS, proxies, and what the user is told through the command line."""

import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from rlm_desktop.lm.catalogue import Means, make_lm
from rlm_desktop.lm.protocol import BadRequest, LmError, Request, Unreachable, ask_text

REQUEST = Request(messages=ask_text("Well?"))
AFAR = "https://models.example/v1"


async def asked(base_url: str) -> LmError:
    lm = make_lm("some-model", Means(base_url=base_url, api_key="sk-secret-99"))
    try:
        with pytest.raises(LmError) as raised:
            await lm.ask(REQUEST)
    finally:
        await lm.close()
    assert "sk-secret-99" not in str(raised.value)
    return raised.value


@contextmanager
def serving(status: int, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """Answer everything, a proxy's CONNECT too, with one status."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_POST(self) -> None:
            self.answer()

        def do_CONNECT(self) -> None:
            self.answer()

        def log_message(self, *_args: object) -> None:
            return

        def handle(self) -> None:
            # A client that does not trust us hangs up in the middle of the handshake.
            try:
                super().handle()
            except OSError:
                return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def own_certificate(tmp_path: Path) -> ssl.SSLContext:
    """Make a certificate that nobody trusts."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here to make a certificate with")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


async def test_a_certificate_that_nobody_trusts_is_said(own_certificate):
    with serving(200, own_certificate) as port:
        error = await asked(f"https://localhost:{port}/v1")

    assert isinstance(error, BadRequest)
    assert "its certificate is valid" in str(error)


async def test_a_proxy_that_is_not_there_is_said(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")

    error = await asked(AFAR)

    assert isinstance(error, Unreachable)
    assert str(error).startswith("The proxy on the way to models.example does not let us through: check HTTPS_PROXY")


async def test_a_proxy_that_wants_a_password_is_said(monkeypatch):
    with serving(407) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        error = await asked(AFAR)

    assert isinstance(error, BadRequest)
    assert "wants a name and a password" in str(error)


async def test_a_proxy_that_refuses_is_said(monkeypatch):
    with serving(502) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        error = await asked(AFAR)

    assert "The proxy on the way to models.example" in str(error)


def test_the_command_line_says_it_in_one_sentence(tmp_path):
    (tmp_path / "text.txt").write_text("The gate closes at nine. " * 50)
    command = [sys.executable, "-m", "rlm_desktop", "ask", "When?", str(tmp_path / "text.txt"), "--strategy", "direct"]
    options = ["--root", "m", "--worker", "m", "--base-url", AFAR, "--data-dir", str(tmp_path / "data")]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "HTTPS_PROXY": "http://127.0.0.1:9"}

    done = subprocess.run(
        [*command, *options], env=environment, capture_output=True, text=True, check=False, timeout=90
    )

    assert done.returncode == 4
    assert "The proxy on the way to models.example does not let us through" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
