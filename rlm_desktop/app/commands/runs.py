"""`rlm-desktop runs`: past runs, newest first."""

from collections.abc import Sequence
from typing import Any

from rlm_desktop.app.commands.figures import dollars
from rlm_desktop.app.commands.store import opened
from rlm_desktop.app.commands.terminal import note, out, out_json, tame
from rlm_desktop.app.commands.usage import DONE, Parser
from rlm_desktop.storage.summaries import RunSummary
from rlm_desktop.trace import wording
from rlm_desktop.trace.moments import local


def run(words: Sequence[str]) -> int:
    """List the past runs."""
    parser = Parser("runs", "Past runs, newest first.")
    parser.add_argument("--search", metavar="TEXT", help="only runs whose question or answer contains TEXT")
    parser.add_json()
    parser.add_data_dir()
    wanted = parser.parse_args(words)
    with opened(wanted.data_dir) as store:
        found = store.library.runs(wanted.search)
    if wanted.json:
        out_json([_object(summary) for summary in found])
    elif found:
        out("\n".join(_line(summary) for summary in found))
    else:
        note("No run matches." if wanted.search else 'No runs yet. Begin with: rlm-desktop ask "…" FILE')
    return DONE


def _line(summary: RunSummary) -> str:
    started = local(summary.started_at).strftime("%Y-%m-%d %H:%M")
    figures = f"{summary.cost_in_words:>13} {wording.seconds(summary.seconds):>9}"
    title = tame(wording.one_line(summary.title, 80))
    return f"{summary.run}  {started}  {summary.status:<11} {figures}  {title}"


def _object(summary: RunSummary) -> dict[str, Any]:
    return {
        "run_id": summary.run,
        "started": summary.started_at,
        "question": summary.title,
        "status": summary.status,
        "answer": summary.answer_preview,
        "models": {"root": summary.root, "worker": summary.worker},
        "cost_usd": dollars(summary.cost_nano_usd),
        "tokens": {"input": summary.input_tokens, "output": summary.output_tokens},
        "seconds": summary.seconds,
        "turns": summary.turns,
        "calls": summary.calls,
        "documents": summary.documents,
    }
