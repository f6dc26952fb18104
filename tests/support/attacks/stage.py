"""What attacks are aimed at: real files, a program and listeners, and a look at what became of them."""

import os
import secrets
import selectors
import socket
import sqlite3
import subprocess
import threading
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Self

from rlm_desktop.text.blob_writer import BlobWriter
from rlm_desktop.text.documents import DocumentRow
from rlm_desktop.text.documents_writer import DocumentTableWriter
from tests.support.attacks.attack import Attack


class Stage:
    """One tier's targets. Every attack has a target file of its own."""

    def __init__(self, folder: Path) -> None:
        self.canary = f"canary-{secrets.token_hex(8)}"
        self.got = f"got-{secrets.token_hex(8)}"
        self.outside = folder / "outside"
        self.scratch = folder / "scratch"
        self.corpora = folder / "corpora"
        self._own_corpora = 0
        self._targets: dict[str, tuple[Path, object]] = {}
        self._ending = ExitStack()

    def __enter__(self) -> Self:
        for path in (self.outside, self.scratch, self.scratch / "other-run", self.outside / "empty"):
            path.mkdir(parents=True)
        (self.outside / "secret.txt").write_text(self.canary)
        (self.outside / f"{self.canary}.txt").touch()
        (self.outside / "secret_module.py").write_text(f"VALUE = {self.canary!r}\n")
        (self.scratch / "other-run" / "context_0").write_text(self.canary)
        (self.corpora / f"name-{self.canary}").mkdir(parents=True)
        _write_corpus(self.corpora / "other", self.canary)
        database = sqlite3.connect(self.outside / "data.sqlite")
        database.execute("CREATE TABLE t AS SELECT ? AS x", (self.canary,))
        database.commit()
        database.close()
        self.listener = self._ending.enter_context(Listener(self.outside))
        words = ["tail", "-f", f"{self.canary}.txt"]
        self._victim = subprocess.Popen(
            words, env={"KEY": self.canary}, cwd=self.outside, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        self._ending.callback(self._end_victim)
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.close()

    def own_corpus(self) -> Path:
        """Give a corpus for one child, which may try to alter it."""
        self._own_corpora += 1
        own = self.corpora / f"own-{self._own_corpora}"
        _write_corpus(own, "the corpus")
        return own

    def names_for(self, attack: Attack, number: int) -> str:
        """Give the line that tells an attack its aims."""
        target = self.outside / f"target-{number}.txt"
        target.write_text("original")
        target.chmod(0o644)
        with suppress(OSError):
            os.setxattr(target, "user.note", b"1")
        self._targets[attack.name] = (target, _look_of(target))
        names: dict[str, Any] = {
            "GOT": self.got,
            "SECRET": str(self.outside / "secret.txt"),
            "DATABASE": str(self.outside / "data.sqlite"),
            "OUTSIDE": str(self.outside),
            "OTHER_RUN": str(self.scratch / "other-run"),
            "CORPORA": str(self.corpora),
            "OTHER_CORPUS": str(self.corpora / "other"),
            "OWN_CORPUS": str(self.corpora / f"own-{self._own_corpora}"),
            "TARGET": str(target),
            "NEW": str(self.outside / f"new-{number}"),
            "EMPTY": str(self.outside / "empty"),
            "HOST": os.getpid(),
            "VICTIM": self._victim.pid,
            "WORD": _word_of(number),
            **self.listener.names,
        }
        aims = "; ".join(f"{name} = {value!r}" for name, value in names.items())
        return f"import os, sys, time, signal; {aims}\n"

    def has_worked(self, attack: Attack, number: int, output: str, *, was_killed: bool) -> bool:
        """Look whether an attack reached its aim."""
        match attack.proof:
            case "says so":
                return self.got in output
            case "shows the canary":
                return self.canary in output
            case "altered the target":
                target, before = self._targets[attack.name]
                return _look_of(target) != before
            case "reached the listener":
                return self.listener.has_heard(_word_of(number))
            case "was believed":
                return not was_killed

    def _end_victim(self) -> None:
        self._victim.kill()
        self._victim.wait()


class Listener:
    """Listens on loopback and on unix sockets, in a thread, and remembers what came."""

    def __init__(self, folder: Path) -> None:
        self._heard = bytearray()
        self._news = threading.Condition()
        self._is_over = False
        abstract = f"\0rlm-{secrets.token_hex(8)}"
        self._streams = [
            socket.create_server(("127.0.0.1", 0)),
            _bound(socket.SOCK_STREAM, str(folder / "stream")),
            _bound(socket.SOCK_STREAM, abstract),
        ]
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        self._datagrams = [udp, _bound(socket.SOCK_DGRAM, str(folder / "datagrams"))]
        self.names: dict[str, Any] = {
            "TCP": self._streams[0].getsockname()[1],
            "UDP": udp.getsockname()[1],
            "STREAM": str(folder / "stream"),
            "DATAGRAMS": str(folder / "datagrams"),
            "ABSTRACT": abstract,
        }

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over = True
        self._thread.join()

    def has_heard(self, word: bytes) -> bool:
        """Tell whether a word has come; what was sent takes a moment to arrive."""
        with self._news:
            return self._news.wait_for(lambda: word in self._heard, timeout=0.1)

    def _listen(self) -> None:
        with ExitStack() as ending, selectors.DefaultSelector() as selector:
            for one in (*self._streams, *self._datagrams):
                selector.register(ending.enter_context(one), selectors.EVENT_READ)
            while not self._is_over:
                for key, _ in selector.select(0.05):
                    self._take(key.fileobj, selector, ending)

    def _take(self, ready: Any, selector: selectors.BaseSelector, ending: ExitStack) -> None:
        if ready in self._streams:
            selector.register(ending.enter_context(ready.accept()[0]), selectors.EVENT_READ)
            return
        try:
            heard = ready.recv(65_536)
        except OSError:
            heard = b""
        with self._news:
            self._heard += heard
            self._news.notify_all()
        if not heard:
            selector.unregister(ready)


def _write_corpus(folder: Path, text: str) -> None:
    with DocumentTableWriter(folder) as table, BlobWriter(folder) as blob:
        blob.write(text.encode())
        table.add(DocumentRow("a.txt", "", "text", 0, len(text), len(text), 0, ""))
        table.finish()
        blob.finish()


def _bound(kind: socket.SocketKind, name: str) -> socket.socket:
    made = socket.socket(socket.AF_UNIX, kind)
    made.bind(name)
    if kind == socket.SOCK_STREAM:
        made.listen()
    return made


def _word_of(number: int) -> bytes:
    return f"word-{number}-end".encode()


def _look_of(path: Path) -> object:
    try:
        facts = path.stat()
        notes = os.listxattr(path)
    except OSError as error:
        return type(error)
    return facts.st_mode, facts.st_mtime_ns, facts.st_nlink, facts.st_blocks, tuple(notes), path.read_bytes()
