"""What must not leave does not: redaction and keys."""

import re

import pytest

from rlm_desktop.export.recorded import trace_of
from rlm_desktop.export.redaction import redacted
from rlm_desktop.export.secrecy import Keys, without_keys
from rlm_desktop.trace.events import UnknownEvent
from rlm_desktop.trace.references import texts_of
from rlm_desktop.trace.texts import reference_to
from tests.support.kinds_of_runs import KINDS, GivenRun, answered

WORDS = ("harbour", "dues", "Torsnes", "annual-19", "Board", "llm_query", "hits", "tonnage", "good", "Read")


def all_said(run) -> str:
    texts = {run.text(digest) for entry in run.entries() for digest in texts_of(entry.event)}
    notes = [repr(note) for note in run.notes.values()]
    return "\n".join([run.name, *run.tags, *notes, *(repr(entry) for entry in run.entries()), *sorted(texts)])


@pytest.mark.parametrize("kind", KINDS)
def test_a_redacted_run_has_the_shape_and_the_sums_of_the_run(kind):
    run = KINDS[kind]()

    left, whole = trace_of(redacted(run)), trace_of(run)

    assert [(node.id, node.parent, node.kind, node.status, node.seconds) for node in left.walk()] == [
        (node.id, node.parent, node.kind, node.status, node.seconds) for node in whole.walk()
    ]
    assert left.root.totals == whole.root.totals


@pytest.mark.parametrize("kind", KINDS)
def test_every_text_of_a_redacted_run_stands_under_its_own_digest(kind):
    run = redacted(KINDS[kind]())

    for entry in run.entries():
        for digest in texts_of(entry.event):
            assert reference_to(run.text(digest)).digest == digest


def test_a_redacted_run_holds_no_word_of_documents_models_and_readers():
    run = answered()
    before = all_said(run)

    said = all_said(redacted(run))

    assert all(word in before for word in WORDS[:6])
    # What the engine itself says of its calls and gates is no word of the user's.
    said = said.replace("llm_query_batched", "").replace("gate='quotes'", "")
    assert [word for word in WORDS if re.search(rf"\b{word}", said)] == []


def test_a_redacted_event_of_a_newer_version_says_nothing():
    run = redacted(KINDS["from_tomorrow"]())

    events = [entry.event for entry in run.entries() if isinstance(entry.event, UnknownEvent)]

    assert [event.data for event in events] == [{"text": "[left out]"}]


def test_documents_of_a_redacted_run_are_told_apart_and_known_again():
    said = all_said(redacted(answered()))

    assert "SentText(document='document 2'" in said
    assert "name='document 2'" in said


def test_a_key_in_use_is_taken_out_wherever_it_stands():
    run = answered()
    key = "harbour_dues-1980s"
    texts = {digest: text.replace("tonnage", key) for digest, text in run.texts.items()}
    given = GivenRun(given=run.given, texts=texts, name=f"{key}!", tags=(key,), notes=run.notes)

    left = without_keys(given, Keys([key, "none"]))

    assert key in all_said(given)
    assert key not in all_said(left)
    assert "[key]" in all_said(left)
    assert any("[key]" in sentence for sentence in left.left_out)
    assert trace_of(left).root.totals == trace_of(given).root.totals


def test_a_run_that_holds_no_key_leaves_as_it_is():
    run = answered()

    assert without_keys(run, Keys(["sk-a-key-that-is-in-use", "none"])) is run
    assert without_keys(run, Keys([])) is run
