"""Which texts of a node are looked up in the documents: its prompt, what it printed, its reply, its answer."""

from collections.abc import Iterable
from dataclasses import dataclass

from rlm_desktop.trace.events import AnswerGiven, CallFinished, CallStarted, OutputPrinted, RunStarted
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.texts import TextRef
from rlm_desktop.trace.tree import Trace
from rlm_desktop.viewmodel.relatives import root_call_of, steps_of


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceText:
    """A text, or several that are read one after the other. What an answer quotes is looked up, too."""

    title: str
    references: tuple[TextRef, ...]
    is_answer: bool = False


def source_texts(trace: Trace, node: Node) -> tuple[SourceText, ...]:
    """Give the texts of a node; none for one that has none of its own."""
    match node.kind:
        case "call":
            return _of_call(node)
        case "turn":
            call = root_call_of(trace, node)
            of_call = _of_call(call) if call is not None else ()
            return (*of_call, *_outputs(trace, steps_of(trace, node)))
        case "step":
            return _outputs(trace, [node])
        case "output":
            return _made("Output", (event.text for event in node.facts(OutputPrinted)))
        case "answer":
            return _made("Answer", (event.answer for event in node.facts(AnswerGiven)), is_answer=True)
        case "run":
            answers = [trace.nodes[child] for child in node.children if trace.nodes[child].kind == "answer"]
            given = (event.answer for answer in answers for event in answer.facts(AnswerGiven))
            return _made("Answer", given, is_answer=True)
        case _:
            return ()


def version_of(trace: Trace) -> str:
    """Name the version of the documents that the run saw; empty when it was not kept."""
    started = trace.root.fact(RunStarted) if trace.root is not None else None
    return started.corpus if started is not None else ""


def _of_call(call: Node) -> tuple[SourceText, ...]:
    started, finished = call.fact(CallStarted), call.fact(CallFinished)
    # What the product itself says to a model comes from no document.
    asked = [message.text for message in started.prompt if message.role != "system"] if started is not None else []
    reply = [finished.reply] if finished is not None and finished.reply is not None else []
    return (*_made("Prompt", asked), *_made("Reply", reply))


def _outputs(trace: Trace, steps: Iterable[Node]) -> tuple[SourceText, ...]:
    nodes = (trace.nodes[child] for step in steps for child in step.children)
    return _made("Output", (event.text for node in nodes for event in node.facts(OutputPrinted)))


def _made(title: str, references: Iterable[TextRef], *, is_answer: bool = False) -> tuple[SourceText, ...]:
    given = tuple(references)
    return (SourceText(title=title, references=given, is_answer=is_answer),) if given else ()
