"""What every child does with the host's commands, whichever interpreter runs the blocks."""

import os
import queue
import signal
import sys
import threading
from abc import ABC, abstractmethod
from contextlib import suppress
from typing import Any, NoReturn

from rlm_desktop.repl.inside.line import Line

Command = dict[str, Any]


class Obeying(ABC):
    """Reads commands and does them; what they mean is its child class' business."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def read_commands(self) -> "queue.SimpleQueue[Command]":
        """Read frames in a thread of its own, so that replies and interrupts arrive while a block runs."""
        commands: queue.SimpleQueue[Command] = queue.SimpleQueue()
        threading.Thread(target=self._read, args=(commands,), name="reader", daemon=True).start()
        return commands

    def obey(self, command: Command) -> None:
        """Do one command."""
        match command["do"]:
            case "boot":
                self._boot(command)
            case "run":
                self._run(command["code"], command["history"])
            case "value_of":
                self._value_of(command["name"])

    def _read(self, commands: "queue.SimpleQueue[Command]") -> None:
        while (command := self._line.receive()) is not None:
            match command["do"]:
                case "reply":
                    self._deliver(command["id"], command["results"])
                case "interrupt":
                    self._interrupt()
                case _:
                    commands.put(command)
        leave_with_all()

    @abstractmethod
    def _boot(self, command: Command) -> None:
        """Make the namespace stand."""

    @abstractmethod
    def _run(self, code: str, history: list[Any] | None) -> None:
        """Run a block."""

    @abstractmethod
    def _value_of(self, name: str) -> None:
        """Tell a variable's value."""

    @abstractmethod
    def _deliver(self, number: int, results: list[Any]) -> None:
        """Hand a reply to the code that waits for it."""

    @abstractmethod
    def _interrupt(self) -> None:
        """Interrupt the block that runs."""


def leave(reason: str) -> NoReturn:
    """End this process before it takes any code, and say why."""
    os.write(2, f"{reason}\n".encode("utf-8", "replace"))
    os._exit(1)


def leave_with_all() -> None:
    """End this process, and those that model code started, when the host is gone."""
    if sys.platform != "win32" and os.getpgrp() == os.getpid():
        with suppress(PermissionError):  # an isolated child cannot have started any
            os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(0)
