"""The restricted child's main loop: the same commands in, the same frames out as any child's."""

from typing import Any

from rlm_desktop.repl.inside.interrupting import BlockTimeout, Interrupts
from rlm_desktop.repl.inside.line import Line
from rlm_desktop.repl.inside.obeying import Command, Obeying, leave, leave_with_all
from rlm_desktop.repl.inside.printing import Printer
from rlm_desktop.repl.inside.serving import take_pipes
from rlm_desktop.repl.restricted.available import why_not
from rlm_desktop.repl.restricted.failing import error_facts, exit_text, is_time_up, time_up
from rlm_desktop.repl.restricted.functions import LineAsker
from rlm_desktop.repl.restricted.interpreter import FAILED, Failure, is_terminal
from rlm_desktop.repl.restricted.limits import leave_with_parent
from rlm_desktop.repl.restricted.namespace import Namespace
from rlm_desktop.repl.wire import MAX_ANSWER, VERSION
from rlm_desktop.text.errors import TextError


def serve() -> None:
    """Serve one host until it goes away."""
    interrupts = Interrupts()
    line = Line(*take_pipes(), interrupts)
    line.send({"kind": "hello", "version": VERSION})
    leave_with_parent(leave_with_all)
    if reason := why_not():
        leave(reason)
    session = RestrictedSession(line, interrupts)
    commands = session.read_commands()
    while True:
        session.obey(commands.get())


class RestrictedSession(Obeying):
    """One interpreter and the blocks that run in it."""

    def __init__(self, line: Line, interrupts: Interrupts) -> None:
        super().__init__(line)
        self._interrupts = interrupts
        self._printer = Printer(line, interrupts)
        self._asker = LineAsker(line, self._printer.flush)
        self._namespace: Namespace | None = None
        self._number = 0
        self._seconds = 0.0
        self._is_late = False
        self._is_broken = False

    def _deliver(self, number: int, results: list[Any]) -> None:
        self._asker.deliver(number, results)

    def _interrupt(self) -> None:
        """End the interpreter in the middle of a block; a function of ours that runs is interrupted."""
        if self._line.is_in_block and self._namespace is not None:
            self._is_late = True
            self._interrupts.request()
            self._asker.stop()
            self._namespace.interpreter.kill()

    def _boot(self, command: Command) -> None:
        self._seconds = command["block_seconds"]
        self._interrupts.reason = f"the block ran longer than {self._seconds:g} seconds"
        self._number = command["first_block"] - 1
        try:
            self._namespace = Namespace(command, self._asker, self._printer.write, self._interrupts)
        except TextError as error:
            leave(str(error))
        self._asker.interpreter = self._namespace.interpreter
        if doors := self._namespace.open_doors():
            leave(f"the restricted Python was not used: not refused: {', '.join(doors)}")
        kept = self._namespace.begin(is_restart=command["is_restart"])
        self._line.send({"kind": "booted", "kept": kept, "lost": []})
        self._namespace.keep()

    def _run(self, code: str, history: list[Any] | None) -> None:
        assert self._namespace is not None
        self._number += 1
        self._is_late = False
        self._asker.begin(f"<block {self._number}>")
        if self._is_broken:
            self._reopen()
        self._line.open_block(self._number)
        error, answer = self._run_and_settle(self._namespace, code, history)
        report = {"kind": "done", "error": error, **answer, "variables": self._namespace.changes()}
        self._printer.finish()
        self._line.close_block(report)
        self._asker.release()
        if self._is_late:
            self._is_broken = True  # the interrupt may have come when the block had just ended
        else:
            self._namespace.keep()

    def _run_and_settle(
        self, namespace: Namespace, code: str, history: list[Any] | None
    ) -> tuple[dict[str, Any] | None, dict[str, Any]]:
        """Run the block and read the answer; after a limit the interpreter is as it was before the block."""
        try:
            self._prepare(namespace, code, history)
            namespace.run(code, f"<block {self._number}>")
        except BlockTimeout:
            return self._give_up(namespace, time_up(self._seconds))
        except FAILED as error:
            if self._is_late or is_time_up(error):
                return self._give_up(namespace, time_up(self._seconds))
            return self._failed(namespace, error)
        return None, namespace.settle()

    def _failed(self, namespace: Namespace, error: Failure) -> tuple[dict[str, Any] | None, dict[str, Any]]:
        if text := exit_text(error):
            self._printer.write("stderr", f"{text}\n")
        facts = error_facts(error, namespace.interpreter.file, namespace.blocks)
        return self._give_up(namespace, facts) if is_terminal(error) else (facts, namespace.settle())

    def _prepare(self, namespace: Namespace, code: str, history: list[Any] | None) -> None:
        """Put the names back; where that fails, begin with what was kept, and at last with nothing."""
        for repair in (self._reopen, self._start_over):
            try:
                return namespace.prepare(code, history)
            except FAILED:
                if self._is_late:
                    raise
                repair()
        return namespace.prepare(code, history)

    def _give_up(
        self, namespace: Namespace, error: dict[str, Any] | None
    ) -> tuple[dict[str, Any] | None, dict[str, Any]]:
        self._reopen()
        return error, namespace.unsettled()

    def _reopen(self) -> None:
        assert self._namespace is not None
        self._namespace.reopen()
        self._is_broken = False
        self._is_late = False

    def _start_over(self) -> None:
        assert self._namespace is not None
        self._namespace.forget()  # what was kept holds our own names as model code broke them
        self._reopen()

    def _value_of(self, name: str) -> None:
        text: str | None = None
        if self._namespace is not None and not self._is_broken:
            try:
                text = self._namespace.value_of(name)
            except FAILED:
                text = None
        self._line.send({"kind": "value", "text": text if text is None or len(text) <= MAX_ANSWER else None})
