"""The formats in which a run can leave, and the one way in which each is written."""

import importlib
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from rlm_desktop.export.errors import NotFit
from rlm_desktop.export.recorded import RecordedRun


class Write(Protocol):
    """Writes a run in one format."""

    def __call__(self, run: RecordedRun, file: BinaryIO) -> None:
        """Write it from the file's beginning; raises `NotFit` where the format cannot hold this run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format. `module` names the module of this room whose function `write` makes it, imported when first used.

    It is empty for what only Qt can write, which this room does not know: `app.exporting` knows who does.
    """

    name: str
    """As the command line calls it."""
    suffix: str
    """The end of its files' names, with the dot."""
    title: str
    """What it is, in a few words for a menu."""
    use: str
    """Who reads it, in a sentence."""
    module: str
    only_words: bool = False
    """Whether little is left of it when all words are taken out, so that it cannot be redacted."""

    def writer(self) -> Write:
        """Give what writes it."""
        write: Write = importlib.import_module(f"rlm_desktop.export.{self.module}").write
        return write


FORMATS: tuple[Format, ...] = (
    Format(
        name="answer-md",
        suffix=".md",
        title="Answer as Markdown",
        use="The answer with its evidence and what it cost, for any editor.",
        module="answer_md",
        only_words=True,
    ),
    Format(
        name="answer-html",
        suffix=".html",
        title="Answer as a web page",
        use="The answer with its evidence and what it cost, for any browser.",
        module="answer_html",
        only_words=True,
    ),
    Format(
        name="answer-pdf",
        suffix=".pdf",
        title="Answer as PDF",
        use="The answer with its evidence and what it cost, for print.",
        module="",
        only_words=True,
    ),
    Format(
        name="answer-docx",
        suffix=".docx",
        title="Answer for Word",
        use="The answer with its evidence and what it cost, for Word and LibreOffice.",
        module="answer_docx",
        only_words=True,
    ),
    Format(
        name="trace-html",
        suffix=".html",
        title="Trace as a web page",
        use="The whole trace in one file that needs no network, to search and unfold in a browser.",
        module="trace_html",
    ),
    Format(
        name="trace-md",
        suffix=".md",
        title="Trace as Markdown",
        use="The whole trace to read from top to bottom.",
        module="trace_md",
    ),
    Format(
        name="rlmtrace",
        suffix=".rlmtrace",
        title="Trace for RLM Desktop",
        use="Everything, to be imported and replayed in another RLM Desktop.",
        module="rlmtrace_writing",
    ),
    Format(
        name="rlm-jsonl",
        suffix=".jsonl",
        title="Log of the official implementation",
        use="For the visualizer of the official RLM implementation.",
        module="rlm_jsonl",
    ),
    Format(
        name="atif",
        suffix=".json",
        title="Agent trajectory (ATIF)",
        use="Agent Trajectory Interchange Format 1.7, for Harbor and NeMo.",
        module="atif",
    ),
    Format(
        name="inspect",
        suffix=".eval",
        title="Inspect log",
        use="For the viewer of Inspect.",
        module="inspect_log",
    ),
    Format(
        name="otlp",
        suffix=".otlp",
        title="OpenTelemetry spans",
        use="OTLP protobuf with GenAI and OpenInference attributes, for collectors of traces.",
        module="otlp",
    ),
    Format(
        name="chrome",
        suffix=".json",
        title="Timeline (Chrome trace)",
        use="For Perfetto, speedscope and chrome://tracing.",
        module="chrome_trace",
    ),
    Format(
        name="csv",
        suffix=".csv",
        title="Calls as a table",
        use="One line a call, for any spreadsheet.",
        module="call_table",
    ),
)


def format_called(name: str) -> Format:
    """Give the format of this name; raises `NotFit`."""
    found = next((one for one in FORMATS if one.name == name), None)
    if found is None:
        raise NotFit(f"There is no format “{name}”. There are: {', '.join(one.name for one in FORMATS)}.")
    return found
