"""The words a root LM starts from."""

from dataclasses import replace

import pytest

from rlm_desktop.engine.prompts import (
    Setting,
    TextFacts,
    compaction_instruction,
    direct_message,
    direct_system,
    final_instruction,
    first_message,
    system_prompt,
    worker_characters,
)
from rlm_desktop.lm.scripted import free_facts
from rlm_desktop.trace.facts import DocumentFacts

SETTING = Setting(
    root=free_facts("root"),
    worker=free_facts("small-worker", window_tokens=32_000),
    concurrency=16,
    output_characters=20_000,
)


def document(name: str, characters: int, pages: int | None = None) -> DocumentFacts:
    return DocumentFacts(name=name, path="", kind="text", characters=characters, size_bytes=characters, pages=pages)


def text_facts(*documents: DocumentFacts, **more: object) -> TextFacts:
    together = sum(one.characters for one in documents)
    counts = {"document_count": len(documents), "document_characters": together, "characters": together, "tokens": 1}
    return TextFacts(documents=documents, **{**counts, **more})


@pytest.mark.parametrize(
    "name",
    [
        "context",
        "documents",
        "llm_query",
        "llm_query_batched",
        "rlm_query",
        "rlm_query_batched",
        "peek",
        "grep",
        "search",
        "SHOW_VARS",
        "budget",
        "answer",
        "FINAL",
        "FINAL_VAR",
        "history",
    ],
)
def test_the_system_message_names_every_function(name):
    assert f"`{name}" in system_prompt(SETTING) or f"`{name}(" in system_prompt(SETTING)


def test_the_workers_window_is_told_in_characters():
    assert worker_characters(SETTING.worker) == 64_000
    assert "64,000 characters" in system_prompt(SETTING)


def test_how_many_calls_run_at_once_is_told():
    assert "up to 16 run at the same time" in system_prompt(SETTING)


def test_without_subcalls_no_asking_function_is_named():
    prompt = system_prompt(replace(SETTING, root=free_facts("qwen"), with_subcalls=False))

    assert "llm_query" not in prompt
    assert "rlm_query" not in prompt


def test_child_runs_are_described_where_depth_allows_them():
    assert "a REPL of its own" in system_prompt(replace(SETTING, with_child_runs=True))
    assert "a REPL of its own" not in system_prompt(SETTING)


def test_families_of_models_get_their_own_rules():
    assert "Batch as much text" in system_prompt(replace(SETTING, root=free_facts("ollama/Qwen3-8B")))
    assert "Batch as much text" not in system_prompt(SETTING)
    assert "window is small" in system_prompt(replace(SETTING, root=free_facts("tiny", window_tokens=8_000)))


def test_the_literal_braces_of_the_answer_variable_stand():
    assert '{"content": "", "ready": False}' in system_prompt(SETTING)


@pytest.mark.parametrize("text", ["{context}", "${worker_name}", "$", "{", "}}", "%s", "{{0}}", "$root $$"])
def test_signs_in_user_text_are_only_text(text):
    schema = f'{{"description": "{text}"}}'

    assert schema in system_prompt(replace(SETTING, schema=schema))
    assert text in first_message(text, text_facts(), "Turn 1.")
    assert text in direct_message(text, text)
    assert schema in direct_system(schema)
    assert text in final_instruction(text)


def test_no_place_in_a_template_stays_open():
    for prompt in (system_prompt(SETTING), compaction_instruction(), final_instruction("x"), direct_system()):
        assert "${" not in prompt


def test_the_first_message_tells_question_text_and_documents():
    facts = text_facts(document("small.txt", 10), document("large|odd\n.pdf", 2_000, pages=12), tokens=503)

    message = first_message("Who did it?", facts, "Turn 1 of 30.")

    assert message.startswith("Question:\nWho did it?\n\nThe text: 2 documents, 2,010 characters, about 503 tokens.")
    assert message.index("large¦odd .pdf | text | 12 | 2,000") < message.index("small.txt | text |  | 10")
    assert message.endswith("Turn 1 of 30.\nLook at the context before you answer.")


def test_a_long_table_is_cut_with_an_exact_count():
    facts = text_facts(*(document(f"d{n}", n) for n in range(100)), characters=5_950)

    message = first_message("?", facts, "")

    assert message.count("| text |") == 40
    assert "… and 60 smaller documents more with 1,770 characters" in message


def test_a_list_is_described_as_one():
    facts = text_facts(characters=5, type_name="list of 3")

    assert "`context` is a list of 3, 5 characters" in first_message("?", facts, "")
    assert "(a Python list, not one string)" in system_prompt(replace(SETTING, context_type="list"))


def test_only_in_the_restricted_python_the_root_is_told_what_that_lacks():
    assert "# What this Python lacks" not in system_prompt(SETTING)
    assert "# What this Python lacks" in system_prompt(replace(SETTING, restricted=True))


def test_the_restricted_python_is_told_of_to_a_root_with_a_search_alone_without_what_it_has_not():
    setting = replace(SETTING, search_only=True, with_subcalls=False)

    restricted = system_prompt(replace(setting, restricted=True))

    assert "# What this Python lacks" not in system_prompt(setting)
    assert "# What this Python lacks" in restricted
    assert "`search` returns a plain list" in restricted
    assert "`context`" not in restricted
    assert "`grep`" not in restricted
