"""The interpreter by itself."""

import pytest
from pydantic_monty import MontyCrashedError, MontyRuntimeError

from rlm_desktop.repl.inside.interrupting import Interrupts
from rlm_desktop.repl.restricted import canaries
from rlm_desktop.repl.restricted.failing import error_facts, exit_text, is_time_up, time_up
from rlm_desktop.repl.restricted.functions import plain
from rlm_desktop.repl.restricted.interpreter import Interpreter, InterpreterGone, is_terminal


class NoInterrupts(Interrupts):
    """Leaves the signals of the test's process alone."""

    def __init__(self) -> None:
        self._is_open = False


def ask(text: str) -> str:
    return text.upper()


@pytest.fixture
def printed() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def interpreter(printed):
    limits = {"max_memory": 50_000_000, "max_feed_duration_secs": 0.3}
    interpreter = Interpreter(
        limits, {"ask": ask, "fail": fail}, lambda stream, text: printed.append((stream, text)), NoInterrupts()
    )
    interpreter.open()
    yield interpreter
    interpreter.close()


def fail() -> None:
    raise LookupError("not here")


def failure(interpreter: Interpreter, source: str) -> MontyRuntimeError:
    with pytest.raises(MontyRuntimeError) as caught:
        interpreter.run(source)
    return caught.value


def test_it_knows_which_line_called_out(interpreter, printed):
    assert interpreter.run('x = "é"\nprint(\n    ask("a"))\nx') == "é"
    assert interpreter.line == 3
    assert printed == [("stdout", "A\n")]


def test_an_error_of_a_function_is_raised_in_the_code(interpreter):
    assert interpreter.run("try:\n    fail()\nexcept ValueError as error:\n    text = str(error)\ntext") == (
        "LookupError: not here"
    )


def test_a_session_goes_on_from_its_dump(interpreter):
    interpreter.run("x = [1]")
    dump, feeds = interpreter.dump(), interpreter.feeds
    interpreter.run("x.append(2)")
    interpreter.open(dump, feeds)

    assert interpreter.run("x") == [1]
    assert failure(interpreter, "1 / 0").traceback()[0].filename == interpreter.file


def test_limits_are_terminal_and_told_as_ours(interpreter):
    late = failure(interpreter, "while True:\n    pass")
    assert is_terminal(late)
    assert is_time_up(late)
    big = failure(interpreter, 'text = "a"\nwhile True:\n    text += text')
    assert is_terminal(big)
    assert error_facts(big, "", {})["message"].startswith("the block needed more memory than it may have")
    assert "longer than 0.3 seconds" in time_up(0.3)["message"]


def test_a_common_error_is_not_terminal(interpreter):
    error = failure(interpreter, 'raise TimeoutError("mine")')

    assert not is_terminal(error)
    assert not is_time_up(error)


def test_an_exit_is_no_error(interpreter):
    error = failure(interpreter, 'raise SystemExit("bye")')

    assert error_facts(error, interpreter.file, {}) is None
    assert exit_text(error) == "bye"


def test_after_a_kill_nothing_runs_until_it_is_opened_again(interpreter):
    interpreter.kill()
    with pytest.raises(MontyCrashedError) as first:
        interpreter.run("1")
    assert is_terminal(first.value)
    with pytest.raises(InterpreterGone):
        interpreter.run("1")

    interpreter.open()
    assert interpreter.run("2") == 2


def test_values_are_made_plain_before_they_are_sent_on(interpreter):
    value = interpreter.run(
        'class Document:\n    def __init__(self):\n        self.text = "t"\n[Document(), (1,), {2: {3}}, b"x", None]'
    )

    assert plain(value) == ["t", [1], {"2": [3]}, "b'x'", None]


def test_canaries_are_refused_and_one_that_is_not_is_named(interpreter, monkeypatch):
    assert canaries.open_doors(interpreter) == []

    monkeypatch.setitem(canaries.CANARIES, "adding", "1 + 1")
    monkeypatch.setitem(canaries.CANARIES, "dividing", "1 / 0")
    assert canaries.open_doors(interpreter) == ["adding", "dividing"]
