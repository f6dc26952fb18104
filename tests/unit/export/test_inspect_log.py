"""The Inspect log as bytes: what its own reader would not notice. That it reads it is tested where that reader is."""

import io
import json
import zipfile
from dataclasses import replace
from decimal import Decimal

import pytest

from rlm_desktop.export.inspect_log import write
from rlm_desktop.export.inspect_words import MOST_CHARACTERS
from rlm_desktop.export.recorded import trace_of
from rlm_desktop.trace.facts import Message, Usage
from rlm_desktop.trace.texts import reference_to
from tests.support.exported import LEAVING, WriteOnly, leaving, written
from tests.support.kinds_of_runs import KINDS

SPANS = ("run", "turn", "step", "batch")


def members_of(run) -> dict[str, object]:
    with zipfile.ZipFile(io.BytesIO(written("inspect", run))) as packed:
        assert packed.testzip() is None
        return {name: json.loads(packed.read(name)) for name in packed.namelist()}


def sample_of(run) -> dict:
    return members_of(run)["samples/1_epoch_1.json"]


def models_of(sample: dict) -> list[dict]:
    return [event for event in sample["events"] if event["event"] == "model"]


@pytest.mark.parametrize("name", LEAVING)
def test_spans_begin_and_end_once_each_and_lie_in_one_another(name):
    run = leaving(name)
    parts = [node for node in trace_of(run).walk() if node.kind in SPANS]

    events = sample_of(run)["events"]

    open_spans: list[str] = []
    for event in events:
        if event["event"] == "span_begin":
            assert event.get("parent_id") == (open_spans[-1] if open_spans else None)
            open_spans.append(event["id"])
        elif event["event"] == "span_end":
            assert open_spans.pop() == event["id"]
        else:
            assert event["span_id"] == open_spans[-1]
    assert open_spans == []
    begun = [event["metadata"]["node"] for event in events if event["event"] == "span_begin"]
    assert begun == [node.id for node in parts]
    assert len({event["uuid"] for event in events}) == len(events)


@pytest.mark.parametrize("name", LEAVING)
def test_each_call_and_each_step_is_one_event_in_the_order_of_the_tree(name):
    run = leaving(name)
    nodes = list(trace_of(run).walk())

    events = sample_of(run)["events"]

    for kind, event_kind in (("call", "model"), ("step", "tool")):
        found = [event["metadata"]["node"] for event in events if event["event"] == event_kind]
        assert found == [node.id for node in nodes if node.kind == kind]
    remarks = [event for event in events if event["event"] == "info" and event["source"] not in ("reader", "evidence")]
    told = ("answer", "notice", "gate", "limit", "choice", "unknown")
    assert [event["source"] for event in remarks] == [node.kind for node in nodes if node.kind in told]


@pytest.mark.parametrize("name", LEAVING)
def test_calls_models_and_roles_add_up_to_the_sums_of_the_run(name):
    run = leaving(name)
    totals = trace_of(run).root.totals

    members = members_of(run)
    sample = members["samples/1_epoch_1.json"]
    usages = [event["output"]["usage"] for event in models_of(sample) if "usage" in event["output"]]
    stats = members["header.json"]["stats"]

    for parts in (usages, stats["model_usage"].values(), stats["role_usage"].values(), sample["model_usage"].values()):
        whole = [Usage(**whole_usage(part)) for part in parts]
        assert sum(one.input_tokens for one in whole) == totals.input_tokens
        assert sum(one.cached_input_tokens for one in whole) == totals.cached_input_tokens
        assert sum(one.cache_write_tokens for one in whole) == totals.cache_write_tokens
        assert sum(one.output_tokens for one in whole) == totals.output_tokens
        assert sum(one.reasoning_tokens for one in whole) == totals.reasoning_tokens
    costs = [event["metadata"].get("cost_usd", "0") for event in models_of(sample)]
    assert sum(Decimal(cost) for cost in costs if cost != "unknown price") == Decimal(totals.cost_nano_usd).scaleb(-9)
    assert costs.count("unknown price") == totals.unpriced
    assert Decimal(sample["metadata"]["known_cost_usd"]) == Decimal(totals.cost_nano_usd).scaleb(-9)


def whole_usage(part: dict) -> dict[str, int]:
    """Give Inspect's count of tokens as the provider's: its input is without what came from a cache."""
    read, wrote = part["input_tokens_cache_read"], part["input_tokens_cache_write"]
    assert part["total_tokens"] == part["input_tokens"] + read + wrote + part["output_tokens"]
    return {
        "input_tokens": part["input_tokens"] + read + wrote,
        "cached_input_tokens": read,
        "cache_write_tokens": wrote,
        "output_tokens": part["output_tokens"],
        "reasoning_tokens": part["reasoning_tokens"],
    }


@pytest.mark.parametrize("name", LEAVING)
def test_every_prompt_names_messages_that_are_there(name):
    run = leaving(name)
    sample = sample_of(run)
    pool = sample["events_data"]["messages"]

    for event in models_of(sample):
        assert event["input_refs"]
        assert all(0 <= first < behind <= len(pool) for first, behind in event["input_refs"])
    assert len({json.dumps(message) for message in pool}) == len(pool)


@pytest.mark.parametrize("name", LEAVING)
def test_header_sample_and_summary_say_what_was_left_out(name):
    run = leaving(name)
    members = members_of(run)

    for metadata in (
        members["header.json"]["eval"]["metadata"],
        members["samples/1_epoch_1.json"]["metadata"],
        members["summaries.json"][0]["metadata"],
    ):
        assert metadata.get("left_out", []) == list(run.left_out)


def test_a_message_that_many_prompts_hold_stands_in_the_log_once():
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

    sample = sample_of(replace(run, given=given, texts={**run.texts, system.digest: long}))

    # Once among the prompts' messages, and once in the conversation that is shown by itself.
    assert json.dumps(sample).count(long) == 2


def test_a_model_whose_price_is_not_known_for_one_call_has_no_sum():
    stats = members_of(KINDS["unpriced"]())["header.json"]["stats"]["model_usage"]

    assert all("total_cost" not in usage for usage in stats.values())


def test_a_model_whose_prices_are_known_has_the_sum():
    run = KINDS["answered"]()

    stats = members_of(run)["header.json"]["stats"]["model_usage"]

    known = sum(usage.get("total_cost", 0) for usage in stats.values())
    assert round(known * 10**9) == trace_of(run).root.totals.cost_nano_usd


def test_a_very_long_output_keeps_head_and_tail_and_the_count_of_the_rest():
    run = KINDS["from_tomorrow"]()
    texts = dict.fromkeys(run.texts, "x" * (MOST_CHARACTERS + 5_000))

    sample = sample_of(replace(run, texts=texts))

    (tool,) = (event for event in sample["events"] if event["event"] == "tool")
    assert "… 5,000 characters left out …" in tool["result"]


def test_code_with_fences_in_it_is_fenced_with_longer_ones():
    run = KINDS["from_tomorrow"]()
    texts = dict.fromkeys(run.texts, "print('''```python\n````\n''')")

    sample = sample_of(replace(run, texts=texts))

    (tool,) = (event for event in sample["events"] if event["event"] == "tool")
    assert tool["view"]["content"].startswith("`````python\n")


def test_a_run_is_written_bit_by_bit():
    run = KINDS["answered"]()
    texts = {digest: f"{number} {'港' * 40_000}" for number, digest in enumerate(run.texts)}
    file = WriteOnly()

    write(replace(run, texts=texts), file)

    assert len(file.pieces) > 20
