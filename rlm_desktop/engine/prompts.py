"""The words the root LM starts from: a profile from `resources/prompts`, and the question with facts about the text.

Only our own files are templates; what a user wrote is put in as it is, never read as one.
"""

from dataclasses import dataclass
from functools import cache
from string import Template
from typing import Any

from rlm_desktop.corpus.tokens import BYTES_PER_TOKEN
from rlm_desktop.settings.places import resources_dir
from rlm_desktop.trace.facts import DocumentFacts, ModelFacts
from rlm_desktop.trace.wording import plural

SHOWN_DOCUMENTS = 40
SHOWN_KINDS = 12
SMALL_WINDOW_TOKENS = 40_000
FILL_OF_WINDOW = 0.5
"""The share of a worker's window that a prompt should use: its answer and our estimate's error need room."""
_FAMILIES = (("qwen", "family-qwen.md"), ("devstral", "family-qwen.md"), ("codestral", "family-qwen.md"))
"""Models by a part of their names, and the rules they need (arXiv 2512.24601, appendix B and C)."""
_SUMMARY_WORDS = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the system message tells the root LM about its run."""

    root: ModelFacts
    worker: ModelFacts
    concurrency: int
    output_characters: int
    with_subcalls: bool = True
    with_child_runs: bool = False
    context_type: str = "str"
    schema: str = ""
    """The JSON Schema of the answer as JSON, if the user set one."""
    restricted: bool = False
    """Whether code runs in the restricted Python."""
    search_only: bool = False
    """Whether code reaches the text by `search` alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFacts:
    """What the first user message tells about the text."""

    documents: tuple[DocumentFacts, ...]
    """The largest, at most `MOST_LISTED`, in the order of the corpus."""
    document_count: int
    document_characters: int
    """Of all documents, without what stands between them."""
    characters: int
    tokens: int
    kinds: tuple[tuple[str, int], ...] = ()
    """How many documents there are of each kind, the most frequent first."""
    type_name: str = "str"
    is_lazy: bool = False
    """Whether `context` is read from disk as it is used, because it is too long for the memory."""


def system_prompt(setting: Setting) -> str:
    """Write the system message for a root LM."""
    lacks = [restricted_rules(search_only=setting.search_only)] if setting.restricted else []
    if setting.search_only:
        text = fill("codeact.md", output_characters=f"{setting.output_characters:,}")
        return "".join([text, *lacks, *_family_rules(setting), _schema_rule(setting.schema)])
    subcalls = _subcalls(setting) if setting.with_subcalls else ""
    working = "working-subcalls.md" if setting.with_subcalls else "working-alone.md"
    note = "" if setting.context_type == "str" else f" (a Python {setting.context_type}, not one string)"
    text = fill(
        "root.md",
        output_characters=f"{setting.output_characters:,}",
        context_note=note,
        subcalls=subcalls,
        working=fill(working).strip(),
    )
    return "".join([text, *lacks, *_family_rules(setting), _schema_rule(setting.schema)])


def restricted_rules(*, search_only: bool = False) -> str:
    """Say what the restricted Python lacks."""
    if search_only:
        return fill("restricted.md", context="", lists="`search` returns a plain list")
    context = "; `context` is a plain `str` with all of the text"
    return fill("restricted.md", context=context, lists="`grep` and `search` return plain lists")


def _subcalls(setting: Setting) -> str:
    child_runs = "child-runs.md" if setting.with_child_runs else "child-runs-spent.md"
    return fill(
        "subcalls.md",
        worker_name=setting.worker.name,
        worker_characters=f"{worker_characters(setting.worker):,}",
        concurrency=str(setting.concurrency),
        child_runs=fill(child_runs).rstrip(),
    )


def _family_rules(setting: Setting) -> list[str]:
    name = setting.root.name.lower()
    batch = f"{min(200_000, worker_characters(setting.worker)):,}"
    rules = []
    if setting.with_subcalls and not setting.search_only:
        rules = [fill(file, batch_characters=batch) for family, file in _FAMILIES if family in name]
    if setting.root.window_tokens < SMALL_WINDOW_TOKENS:
        room = f"{setting.root.window_tokens * BYTES_PER_TOKEN:,}"
        rules.append(fill("family-small-window.md", root_characters=room))
    return rules


def _schema_rule(schema: str) -> str:
    if not schema:
        return ""
    return f"\n# The form of the answer\nThe answer must be JSON that satisfies this JSON Schema:\n{schema}\n"


def worker_characters(worker: ModelFacts) -> int:
    """Tell how many characters one prompt for this worker may have, rounded down to thousands."""
    characters = int(worker.window_tokens * BYTES_PER_TOKEN * FILL_OF_WINDOW)
    return max(1_000, characters // 1_000 * 1_000)


def first_message(question: str, facts: TextFacts, closing: str, *, search_only: bool = False) -> str:
    """Write the first user message: the question, what is known of the text, where the run stands."""
    return "\n".join(
        [
            "Question:",
            question,
            "",
            f"The text: {_amount(facts)}.",
            *([] if search_only else _ways(facts)),
            *_table(facts),
            "",
            closing,
            "Search before you answer." if search_only else "Look at the context before you answer.",
        ]
    )


def _amount(facts: TextFacts) -> str:
    size = f"{plural(facts.characters, 'character')}, about {plural(facts.tokens, 'token')}"
    if facts.type_name != "str":
        return f"`context` is a {facts.type_name}, {size}"
    return f"{plural(facts.document_count, 'document')}, {size}"


def _ways(facts: TextFacts) -> list[str]:
    """Say what `context` is and what is cheap at its size."""
    if facts.type_name != "str":
        return []
    return ["", fill("context-on-disk.md" if facts.is_lazy else "context-in-memory.md").strip()]


def _table(facts: TextFacts) -> list[str]:
    if not facts.documents:
        return []
    shown = sorted(facts.documents, key=lambda document: -document.characters)[:SHOWN_DOCUMENTS]
    lines = ["", "| document | kind | pages | characters |", "|---|---|---|---|"]
    lines += [_row(document) for document in shown]
    if rest := facts.document_count - len(shown):
        characters = facts.document_characters - sum(document.characters for document in shown)
        what = plural(rest, "smaller document")
        lines.append(f"… and {what} more with {plural(characters, 'character')} (see `documents`)")
        kinds = [f"{kind} {count:,}" for kind, count in facts.kinds[:SHOWN_KINDS]]
        more = [f"{plural(len(facts.kinds) - SHOWN_KINDS, 'kind')} more"] if len(facts.kinds) > SHOWN_KINDS else []
        lines.append(f"Documents by kind: {', '.join([*kinds, *more])}")
    return lines


def _row(document: DocumentFacts) -> str:
    name = " ".join(document.name.split()).replace("|", "¦")
    pages = "" if document.pages is None else f"{document.pages:,}"
    return f"| {name} | {document.kind} | {pages} | {document.characters:,} |"


def final_instruction(reason: str) -> str:
    """Ask for a last answer without code."""
    return fill("final.md", reason=reason).strip()


def compaction_instruction() -> str:
    """Ask for a summary that can stand in place of older turns."""
    return fill("compaction.md", words=str(_SUMMARY_WORDS)).strip()


def summary_system() -> str:
    """Write the system message for reading piece by piece."""
    return fill("summary.md", words=str(_SUMMARY_WORDS))


def few_calls_hint(calls: int, characters: int, worker: ModelFacts) -> str:
    """Ask a model that over-calls for few, large calls."""
    room = f"{worker_characters(worker):,}"
    return fill("few-calls.md", calls=f"{calls:,}", characters=f"{characters:,}", worker_characters=room).strip()


def direct_system(schema: str = "") -> str:
    """Write the system message of a direct call."""
    return fill("direct.md") + _schema_rule(schema)


def direct_message(question: str, text: str) -> str:
    """Write the one user message of a direct call: the documents first, the question last."""
    return f"{text}\n\n---\nQuestion:\n{question}"


def fill(name: str, **values: Any) -> str:
    """Give a prompt file with its places filled."""
    return _template(name).substitute(values)


@cache
def _template(name: str) -> Template:
    return Template((resources_dir() / "prompts" / name).read_text(encoding="utf-8"))
