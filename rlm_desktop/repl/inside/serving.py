"""The child's main loop: commands in, frames out."""

import os
import sys
from typing import Any

from rlm_desktop.repl.inside.asking import Asker
from rlm_desktop.repl.inside.interrupting import BlockTimeout, Interrupts
from rlm_desktop.repl.inside.keeping import Keeper
from rlm_desktop.repl.inside.limits import MemoryLimit
from rlm_desktop.repl.inside.line import Line
from rlm_desktop.repl.inside.long_texts import is_long
from rlm_desktop.repl.inside.obeying import Command, Obeying, leave
from rlm_desktop.repl.inside.printing import PrintedStream, Printer
from rlm_desktop.repl.inside.running import Compile, Runner, compile_as_it_is, error_facts
from rlm_desktop.repl.inside.workspace import Workspace
from rlm_desktop.repl.wire import MAX_ANSWER, VERSION
from rlm_desktop.text.errors import TextError


def serve(status: int | None) -> None:
    """Serve one host until it goes away; `status` is a descriptor that tells this process' memory use."""
    interrupts = Interrupts()
    line = Line(*take_pipes(), interrupts)
    line.send({"kind": "hello", "version": VERSION})
    session = Session(line, interrupts, status)
    process = os.getpid()
    commands = session.read_commands()
    while os.getpid() == process:
        session.obey(commands.get())
    os._exit(0)  # a copy of this process that model code forked has nothing to serve


def take_pipes() -> tuple[int, int]:
    """Keep the pipes to the host for us alone; what others write to 1 and 2 goes to the host's stderr pipe."""
    incoming, outgoing = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return incoming, outgoing


class Session(Obeying):
    """One namespace and the blocks that run in it."""

    def __init__(self, line: Line, interrupts: Interrupts, status: int | None) -> None:
        super().__init__(line)
        self._status = status
        self._interrupts = interrupts
        self._printer = Printer(line, interrupts)
        self._asker = Asker(line, self._printer.flush)
        self._number = 0
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115 - stays open as long as we live
        sys.stdout = PrintedStream(self._printer, "stdout")
        sys.stderr = PrintedStream(self._printer, "stderr")

    def _deliver(self, number: int, results: list[Any]) -> None:
        self._asker.deliver(number, results)

    def _interrupt(self) -> None:
        self._interrupts.request()
        self._asker.stop()

    def _boot(self, command: Command) -> None:
        try:
            self._workspace = Workspace(command, self._asker)
        except TextError as error:
            leave(str(error))
        compile_block = self._compiler()
        self._runner = Runner(self._workspace.names, compile_block)
        self._keeper = Keeper(self._workspace, command["snapshot"], compile_block)
        self._memory = MemoryLimit(command["memory_bytes"], self._status)
        self._interrupts.reason = f"the block ran longer than {command['block_seconds']:g} seconds"
        self._number = command["first_block"] - 1
        kept: list[str] = []
        lost: list[str] = []
        if command["is_restart"]:
            kept, lost = self._keeper.restore(command["unfinished_code"])
        self._workspace.variables.changes()
        self._line.send({"kind": "booted", "kept": kept, "lost": lost})
        if command["is_restart"]:
            self._keeper.write()

    def _compiler(self) -> Compile:
        """Give what compiles blocks: a context that is no `str` needs more than Python."""
        if not is_long(self._workspace.context):
            return compile_as_it_is
        from rlm_desktop.repl.inside.likeness.installing import Likeness  # noqa: PLC0415 - long texts only

        return Likeness(self._workspace.names).compile

    def _run(self, code: str, history: list[Any] | None) -> None:
        self._number += 1
        file = f"<block {self._number}>"
        self._asker.begin(file)
        self._workspace.prepare(history)
        self._line.open_block(self._number)
        error, answer = self._run_and_settle(code, file)
        report = {"kind": "done", "error": error, **answer, "variables": self._workspace.variables.changes()}
        self._printer.finish()
        self._line.close_block(report)
        self._asker.release()
        self._keeper.keep(self._number, code)

    def _run_and_settle(self, code: str, file: str) -> tuple[dict[str, Any] | None, dict[str, Any]]:
        """Run the block and read the answer; both may be interrupted."""
        error: dict[str, Any] | None = None
        try:
            self._interrupts.open()
            try:
                self._memory.open()
                error = self._runner.run(code, file)
                return error, self._workspace.answer.settle()
            finally:
                self._interrupts.close()
                self._memory.close()
        except BlockTimeout as late:
            draft = self._workspace.answer.draft
            return error or error_facts(late, file), {"answer": None, "refused": None, "draft": draft}

    def _value_of(self, name: str) -> None:
        try:
            text = self._workspace.value_of(name)
        except BaseException:  # noqa: BLE001 - model code may raise anything from __str__
            text = None
        self._line.send({"kind": "value", "text": text if text is None or len(text) <= MAX_ANSWER else None})
