"""How a run lives with the replies of real models: prose answers, garbage, nothing, thinking, errors."""

import pytest

from rlm_desktop.lm.protocol import BadKey, BadRequest, ContextTooLong, Reply, StreamCut, UnknownModel
from rlm_desktop.lm.scripted import ScriptedLM, free_facts
from rlm_desktop.trace.events import (
    AnswerGiven,
    CallFinished,
    CallRetried,
    CallStarted,
    Noticed,
    RunFinished,
    StepFinished,
    StepStarted,
)
from rlm_desktop.trace.facts import Limits
from tests.integration.engine.helpers import told
from tests.support.engine_runs import LOREM, Stage, answering, block

LOOK = block("print(peek(30))", "keeper = 'Ada'")


# Answers


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        ("FINAL(It was Ada)", "It was Ada"),
        ("FINAL_VAR(keeper)", "Ada"),
        ("FINAL(keeper)", "Ada"),
        ('FINAL("keeper of (the) light")', "keeper of (the) light"),
    ],
)
async def test_a_prose_answer_after_code_has_run(stage: Stage, reply: str, answer: str):
    ran = await stage.play([LOOK, reply])

    assert ran.outcome.answer == answer
    assert ran.outcome.status == "answered"
    assert ran.one(AnswerGiven).source == "prose"


async def test_the_value_of_a_named_variable_is_noted_as_a_repair(stage: Stage):
    ran = await stage.play([LOOK, "FINAL(keeper)"])

    assert ran.one(Noticed).about == "repair"


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ("FINAL(your final answer here)", "held no answer"),
        ("FINAL()", "held no answer"),
        ("FINAL_VAR(nowhere)", "no variable `nowhere`"),
        ("FINAL(answer)", "held no answer"),
    ],
)
async def test_prose_that_is_no_answer_is_told_of(stage: Stage, reply: str, why: str):
    ran = await stage.play([LOOK, reply, answering("Ada")])

    assert ran.outcome.answer == "Ada"
    assert why in told(ran, 3)


async def test_a_prose_answer_before_any_code_does_not_count(stage: Stage):
    ran = await stage.play(["FINAL(42)", LOOK, answering("Ada")])

    assert ran.outcome.answer == "Ada"
    assert "only after code has run" in told(ran, 2)


@pytest.mark.parametrize(
    ("code", "answer", "source"),
    [
        ("FINAL('a'); FINAL('b')", "b", "final"),
        ("x = 'value'; FINAL_VAR('x')", "value", "final-var"),
        ("answer = {'content': 7, 'ready': True}", "7", "variable"),
        ("answer |= {'content': 'c', 'ready': True}", "c", "variable"),
        ("answer.update(content='d', ready=True); 1 / 0", "d", "variable"),
    ],
)
async def test_an_answer_from_code(stage: Stage, code: str, answer: str, source: str):
    ran = await stage.play([block("peek()", code)])

    assert ran.outcome.answer == answer
    assert ran.one(AnswerGiven).source == source


async def test_an_empty_answer_from_code_is_refused(stage: Stage):
    ran = await stage.play([block("peek()", "answer['ready'] = True"), answering("Ada")])

    assert ran.outcome.answer == "Ada"
    assert "refused" in told(ran, 2)


# Several blocks


async def test_a_failing_block_ends_the_turn_and_the_model_is_told(stage: Stage):
    reply = block("a = 1") + "\n" + block("1 / 0") + "\n" + block("b = 2") + "\n" + block("c = 3")

    ran = await stage.play([reply, answering("Ada")])

    assert len(ran.of(StepStarted)) == 3
    text = told(ran, 2)
    assert "Block 1 of 4 ran" in text
    assert "ZeroDivisionError: division by zero\n  in line 1 of the block: 1 / 0" in text
    assert "Blocks 3 to 4 did not run because block 2 failed." in text
    assert ran.of(StepFinished)[1].error is not None


async def test_long_output_is_cut_with_a_count(stage: Stage):
    ran = await stage.play([block("print('x' * 101_234)"), answering("Ada")])

    text = told(ran, 2)
    assert "characters left out …" in text
    assert len(text) < 21_000


# Odd replies


async def test_a_reply_without_code_is_told_how_to_go_on(stage: Stage):
    ran = await stage.play(["I would look at the text.", answering("Ada")])

    assert "Your reply held no code to run." in told(ran, 2)


async def test_a_cut_block_is_told_of(stage: Stage):
    ran = await stage.play([Reply(text="```repl\nx = [1, 2", cut=True), answering("Ada")])

    assert "cut off inside a code block" in told(ran, 2)
    assert not ran.of(StepStarted)[1:]


async def test_an_empty_reply_is_asked_again_with_more_room(stage: Stage):
    root = ScriptedLM(["", answering("Ada")], "root", output_limit_tokens=60_000)

    ran = await stage.play(root)

    assert ran.outcome.answer == "Ada"
    assert [request.output_limit_tokens for request in root.requests] == [16_384, 60_000]
    assert "asked again with more room" in ran.one(Noticed).text


async def test_a_reply_of_thinking_alone_is_empty(stage: Stage):
    ran = await stage.play(["<think>hm, hm", answering("Ada")])

    assert ran.outcome.answer == "Ada"
    assert ran.text(ran.of(CallFinished)[0].reasoning) == "hm, hm"


async def test_a_model_that_returns_nothing_ends_the_run(stage: Stage):
    ran = await stage.play([""] * 20)

    assert ran.outcome.status == "failed"
    assert ran.outcome.reason.startswith("the root model root returned empty replies")
    assert "choose another root model" in ran.outcome.reason
    assert len(ran.of(CallStarted)) == 4


async def test_reasoning_is_kept_and_not_sent_back(stage: Stage):
    ran = await stage.play([Reply(text=f"<think>secret plan</think>\n{LOOK}", reasoning="deep"), answering("Ada")])

    finished = ran.of(CallFinished)[0]
    assert ran.text(finished.reasoning) == "deep\n\nsecret plan"
    second = ran.of(CallStarted)[1]
    assert not any("secret plan" in ran.text(message.text) for message in second.prompt)


@pytest.mark.parametrize("garbage", ["\x00\ud800" * 50, "```" * 1_000, "{" * 5_000, "FINAL(" * 500, "</think>" * 300])
async def test_garbage_does_no_harm(stage: Stage, garbage: str):
    ran = await stage.play([garbage, answering("Ada")])

    assert ran.outcome.answer == "Ada"


# Errors of providers


async def test_a_bad_key_ends_the_run_with_its_sentence(stage: Stage):
    ran = await stage.play([BadKey("The key was refused: set OPENAI_API_KEY.")])

    assert ran.outcome.status == "failed"
    assert ran.outcome.reason == "The key was refused: set OPENAI_API_KEY."
    assert ran.one(RunFinished).reason == "The key was refused: set OPENAI_API_KEY."
    assert ran.one(CallFinished).status == "failed"
    assert ran.one(CallFinished).error_kind == "BadKey"
    assert ran.one(CallFinished).cost_nano_usd == 0


async def test_an_error_after_a_draft_keeps_the_draft(stage: Stage):
    ran = await stage.play([block("answer['content'] = 'draft ' + peek(3)"), UnknownModel("The model is gone.")])

    assert ran.outcome.status == "partial"
    assert ran.outcome.answer == "draft The"
    assert ran.outcome.reason == "The model is gone."


async def test_a_failing_sub_call_does_not_end_the_run(stage: Stage):
    def worker(request):
        return BadRequest("This was refused.") if "bad" in request.messages[0].text else "fine"

    code = ["out = llm_query_batched(['good', 'bad', 'good'])", "peek()"]

    ran = await stage.play([block(*code, "answer.update(content=repr(out), ready=True)")], worker)

    assert ran.outcome.answer == repr(["fine", "Error: This was refused.", "fine"])
    assert ran.outcome.status == "answered"


async def test_a_passing_failure_is_retried_and_told(stage: Stage):
    ran = await stage.play([StreamCut("The stream broke."), answering("Ada")])

    assert ran.outcome.answer == "Ada"
    assert ran.one(CallRetried).reason == "The stream broke."
    assert len(ran.of(CallStarted)) == 1


async def test_other_models_can_be_named(stage: Stage):
    others = {"clever": ScriptedLM(["from clever"], "provider/clever")}
    code = ["a = llm_query('q', model='clever')", "b = llm_query('q', model='root')", "c = llm_query('q', model='no')"]

    ran = await stage.play([block(*code, "peek()", "FINAL(repr([a, b, c]))"), "from root"], models={"others": others})

    assert "'from clever', 'from root'" in str(ran.outcome.answer)
    assert "Error: there is no model 'no' in this run; there are clever, root, worker" in str(ran.outcome.answer)


# The window


async def test_a_full_window_is_compacted_and_history_keeps_all(stage: Stage):
    root = ScriptedLM(
        [
            *(block(f"print('{letter}' * 5_000)", "peek()") for letter in "abc"),
            "I saw many letters.",
            block("answer.update(content=str(len(history)) + str('a' * 5_000 in str(history)), ready=True)"),
        ],
        facts=free_facts("root", window_tokens=5_100),
    )

    ran = await stage.play(root)

    assert [call.role for call in ran.of(CallStarted)] == ["root"] * 3 + ["compaction", "root"]
    last = ran.of(CallStarted)[-1]
    texts = [ran.text(message.text) for message in last.prompt]
    assert "I saw many letters." in texts[2]
    assert "Question:\nWho kept the lighthouse?" in texts[1]
    assert not any("a" * 5_000 in text for text in texts)
    assert ran.outcome.answer == "7True"


async def test_a_conversation_that_is_too_long_after_all_is_compacted(stage: Stage):
    replies = [LOOK, LOOK, ContextTooLong("Too long."), "Short: Ada.", answering("Ada")]

    ran = await stage.play(replies)

    assert ran.outcome.answer == "Ada"
    assert "compaction" in [call.role for call in ran.of(CallStarted)]


# Strategies


async def test_a_small_corpus_is_answered_directly(stage: Stage):
    ran = await stage.play(["Ada kept it."], strategy="auto")

    assert ran.outcome.strategy == "direct"
    assert ran.outcome.answer == "Ada kept it."
    call = ran.one(CallStarted)
    assert call.role == "direct"
    assert call.parent == 1
    assert LOREM in ran.text(call.prompt[1].text)
    assert ran.one(AnswerGiven).source == "direct"
    assert ran.outcome.coverage is not None
    assert ran.outcome.coverage.shown_to_root == pytest.approx(1.0)


async def test_a_large_corpus_is_worked_through(stage: Stage):
    ran = await stage.play([answering("Ada")], strategy="auto", corpus=LOREM * 30)

    assert ran.outcome.strategy == "rlm"


async def test_direct_with_too_much_text_is_said_before_anything_is_sent(stage: Stage):
    root = ScriptedLM(["x"], facts=free_facts("root", window_tokens=500))

    ran = await stage.play(root, strategy="direct")

    assert ran.outcome.status == "failed"
    assert "reads 500 at most; choose the strategy rlm" in ran.outcome.reason
    assert not root.requests


async def test_direct_keeps_a_schema(stage: Stage):
    ran = await stage.play(["Ada", '{"a": 1}'], strategy="direct", answer_schema={"type": "object"})

    assert ran.outcome.parsed == {"a": 1}
    assert ran.outcome.status == "answered"


async def test_direct_asks_again_when_the_reply_is_empty(stage: Stage):
    assert (await stage.play(["", "Ada"], strategy="direct")).outcome.answer == "Ada"


async def test_direct_reports_a_model_that_says_nothing(stage: Stage):
    ran = await stage.play(["", ""], strategy="direct")

    assert ran.outcome.status == "failed"
    assert "empty reply" in ran.outcome.reason


async def test_direct_reports_an_error(stage: Stage):
    ran = await stage.play([BadKey("No key.")], strategy="direct")

    assert ran.outcome.reason == "No key."


async def test_without_sub_calls_the_asking_functions_do_not_exist(stage: Stage):
    ran = await stage.play([block("llm_query('q')"), answering("Ada")], strategy="rlm-no-subcalls")

    assert ran.outcome.answer == "Ada"
    assert ran.of(StepFinished)[0].error is not None
    assert "llm_query" not in ran.text(ran.of(CallStarted)[0].prompt[0].text)


# What cannot begin


@pytest.mark.parametrize(("question", "corpus", "why"), [(" ", "text", "question"), ("Who?", " \n", "document")])
async def test_what_cannot_begin_is_said_in_one_sentence(stage: Stage, question: str, corpus: str, why: str):
    root = ScriptedLM([], "root")

    ran = await stage.play(root, question=question, corpus=corpus)

    assert ran.outcome.status == "failed"
    assert why in ran.outcome.reason
    assert not root.requests


# What the API may give


async def test_a_list_stays_a_list(stage: Stage):
    code = block("FINAL(f'{type(context).__name__} {len(context)} {context[1][\"b\"]}')")

    ran = await stage.play([code], corpus=["alpha", {"b": "beta"}])

    assert ran.outcome.answer == "list 2 beta"


async def test_a_dictionary_stays_a_dictionary(stage: Stage):
    ran = await stage.play([block("FINAL(context['k'])")], corpus={"k": "value"}, limits=Limits(turns=1))

    assert ran.outcome.answer == "value"
