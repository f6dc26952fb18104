from pathlib import Path

import pytest

from tests.support import counting
from tests.support.command_line import CommandLine
from tests.support.lm_server import LmServer

PROMISED = {
    "run_id",
    "status",
    "reason",
    "strategy",
    "answer",
    "parsed",
    "cost_usd",
    "tokens",
    "calls",
    "turns",
    "depth",
    "seconds",
    "documents",
    "coverage",
    "evidence",
    "models",
    "isolation",
}
LOOK_AND_LEAVE = """I look first.

```repl
print(context[:40])
answer["content"] = "a draft about Ardvik"
```
"""


def models(server: LmServer) -> list[str]:
    return ["--root", "root-model", "--worker", "worker-model", "--base-url", server.base_url, "--strategy", "rlm"]


def test_counting_over_two_thousand_items_in_twenty_sub_calls_is_exact(rlm: CommandLine, tmp_path: Path) -> None:
    right = counting.write_items(tmp_path / "items.txt")

    with LmServer(counting.solve, latency_seconds=0.5) as server:
        said = rlm("ask", counting.QUESTION, tmp_path / "items.txt", *models(server), "--json")

    told = said.value
    assert said.status == 0
    assert told["answer"] == f"{right} of 2000 items ask about a place."
    assert (told["status"], told["reason"], told["strategy"], told["turns"]) == ("answered", "", "rlm", 1)
    assert told["calls"] == {"root": 1, "worker": 20, "cached": 0, "failed": 0, "retried": 0}
    assert server.in_flight_peak > 10
    assert len(server.requests) == 21


def test_the_object_has_every_promised_key_and_honest_figures(rlm: CommandLine, tmp_path: Path) -> None:
    counting.write_items(tmp_path / "items.txt")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 this is none")

    with LmServer(counting.solve) as server:
        documents = [tmp_path / "items.txt", tmp_path / "broken.pdf"]
        prices = ["--price-in", "1", "--price-out", "2"]
        told = rlm("ask", counting.QUESTION, *documents, *models(server), *prices, "--json").value

    assert set(told) == PROMISED
    tokens = told["tokens"]
    assert tokens["input"] > 20_000
    assert told["cost_usd"] == pytest.approx((tokens["input"] + 2 * tokens["output"]) / 1_000_000)
    assert told["documents"]["read"] == 1
    assert [Path(file["path"]).name for file in told["documents"]["skipped"]] == ["broken.pdf"]
    assert told["documents"]["skipped"][0]["reason"]
    assert told["documents"]["characters"] == (tmp_path / "items.txt").stat().st_size
    assert told["coverage"]["sent_to_workers"] > 0.99
    assert told["coverage"]["never_read"] < 0.01
    assert told["models"] == {"root": "root-model", "worker": "worker-model"}
    assert told["depth"] == 0
    assert told["seconds"] > 0


def test_the_answer_is_on_stdout_and_everything_else_on_stderr(rlm: CommandLine, tmp_path: Path) -> None:
    right = counting.write_items(tmp_path / "items.txt")

    with LmServer(counting.solve) as server:
        said = rlm("ask", counting.QUESTION, tmp_path / "items.txt", *models(server))
        quiet = rlm("ask", counting.QUESTION, tmp_path / "items.txt", *models(server), "--quiet")

    assert said.out == quiet.out == f"{right} of 2000 items ask about a place.\n"
    assert quiet.err == ""
    assert sum(line.startswith("turn 1") for line in said.lines) == 2
    assert "20 calls" in said.err
    assert said.lines[-1].startswith("Answered · $0 · ")


def test_a_run_that_was_asked_is_in_the_history_and_can_be_shown(rlm: CommandLine, tmp_path: Path) -> None:
    counting.write_items(tmp_path / "items.txt")
    with LmServer(counting.solve) as server:
        run = rlm("ask", counting.QUESTION, tmp_path / "items.txt", *models(server), "--json").value["run_id"]

    listed = rlm("runs", "--json").value
    shown = rlm("show", "last", "--json").value
    tree = rlm("show", run[:-2]).out

    assert [summary["run_id"] for summary in listed] == [run]
    assert sum(node["kind"] == "call" for node in shown["nodes"]) == 21
    assert "20 calls of llm_query_batched" in tree


def test_a_reached_limit_gives_a_partial_answer_with_its_reason(rlm: CommandLine, letter: Path) -> None:
    with LmServer(lambda body: LOOK_AND_LEAVE) as server:
        said = rlm("ask", "Who raised the dues?", letter, *models(server), "--max-turns", "1", "--quiet")

    assert said.status == 3
    assert said.out == "a draft about Ardvik\n"
    assert len(said.lines) == 1
    assert "turn" in said.err


def test_the_built_in_model_quotes_the_sentence_that_answers(rlm: CommandLine, letter: Path) -> None:
    builtin = ["--root", "builtin/extractive", "--worker", "builtin/extractive"]
    said = rlm("ask", "When did Ardvik raise its dues?", letter, *builtin, "--json")

    told = said.value
    assert said.status == 0
    assert "raised its dues in 1981" in told["answer"]
    assert told["cost_usd"] == 0
    assert any(quote["match"] == "exact" and quote["document"] == "letter.txt" for quote in told["evidence"])
