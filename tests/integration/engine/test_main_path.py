"""A run from question to answer, with a real child."""

from rlm_desktop.trace.events import (
    AnswerGiven,
    CallFinished,
    CallStarted,
    EvidenceChecked,
    OutputPrinted,
    ReplyGrew,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
    SubcallsQueued,
    TurnStarted,
)
from tests.support.engine_runs import Stage, answering, block


async def test_a_run_looks_asks_and_answers(stage: Stage):
    root = [
        block("# Look first", "print(len(context), peek(20))"),
        block("names = llm_query_batched(['a: ' + context[:100], 'b: ' + context[100:200]])", "print(names)"),
        block("answer['content'] = ' and '.join(names)", "answer['ready'] = True"),
    ]

    ran = await stage.play(root, lambda request: "said " + request.messages[0].text[:1])

    assert ran.outcome.status == "answered"
    assert ran.outcome.answer == "said a and said b"
    assert ran.outcome.reason == ""
    assert ran.outcome.strategy == "rlm"
    assert [turn.number for turn in ran.of(TurnStarted)] == [1, 2, 3]
    assert ran.of(StepStarted)[0].title == "Look first"
    assert ran.one(AnswerGiven).source == "variable"
    assert ran.one(AnswerGiven).step == ran.of(StepStarted)[2].step
    assert ran.one(SubcallsQueued).count == 2
    assert [call.position for call in ran.of(CallStarted) if call.role == "worker"] == [0, 1]


async def test_evidence_is_checked_before_the_run_finishes(stage: Stage):
    ran = await stage.play([answering('"She counted 412 ships" says it, but not "nine hundred whales swam by".')])

    checked = ran.one(EvidenceChecked)
    assert [quote.match for quote in checked.quotes] == ["several", "none"]
    assert checked.coverage is not None
    assert checked.coverage.shown_to_root > 0
    assert ran.events.index(checked) < ran.events.index(ran.one(RunFinished))
    assert ran.outcome.quotes == checked.quotes
    assert ran.outcome.coverage == checked.coverage


async def test_output_comes_back_to_the_root(stage: Stage):
    ran = await stage.play([block("x = 6 * 7", "print('it is', x)", "peek()"), answering("42")])

    second = [call for call in ran.of(CallStarted) if call.role == "root"][1]
    told = ran.text(second.prompt[-1].text)
    assert "stdout:\nit is 42" in told
    assert "`x` (int" in told
    assert "Turn 2 of 30." in told
    assert [message.role for message in second.prompt] == ["system", "user", "assistant", "user"]
    assert ran.of(OutputPrinted)[0].preview == "it is 42"


async def test_replies_stream_in_few_events(stage: Stage):
    reply = "Words " * 400 + answering("Ada")

    ran = await stage.play([reply])

    grown = ran.of(ReplyGrew)
    assert len(grown) < 40
    assert reply.startswith("".join(grew.text for grew in grown))


async def test_the_run_tells_what_it_works_with(stage: Stage):
    ran = await stage.play([answering("Ada")], question="Who?\nAnd why?", isolation="isolated")

    started = ran.one(RunStarted)
    assert started.run == 1
    assert started.title == "Who?"
    assert ran.text(started.question) == "Who?\nAnd why?"
    assert started.root.name == "root"
    assert started.isolation == "isolated"
    assert started.strategy == "rlm"
    assert started.characters == sum(document.characters for document in started.documents)


async def test_two_hundred_sub_calls_come_back_in_order(stage: Stage):
    code = ["prompts = [f'{n}: {context[:50]}' for n in range(200)]", "out = llm_query_batched(prompts)"]
    code += ["answer.update(content=','.join(out), ready=True)"]

    ran = await stage.play([block(*code)], lambda request: request.messages[0].text.partition(":")[0])

    assert ran.outcome.answer == ",".join(map(str, range(200)))
    assert len([call for call in ran.of(CallStarted) if call.role == "worker"]) == 200
    assert all(call.status == "done" for call in ran.of(CallFinished))


async def test_a_step_tells_its_variables(stage: Stage):
    ran = await stage.play([block("parts = context.split('.')", "text = 'abc'"), answering("Ada")])

    changes = {change.name: change for change in ran.of(StepFinished)[0].variables}
    assert changes["parts"].type == "list"
    assert changes["text"].change == "new"
