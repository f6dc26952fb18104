"""Each model is counted with its own vocabulary, from this computer only."""

import socket

import pytest
from tiktoken import registry

from rlm_desktop.corpus.counting import vocabularies
from rlm_desktop.corpus.counting.vocabularies import load_vocabulary, vocabulary_of
from rlm_desktop.corpus.errors import VocabularyMissing


@pytest.mark.parametrize(
    ("model", "vocabulary"),
    [
        ("openai/gpt-5-mini", "o200k_base"),
        ("gpt-4.1", "o200k_base"),
        ("azure/gpt-4o-2024-08-06", "o200k_base"),
        ("openrouter/openai/o3-mini", "o200k_base"),
        ("ollama/gpt-oss:20b", "o200k_base"),
        ("openai/gpt-4-turbo", "cl100k_base"),
        ("gpt-3.5-turbo", "cl100k_base"),
        ("deepseek/deepseek-chat", "deepseek"),
        ("openrouter/deepseek/deepseek-v3.1", "deepseek"),
        ("ollama/deepseek-r1:8b", ""),
        ("anthropic/claude-sonnet-4-5", ""),
        ("gemini/gemini-2.5-pro", ""),
        ("builtin/extractive", ""),
        ("o1ympus", ""),
        ("", ""),
    ],
)
def test_a_model_has_the_vocabulary_of_its_family_or_none_that_is_known(model, vocabulary):
    assert vocabulary_of(model) == vocabulary


@pytest.mark.parametrize("vocabulary", ["o200k_base", "cl100k_base", "deepseek"])
def test_vocabularies_come_with_a_package_and_need_no_network(monkeypatch, vocabulary):
    def refuse(*_):
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", refuse)

    count = load_vocabulary(vocabulary)

    assert count("The harbour raised its dues in 1981.") == 10
    assert count("<|endoftext|>") > 1


def test_a_vocabulary_with_the_ends_of_line_of_windows_is_the_same(monkeypatch, tmp_path):
    name = "fb374d419588a4632f3f557e76b4b70aebbca790"  # what tiktoken calls o200k_base's file
    content = (vocabularies._folder() / name).read_bytes().replace(b"\r\n", b"\n")
    (tmp_path / name).write_bytes(content.replace(b"\n", b"\r\n"))
    monkeypatch.setattr(vocabularies, "_folder", lambda: tmp_path)
    monkeypatch.setattr(registry, "ENCODINGS", {})

    assert load_vocabulary("o200k_base")("The harbour raised its dues in 1981.") == 10


def test_a_vocabulary_that_was_changed_is_refused_and_stays(monkeypatch, tmp_path):
    changed = tmp_path / "fb374d419588a4632f3f557e76b4b70aebbca790"
    changed.write_bytes(b"IQ== 0\n")
    monkeypatch.setattr(vocabularies, "_folder", lambda: tmp_path)
    monkeypatch.setattr(registry, "ENCODINGS", {})

    with pytest.raises(VocabularyMissing, match="was changed"):
        load_vocabulary("o200k_base")
    assert changed.exists()


def test_a_vocabulary_that_is_not_there_is_not_fetched(monkeypatch, tmp_path):
    monkeypatch.setattr(vocabularies, "_folder", lambda: tmp_path)

    for name in ("p50k_base", "deepseek"):
        with pytest.raises(VocabularyMissing, match=name):
            load_vocabulary(name)
