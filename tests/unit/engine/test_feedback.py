"""What the root LM is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlm_desktop.engine.feedback import (
    StepResult,
    characters_per_block,
    describe_step,
    not_run,
    standing_line,
)
from rlm_desktop.engine.outputs import cut_middle
from rlm_desktop.repl.host import BlockError, BlockReport, VariableNote


def step(report: BlockReport, stdout: str = "", stderr: str = "", code: str = "x = 1\ny = z") -> StepResult:
    return StepResult(number=1, code=code, report=report, stdout=stdout, stderr=stderr)


def test_output_is_told_by_stream():
    told = describe_step(step(BlockReport(seconds=1.0), "hello\n", "careful\n"), 2)

    assert "Block 1 of 2 ran." in told
    assert "stdout:\nhello" in told
    assert "stderr:\ncareful" in told


def test_an_error_names_type_message_and_line():
    error = BlockError(type="NameError", message="name 'z' is not defined", line=2, traceback="long")

    told = describe_step(step(BlockReport(seconds=0.1, error=error)), 1)

    assert "failed" in told
    assert "NameError: name 'z' is not defined\n  in line 2 of the block: y = z" in told


@pytest.mark.parametrize("line", [None, 99])
def test_an_error_outside_the_block_has_no_line(line):
    error = BlockError(type="SyntaxError", message="bad", line=line, traceback="")

    assert "SyntaxError: bad" in describe_step(step(BlockReport(seconds=0.1, error=error)), 1)


def test_text_on_stderr_is_no_failure():
    assert not step(BlockReport(seconds=0.1), stderr="warning").failed
    assert step(BlockReport(seconds=0.1, killed=True)).failed


def test_nothing_printed_is_said():
    assert "It printed nothing." in describe_step(step(BlockReport(seconds=0.1)), 1)


def test_variables_are_named_with_type_and_size():
    notes = (
        VariableNote(name="parts", change="new", type="list", size="list of 40"),
        VariableNote(name="total", change="changed", type="int", size=""),
        VariableNote(name="text", change="new", type="str", size="1,204 characters"),
        VariableNote(name="old", change="deleted"),
    )

    told = describe_step(step(BlockReport(seconds=0.1, variables=notes)), 1)

    assert "`parts` (list of 40); `total` changed (int); `text` (str, 1,204 characters); `old` deleted." in told


def test_too_many_variables_are_counted():
    notes = tuple(VariableNote(name=f"v{number}", change="new", type="int") for number in range(100))

    assert "and 70 more" in describe_step(step(BlockReport(seconds=0.1, variables=notes)), 1)


def test_a_killed_block_tells_what_was_lost():
    report = BlockReport(seconds=9.0, killed=True, killed_reason="It ran past its time.", lost=("model", "rows"))

    told = describe_step(step(report), 1)

    assert "was killed" in told
    assert "It ran past its time." in told
    assert "Lost: `model`, `rows`." in told


def test_a_killed_block_that_lost_nothing_says_so():
    assert "no variable was lost" in describe_step(step(BlockReport(seconds=9.0, killed=True)), 1)


def test_long_output_keeps_head_and_tail_and_counts_the_middle():
    cut = cut_middle("a" * 60_000 + "b" * 41_234)

    assert len(cut) <= 20_000
    assert cut.startswith("a" * 1_000)
    assert cut.endswith("b" * 1_000)
    left_out = 101_234 - cut.count("a" * 1) - cut.count("b") + "characters left out".count("a")
    assert f"… {left_out:,} characters left out …" in cut


@given(st.text(max_size=300), st.integers(60, 200))
def test_a_cut_text_is_never_too_long_and_loses_nothing_uncounted(text, most):
    cut = cut_middle(text, most)

    assert len(cut) <= most
    assert cut == text or "characters left out" in cut


def test_output_is_shorter_in_a_small_window():
    assert characters_per_block(200_000, 1) == 20_000
    assert characters_per_block(8_000, 1) == 8_000
    assert characters_per_block(8_000, 10) == 2_000


def test_blocks_that_did_not_run_are_named():
    assert not_run(2, 2, "x") == "Block 2 did not run because x."
    assert not_run(2, 4, "x") == "Blocks 2 to 4 did not run because x."
    assert not_run(3, 2, "x") == ""


def test_the_standing_line_tells_turn_and_budget():
    assert standing_line(2, 30, "$0.50 of money") == "Turn 2 of 30. Left: $0.50 of money."
    assert standing_line(29, 30, "") == "Turn 29 of 30. 1 turn left after it."
