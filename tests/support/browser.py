"""A real browser without a window, driven through its DevTools protocol over two pipes."""

import base64
import importlib.util
import json
import os
import selectors
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

PATIENCE_SECONDS = 60.0
_QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)


class Browser:
    """Sends commands to one page and gathers what the page says."""

    def __init__(self, orders: int, replies: int) -> None:
        self._orders = orders
        self._replies = replies
        self._selector = selectors.DefaultSelector()
        self._selector.register(replies, selectors.EVENT_READ)
        self._received = bytearray()
        self._number = 0
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []

    def attach(self) -> None:
        """Open an empty page and watch its network, its console and its log."""
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **parameters: Any) -> Any:
        """Send a command and give its result."""
        self._number += 1
        session = {"sessionId": self._session} if self._session else {}
        order = {"id": self._number, "method": method, "params": parameters, **session}
        os.write(self._orders, json.dumps(order).encode() + b"\0")
        while True:
            told = self._next_message()
            if told.get("id") == self._number:
                assert "error" not in told, told["error"]
                return told["result"]
            self.events.append(told)

    def _next_message(self) -> dict[str, Any]:
        while b"\0" not in self._received:
            assert self._selector.select(PATIENCE_SECONDS), "the browser does not answer"
            piece = os.read(self._replies, 1 << 20)
            assert piece, "the browser has ended"
            self._received += piece
        message, _, rest = bytes(self._received).partition(b"\0")
        self._received = bytearray(rest)
        told: dict[str, Any] = json.loads(message)
        return told

    def open(self, url: str) -> None:
        """Go to a page that sets `data-ready` when it is there, and wait for that."""
        self.send("Page.navigate", url=url)
        self.until("document.documentElement?.dataset.ready")

    def value(self, expression: str) -> Any:
        """Give what a JavaScript expression, perhaps a promise, comes to."""
        said = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in said, said["exceptionDetails"]
        return said["result"].get("value")

    def until(self, expression: str) -> Any:
        """Wait until an expression is true, and give it."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not (value := self.value(expression)):
            assert time.monotonic() < end, f"this never came true: {expression}"
            time.sleep(0.02)
        return value

    def press(self, key: str, text: str = "") -> None:
        """Press and release a key as a user does; `text` is what it types."""
        typed = {"text": text} if text else {}
        self.send("Input.dispatchKeyEvent", type="keyDown", key=key, **typed)
        self.send("Input.dispatchKeyEvent", type="keyUp", key=key)

    def type(self, text: str) -> None:
        """Type words into what has the focus."""
        self.send("Input.insertText", text=text)

    def click(self, selector: str) -> None:
        """Click the middle of the first element that a selector finds."""
        box = self.value(
            f"(() => {{ const box = document.querySelector({json.dumps(selector)}).getBoundingClientRect(); "
            "return [box.x + box.width / 2, box.y + box.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)

    def picture(self, path: Path, scheme: str, width: int = 1440, height: int = 900) -> None:
        """Save a picture of the page in a colour scheme."""
        self.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.value("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")
        path.write_bytes(base64.b64decode(self.send("Page.captureScreenshot")["data"]))

    def told(self, method: str) -> list[dict[str, Any]]:
        """Give what the browser told of one kind so far."""
        self.value("1")
        return [event["params"] for event in self.events if event.get("method") == method]


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """Give a browser with an empty profile; skips where there is none."""
    program = _program()
    if program is None:
        pytest.skip("no Chromium is here, and none can be installed")
    with _pipes() as (theirs, ours):
        command = [program, *_QUIET, f"--user-data-dir={profile}", "about:blank"]
        wired = ["bash", "-c", f'exec "$@" 3<&{theirs[0]} 4>&{theirs[1]}', "browser", *command]
        process = subprocess.Popen(
            wired, pass_fds=theirs, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            page = Browser(*ours)
            page.attach()
            yield page
            page._session = None
            page.send("Browser.close")
            process.wait(PATIENCE_SECONDS)
        finally:
            process.kill()
            process.wait()


def _program() -> str | None:
    """Ask what sets up this project for a browser."""
    path = Path(__file__).parents[2] / "packaging" / "dev_libraries.py"
    spec = importlib.util.spec_from_file_location("dev_libraries", path)
    assert spec is not None
    assert spec.loader is not None
    libraries = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(libraries)
    found: str | None = libraries.browser()
    return found


@contextmanager
def _pipes() -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Give the browser's ends and ours."""
    their_orders, our_orders = os.pipe()
    our_replies, their_replies = os.pipe()
    ends = (their_orders, our_orders, our_replies, their_replies)
    try:
        yield (their_orders, their_replies), (our_orders, our_replies)
    finally:
        for end in ends:
            os.close(end)
