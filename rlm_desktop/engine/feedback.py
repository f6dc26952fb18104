"""What the root LM is told after a turn: each block's output, what did not run and why, where the run stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from rlm_desktop.engine.outputs import MOST_CHARACTERS, cut_middle
from rlm_desktop.repl.host import BlockReport, VariableNote
from rlm_desktop.trace.wording import plural, seconds

SHOWN_VARIABLES = 30
TOLD_SECONDS = 10.0
_LEAST_CHARACTERS = 2_000

CUT_BLOCK = (
    "Your reply was cut off inside a code block, so that block did not run. Write it again, shorter, or in several "
    "blocks over several turns."
)
CUT_REPLY = "Your reply was cut off at its length limit. Keep it shorter."


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """A block that ran, and what came of it."""

    number: int
    code: str
    report: BlockReport
    stdout: str
    stderr: str

    @property
    def failed(self) -> bool:
        """Whether it raised or was killed; text on stderr is no failure."""
        return self.report.error is not None or self.report.killed


def characters_per_block(window_tokens: int, blocks: int) -> int:
    """Tell how much of a block's output the root LM is shown; less in a small window."""
    share = window_tokens // max(1, blocks)
    return max(_LEAST_CHARACTERS, min(MOST_CHARACTERS, share))


def describe_step(result: StepResult, count: int, most: int = MOST_CHARACTERS) -> str:
    """Write one block's result, at most `most` characters of output in it."""
    report = result.report
    how = "was killed" if report.killed else "failed" if report.error else "ran"
    # Short times would make every prompt another one, and no reply could be known.
    took = f" ({seconds(report.seconds)})" if report.seconds >= TOLD_SECONDS else ""
    head = f"Block {result.number} of {count} {how}{took}."
    output = cut_middle(_output(result), most)
    return "\n".join(filter(None, [head, output, _variables(report.variables), _lost(report)]))


def _output(result: StepResult) -> str:
    parts = []
    if result.stdout.strip():
        parts.append(f"stdout:\n{result.stdout.rstrip()}")
    if result.stderr.strip():
        parts.append(f"stderr:\n{result.stderr.rstrip()}")
    if result.report.error is not None:
        parts.append(_error(result))
    if result.report.killed and result.report.killed_reason:
        parts.append(result.report.killed_reason)
    return "\n".join(parts) or "It printed nothing."


def _error(result: StepResult) -> str:
    error = result.report.error
    assert error is not None
    lines = result.code.splitlines()
    if error.line is None or not 1 <= error.line <= len(lines):
        return f"{error.type}: {error.message}"
    return f"{error.type}: {error.message}\n  in line {error.line} of the block: {lines[error.line - 1].strip()}"


def _variables(notes: Sequence[VariableNote]) -> str:
    if not notes:
        return ""
    shown = [_variable(note) for note in notes[:SHOWN_VARIABLES]]
    if len(notes) > SHOWN_VARIABLES:
        shown.append(f"and {len(notes) - SHOWN_VARIABLES:,} more")
    return f"Variables: {'; '.join(shown)}."


def _variable(note: VariableNote) -> str:
    if note.change == "deleted":
        return f"`{note.name}` deleted"
    mark = "" if note.change == "new" else " changed"
    what = note.size if note.size.startswith(note.type) else ", ".join(filter(None, (note.type, note.size)))
    return f"`{note.name}`{mark} ({what or 'changed'})"


def _lost(report: BlockReport) -> str:
    if report.lost:
        names = ", ".join(f"`{name}`" for name in report.lost)
        return f"The REPL was started again. Lost: {names}. The other variables are there."
    return "The REPL was started again; no variable was lost." if report.killed else ""


def not_run(first: int, count: int, reason: str) -> str:
    """Say which blocks did not run and why."""
    if first > count:
        return ""
    which = f"Block {first}" if first == count else f"Blocks {first} to {count}"
    return f"{which} did not run because {reason}."


def standing_line(turn: int, turns: int, left: str) -> str:
    """Say which turn comes next and what is left of the budget."""
    line = f"Turn {turn} of {turns}."
    return f"{line} Left: {left}." if left else f"{line} {plural(turns - turn, 'turn')} left after it."
