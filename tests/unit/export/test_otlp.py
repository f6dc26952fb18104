"""OpenTelemetry spans: every run, turn, step and call once, with right parents, exact sums and both conventions."""

import json
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status, TracesData

from rlm_desktop.export.otlp_values import MOST_CHARACTERS
from rlm_desktop.export.recorded import trace_of
from rlm_desktop.export.spans import enclosing
from rlm_desktop.trace.events import CallFinished, CallHeld, CallReleased, Entry, RunFinished
from rlm_desktop.trace.facts import Message
from rlm_desktop.trace.ids import CallId, NodeId
from rlm_desktop.trace.texts import reference_to
from tests.support.exported import LEAVING, leaving, written
from tests.support.kinds_of_runs import KINDS, GivenRun

KINDS_OF_SPANS = ("run", "turn", "step", "call")


def value_of(value):
    field = value.WhichOneof("value")
    return [value_of(one) for one in value.array_value.values] if field == "array_value" else getattr(value, field)


def attributes_of(holder) -> dict:
    return {attribute.key: value_of(attribute.value) for attribute in holder.attributes}


def spans_of(run) -> list[tuple[Span, dict]]:
    read = TracesData.FromString(written("otlp", run))
    return [
        (span, attributes_of(span))
        for batch in read.resource_spans
        for scope in batch.scope_spans
        for span in scope.spans
    ]


@pytest.mark.parametrize("name", LEAVING)
def test_each_part_is_one_span_under_the_part_it_lies_in(name):
    run = leaving(name)
    trace = trace_of(run)
    parts = [node for node in trace.walk() if node.kind in KINDS_OF_SPANS]

    spans = spans_of(run)

    by_id = {span.span_id: attributes["rlm.node"] for span, attributes in spans}
    assert [attributes["rlm.node"] for _, attributes in spans] == [node.id for node in parts]
    assert len(by_id) == len(spans)
    for (span, _), node in zip(spans, parts, strict=True):
        above = enclosing(trace, node, KINDS_OF_SPANS)
        assert by_id.get(span.parent_span_id) == (None if above is None else above.id)


@pytest.mark.parametrize("name", LEAVING)
def test_ids_and_times_are_as_the_protocol_wants_them(name):
    spans = [span for span, _ in spans_of(leaving(name))]

    assert len({span.trace_id for span in spans}) == 1
    for span in spans:
        assert (len(span.trace_id), len(span.span_id), len(span.parent_span_id) in (0, 8)) == (16, 8, True)
        assert 1_750_000_000 * 10**9 < span.start_time_unix_nano <= span.end_time_unix_nano
        assert [event.time_unix_nano for event in span.events] == sorted(event.time_unix_nano for event in span.events)


@pytest.mark.parametrize("name", LEAVING)
def test_the_spans_of_calls_add_up_to_the_sums_of_the_run(name):
    run = leaving(name)
    totals = trace_of(run).root.totals

    attributes = [attributes for _, attributes in spans_of(run)]

    def summed(key: str) -> int:
        return sum(one.get(key, 0) for one in attributes)

    for gen_ai, openinference, sum_name, total in (
        ("input_tokens", "prompt", "input_tokens", totals.input_tokens),
        ("output_tokens", "completion", "output_tokens", totals.output_tokens),
        (
            "cache_read.input_tokens",
            "prompt_details.cache_read",
            "cached_input_tokens",
            totals.cached_input_tokens,
        ),
        (
            "cache_creation.input_tokens",
            "prompt_details.cache_write",
            "cache_write_tokens",
            totals.cache_write_tokens,
        ),
        (
            "reasoning.output_tokens",
            "completion_details.reasoning",
            "reasoning_tokens",
            totals.reasoning_tokens,
        ),
    ):
        assert summed(f"gen_ai.usage.{gen_ai}") == summed(f"llm.token_count.{openinference}") == total
        assert attributes[0][f"rlm.sum.{sum_name}"] == total
    assert sum(Decimal(one.get("rlm.cost_usd", 0)) for one in attributes) == Decimal(totals.cost_nano_usd).scaleb(-9)
    assert Decimal(attributes[0]["rlm.sum.known_cost_usd"]) == Decimal(totals.cost_nano_usd).scaleb(-9)
    finished = [one for one in attributes if "rlm.price_source" in one]
    assert sum("llm.cost.total" not in one for one in finished) == totals.unpriced
    assert attributes[0]["rlm.sum.calls_of_unknown_price"] == totals.unpriced


@pytest.mark.parametrize("name", LEAVING)
def test_retries_and_every_remark_are_events_on_the_span_they_lie_in(name):
    run = leaving(name)
    trace = trace_of(run)
    moments = [node for node in trace.walk() if node.kind not in KINDS_OF_SPANS]

    spans = spans_of(run)

    found = {
        attributes_of(event)["rlm.node"]: attributes["rlm.node"]
        for span, attributes in spans
        for event in span.events
        if "rlm.node" in attributes_of(event)
    }
    names = Counter(event.name for span, _ in spans for event in span.events)
    assert found == {node.id: enclosing(trace, node, KINDS_OF_SPANS).id for node in moments}
    assert names["retry"] == trace.root.totals.retries


@pytest.mark.parametrize("name", LEAVING)
def test_what_failed_is_an_error_with_its_words(name):
    run = leaving(name)
    nodes = trace_of(run).nodes

    for span, attributes in spans_of(run):
        status = nodes[NodeId(attributes["rlm.node"])].status
        is_error = status in ("failed", "cancelled", "interrupted")
        assert (span.status.code == Status.STATUS_CODE_ERROR) == is_error
        assert bool(span.status.message) == is_error


@pytest.mark.parametrize("name", LEAVING)
def test_the_resource_and_the_run_say_what_was_left_out(name):
    run = leaving(name)
    read = TracesData.FromString(written("otlp", run))

    assert {tuple(attributes_of(one.resource).get("rlm.left_out", ())) for one in read.resource_spans} == {
        tuple(run.left_out)
    }
    assert spans_of(run)[0][1].get("rlm.left_out", []) == list(run.left_out)


def test_the_file_reads_as_a_request_to_a_collector_too():
    data = written("otlp", KINDS["answered"]())

    assert (
        ExportTraceServiceRequest.FromString(data).SerializeToString()
        == TracesData.FromString(data).SerializeToString()
    )


def test_a_run_leaves_with_the_same_ids_each_time_and_another_run_with_others():
    run = KINDS["answered"]()

    first, again = spans_of(run), spans_of(run)
    other = spans_of(GivenRun(run="another", given=run.given, texts=run.texts))

    assert [span.span_id for span, _ in first] == [span.span_id for span, _ in again]
    assert not {span.span_id for span, _ in first} & {span.span_id for span, _ in other}
    assert first[0][0].trace_id != other[0][0].trace_id


def test_a_large_run_is_written_in_pieces_that_join_to_one():
    read = TracesData.FromString(written("otlp", KINDS["answered"]()))

    assert len(read.resource_spans) > 1


def test_a_call_holds_prompt_and_reply_under_both_conventions():
    _, call = next(one for one in spans_of(KINDS["direct"]()) if one[1]["rlm.kind"] == "call")

    (asked,) = json.loads(call["gen_ai.input.messages"])
    (said,) = json.loads(call["gen_ai.output.messages"])
    assert asked == {
        "role": "user",
        "parts": [{"type": "text", "content": call["llm.input_messages.0.message.content"]}],
    }
    assert call["llm.input_messages.0.message.role"] == "user"
    assert call["llm.input_messages.0.message.content"].startswith("The whole text. ")
    assert said["parts"] == [
        {"type": "reasoning", "content": "Let me think."},
        {"type": "text", "content": call["llm.output_messages.0.message.content"]},
    ]
    assert said["finish_reason"] == "stop"
    assert (call["openinference.span.kind"], call["gen_ai.operation.name"]) == ("LLM", "chat")


def test_a_conversation_stands_whole_once_and_shortened_where_it_is_repeated():
    run = KINDS["answered"]()
    long = "The rules. " * 1_000
    system = reference_to(long)
    given = [
        replace(
            entry, event=replace(entry.event, prompt=(Message(role="system", text=system), *entry.event.prompt[1:]))
        )
        if entry.event.kind == "call_started" and entry.event.role == "root"
        else entry
        for entry in run.given
    ]

    spans = spans_of(replace(run, given=given, texts={**run.texts, system.digest: long}))

    prompts = [one["llm.input_messages.0.message.content"] for _, one in spans if one.get("rlm.role") == "root"]
    assert prompts[0] == long
    assert all("characters left out" in prompt and len(prompt) < 600 for prompt in prompts[1:])
    assert len(prompts) > 5


def test_a_very_long_text_says_how_much_of_it_is_not_there():
    run = KINDS["direct"]()
    texts = dict.fromkeys(run.texts, "x" * 1000000)

    spans = spans_of(replace(run, texts=texts))

    for key in ("input.value", "output.value"):
        assert f"… {1_000_000 - MOST_CHARACTERS:,} characters left out …" in spans[0][1][key]


def test_a_very_long_output_says_how_much_of_it_is_not_there():
    run = KINDS["from_tomorrow"]()

    spans = spans_of(replace(run, texts=dict.fromkeys(run.texts, "x" * 1_000_000)))

    (step,) = (attributes for _, attributes in spans if attributes["rlm.kind"] == "step")
    assert f"… {1_000_000 - MOST_CHARACTERS:,} characters left out …" in step["output.value"]


def test_a_reply_that_was_not_asked_for_again_links_to_the_one_that_was():
    run = KINDS["unpriced"]()
    calls = [node for node in trace_of(run).walk() if node.kind == "call"]
    asked, known = calls[-2].id, calls[-1].id
    given = [
        replace(entry, event=replace(entry.event, same_as=CallId(asked)))
        if isinstance(entry.event, CallFinished) and entry.event.call == known
        else entry
        for entry in run.given
    ]

    spans = spans_of(replace(run, given=given))

    ids = {attributes["rlm.node"]: span for span, attributes in spans}
    assert [link.span_id for link in ids[known].links] == [ids[asked].span_id]
    assert [span for span, _ in spans if span.links] == [ids[known]]


def test_a_call_that_waited_for_its_provider_says_so():
    run = KINDS["direct"]()
    (call,) = (node.id for node in trace_of(run).walk() if node.kind == "call")
    held = [CallHeld(call=CallId(call), reason="slow down", seconds=2.5), CallReleased(call=CallId(call))]
    at = run.given[1].at
    given = [*run.given[:2], *(Entry(0, at + 1, event) for event in held), *run.given[2:]]
    numbered = [replace(entry, seq=number) for number, entry in enumerate(given, 1)]

    span = next(span for span, one in spans_of(replace(run, given=numbered)) if one["rlm.kind"] == "call")

    assert [(event.name, attributes_of(event)) for event in span.events] == [
        ("held", {"rlm.reason": "slow down", "rlm.wait_seconds": 2.5}),
        ("released", {}),
    ]


def test_a_block_that_raised_holds_its_exception():
    spans = spans_of(KINDS["failed"]())

    step, attributes = next(one for one in spans if one[1]["rlm.kind"] == "step")
    (event,) = (attributes_of(event) for event in step.events if event.name == "exception")
    assert event["exception.type"] == attributes["error.type"] == "KeyError"
    assert event["exception.stacktrace"].startswith("Traceback")


def test_a_partial_answer_says_so_with_its_reason():
    run = spans_of(KINDS["partial"]())[0][1]

    assert run["rlm.outcome"] == "partial"
    assert run["rlm.partial"] == run["rlm.reason"] == "$2.00 is spent, so no further call was sent."
    assert run["output.value"] == "As far as it was read: Ardvik."


def test_what_the_reader_wrote_stands_on_its_span():
    spans = {attributes["rlm.node"]: attributes for _, attributes in spans_of(KINDS["answered"]())}

    assert spans[1]["rlm.reader.note"] == "Read | this"
    assert (spans[1]["rlm.reader.score"], spans[1]["rlm.reader.pinned"]) == (4, True)
    assert spans[1]["rlm.reader.labels"] == ["good", "to check"]
    assert spans[1]["tag.tags"] == ["harbour", "1980s"]
    assert spans[3]["rlm.reader.note"] == "A long\nnote"


def test_a_run_without_words_for_its_failing_is_still_an_error():
    run = KINDS["failed"]()
    given = [
        replace(entry, event=replace(entry.event, reason="")) if isinstance(entry.event, RunFinished) else entry
        for entry in run.given
    ]

    span, _ = spans_of(replace(run, given=given))[0]

    assert span.status.code == Status.STATUS_CODE_ERROR
