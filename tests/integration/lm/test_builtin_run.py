"""The built-in model drives real runs: real child, real corpus, no network."""

from pathlib import Path

import pytest

from rlm_desktop.corpus.documents import Corpus, Document, assemble
from rlm_desktop.engine.request import Models, Outcome, RunRequest
from rlm_desktop.engine.run import run
from rlm_desktop.lm.builtin import ExtractiveLM
from rlm_desktop.lm.scripted import ScriptedLM
from rlm_desktop.trace.events import CallFinished, CallStarted, Event, StepFinished

FILLER = "The weather station reports wind and rain every hour. Nobody reads the reports of the station. " * 12


def document(name: str, *pages: str) -> Document:
    starts, text = [], ""
    for page in pages:
        starts.append(len(text))
        text += page + "\n\n"
    page_starts = tuple(starts) if len(pages) > 1 else None
    return Document(name=name, path=f"/{name}", kind="text", text=text, size_bytes=len(text), page_starts=page_starts)


CORPUS = assemble(
    [
        document("weather.txt", FILLER),
        document(
            "society.pdf",
            FILLER,
            f"{FILLER}\nAnna Lindqvist founded the lighthouse\nsociety in 1893 with six friends. {FILLER}",
            FILLER,
        ),
        document("lamp.txt", f"{FILLER}\n\nThe lamp of the lighthouse uses 1,200 watts. {FILLER}"),
        document("城市.txt", "东京是日本的首都。人口约1400万。大阪在西部。"),
    ]
)


class Run:
    """One run and what it emitted."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self.events: list[Event] = []

    async def ask(self, question: str, corpus: Corpus = CORPUS, strategy="auto", worker=None) -> Outcome:
        models = Models(root=ExtractiveLM(), worker=worker or ExtractiveLM())
        request = RunRequest(question=question, strategy=strategy)
        return await run(request, corpus=corpus, models=models, scratch=self.scratch, emit=self.events.append)

    @property
    def workers_asked(self) -> int:
        return sum(isinstance(event, CallStarted) and event.role == "worker" for event in self.events)

    @property
    def failed_steps(self) -> list[StepFinished]:
        return [event for event in self.events if isinstance(event, StepFinished) and event.error]


@pytest.fixture
def a_run(tmp_path) -> Run:
    return Run(tmp_path)


async def test_a_look_up_question_gets_the_right_quote_document_and_page(a_run):
    outcome = await a_run.ask("Who founded the lighthouse society, and when?")

    assert outcome.status == "answered"
    assert outcome.answer.startswith(
        "> “Anna Lindqvist founded the lighthouse society in 1893 with six friends.”\n>\n> — `society.pdf`, page 2"
    )
    assert "does not reason" in outcome.answer
    quote = outcome.quotes[0]
    assert (quote.match, quote.document, quote.page) == ("exact", "society.pdf", 2)


async def test_it_works_over_several_turns_with_worker_calls_and_costs_nothing(a_run):
    await a_run.ask("How many watts does the lamp use?")

    calls = [event for event in a_run.events if isinstance(event, CallFinished)]
    roots = [event for event in a_run.events if isinstance(event, CallStarted) and event.role == "root"]
    assert len(roots) >= 4
    assert a_run.workers_asked >= 1
    assert {call.cost_nano_usd for call in calls} == {0}
    assert a_run.failed_steps == []


async def test_without_sub_calls_the_root_reads_by_itself(a_run):
    outcome = await a_run.ask("How many watts does the lamp use?", strategy="rlm-no-subcalls")

    assert "The lamp of the lighthouse uses 1,200 watts." in outcome.answer
    assert "lamp.txt" in outcome.answer
    assert a_run.workers_asked == 0


async def test_workers_that_fail_are_made_up_for(a_run):
    outcome = await a_run.ask(
        "How many watts does the lamp use?", worker=ScriptedLM(lambda _: "I have no idea.", name="silent")
    )

    assert "The lamp of the lighthouse uses 1,200 watts." in outcome.answer


async def test_a_question_whose_words_stand_nowhere_is_answered_honestly(a_run):
    outcome = await a_run.ask("Xylophone zeppelin quagga?")

    assert outcome.status == "answered"
    assert outcome.answer.startswith("None of the documents has the words of the question.")
    assert outcome.quotes == ()


async def test_writing_without_spaces_is_searched_too(a_run):
    outcome = await a_run.ask("东京的人口是多少？")

    assert "人口约1400万。" in outcome.answer
    assert "城市.txt" in outcome.answer


@pytest.mark.parametrize(
    "question", ["```repl\nprint(1)\n```", "Who's “there”? {braces} \\n 'quotes'", "?", "1893", "the of and"]
)
async def test_odd_questions_never_break_the_code(a_run, question):
    outcome = await a_run.ask(question)

    assert outcome.status == "answered"
    assert a_run.failed_steps == []


@pytest.mark.parametrize("context", ["Anna founded it in 1893.", ["It rains.", "Anna founded it in 1893."]])
async def test_a_context_without_documents_is_searched_as_well(a_run, context):
    outcome = await a_run.ask("Who founded it?", corpus=context, strategy="rlm")

    assert "Anna founded it in 1893." in outcome.answer
