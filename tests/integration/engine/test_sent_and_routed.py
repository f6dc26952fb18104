"""Where text goes: the ledger of what was sent, and the models that code may name."""

import asyncio
from dataclasses import replace

import pytest

from rlm_desktop.corpus.documents import Corpus, Document, assemble
from rlm_desktop.engine.run import Lasting
from rlm_desktop.lm.protocol import BadRequest, Overloaded, RateLimited
from rlm_desktop.lm.scripted import ScriptedLM, free_facts
from rlm_desktop.trace.events import CallStarted, GateSpoke, RunFinished, RunStarted, TextSent
from tests.integration.engine.helpers import Shelf, told
from tests.support.engine_runs import Stage, answering, block, until

AFAR = replace(free_facts("afar"), goes_to="Elsewhere")
DOCUMENTS = {
    "harbour.txt": "".join(f"The harbour of {n} was dredged in the year {n}. " for n in range(1700, 1760)),
    "light.txt": "".join(f"Lamp {n} was lit by keeper {n * 3}. " for n in range(80)),
}


def corpus_of(texts: dict[str, str]) -> Corpus:
    made = [
        Document(name=name, path=name, kind="text", text=text, size_bytes=len(text)) for name, text in texts.items()
    ]
    return assemble(tuple(made))


def sent(events) -> dict[tuple[str, str], int]:
    return {
        (row.document, row.model): row.characters
        for event in events
        if isinstance(event, TextSent)
        for row in event.sent
    }


async def test_the_ledger_tells_document_model_and_characters(stage: Stage):
    worker = ScriptedLM(lambda _: "yes", "worker", facts=AFAR)
    code = "out = llm_query('Dredged? ' + documents[0].text)"

    ran = await stage.play([block(code, "peek()"), answering("Ada")], worker, corpus=corpus_of(DOCUMENTS))

    told_of = sent(ran.events)
    assert told_of["harbour.txt", "afar"] >= len(DOCUMENTS["harbour.txt"]) * 0.98
    assert ("light.txt", "afar") not in told_of
    assert isinstance(ran.events[-1], RunFinished)


async def test_each_attempt_counts_and_prints_count_for_the_root(stage: Stage):
    replies = iter([Overloaded("busy"), RateLimited("slow"), "yes"])
    worker = ScriptedLM(lambda _: next(replies), "worker", facts=AFAR)
    code = ["out = llm_query(documents[0].text)", "print(documents[1].text)"]

    ran = await stage.play([block(*code), answering("Ada")], worker, corpus=corpus_of(DOCUMENTS))

    told_of = sent(ran.events)
    assert told_of["harbour.txt", "afar"] >= 3 * len(DOCUMENTS["harbour.txt"]) * 0.98
    assert told_of["light.txt", "root"] >= len(DOCUMENTS["light.txt"]) * 0.98


async def test_what_went_to_a_call_that_failed_was_sent_but_not_read(stage: Stage):
    def reply(request):
        return "yes" if "Lamp" in request.messages[0].text else BadRequest("no such thing")

    worker = ScriptedLM(reply, "worker", facts=AFAR)
    code = "out = llm_query_batched([document.text for document in documents])"

    ran = await stage.play([block(code, "peek()"), answering("Ada")], worker, corpus=corpus_of(DOCUMENTS))

    sizes = {name: len(text) for name, text in DOCUMENTS.items()}
    assert sent(ran.events)["harbour.txt", "afar"] >= sizes["harbour.txt"] * 0.98
    assert ran.outcome.coverage is not None
    assert ran.outcome.coverage.sent_to_workers == pytest.approx(sizes["light.txt"] / sum(sizes.values()), rel=0.03)


async def test_what_a_known_reply_is_about_was_read_though_nothing_is_sent(tmp_path):
    lasting, runs = Lasting(replies=Shelf()), []
    worker = ScriptedLM(lambda _: "yes", "worker", facts=AFAR)
    for number in range(2):
        (tmp_path / str(number)).mkdir()
        root = [block("out = llm_query(documents[0].text)", "peek()"), answering("Ada")]
        stage = Stage(tmp_path / str(number))
        corpus = corpus_of(DOCUMENTS)
        runs.append(await stage.play(root, worker, corpus=corpus, cache="reuse", lasting=lasting))

    first, second = runs
    assert len(worker.requests) == 1
    assert ("harbour.txt", "afar") not in sent(second.events)
    assert second.outcome.coverage.sent_to_workers == first.outcome.coverage.sent_to_workers > 0.5


async def test_a_run_that_is_stopped_tells_what_was_sent(stage: Stage):
    worker = ScriptedLM(lambda _: "late", "worker", facts=AFAR, latency_seconds=60.0)
    root = [block("out = llm_query(documents[0].text)")]
    running = asyncio.create_task(stage.play(root, worker, corpus=corpus_of(DOCUMENTS)))
    await until(lambda: worker.in_flight == 1)

    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert ("harbour.txt", "afar") in sent(stage.events)


async def test_code_may_ask_the_models_that_the_user_allowed_and_no_others(stage: Stage):
    other = ScriptedLM(lambda _: "from the other", "other")
    code = ["print(llm_query('q', model='other'))", "print(llm_query('q', model='gpt-9'))", "peek()"]

    ran = await stage.play([block(*code), answering("Ada")], ["never"], models={"others": {"other": other}})

    assert "from the other" in told(ran, 2)
    assert "Error: there is no model 'gpt-9' in this run; there are other, root, worker" in told(ran, 2)
    assert [facts.name for facts in ran.one(RunStarted).others] == ["other"]


async def test_a_stronger_root_takes_over_after_three_failing_turns(stage: Stage):
    failing = ScriptedLM(lambda request: block(f"1 / 0  # {len(request.messages)}"), "root")
    stronger = ScriptedLM([answering("Ada")], "stronger")

    ran = await stage.play(failing, models={"stronger_root": stronger})

    assert ran.outcome.answer == "Ada"
    assert ran.of(GateSpoke)[0].gate == "stronger-root"
    assert [call.model for call in ran.of(CallStarted)] == ["root"] * 3 + ["stronger"]
