"""Money, known replies, the ledger and models on the command line."""

import json
from pathlib import Path

from rlm_desktop.settings import preferences
from rlm_desktop.settings.preferences import Preferences, ServerChoice
from tests.support import counting
from tests.support.command_line import CommandLine
from tests.support.engine_runs import block
from tests.support.lm_server import LmServer


def models(server: LmServer) -> list[str]:
    return ["--root", "root-model", "--worker", "worker-model", "--base-url", server.base_url, "--strategy", "rlm"]


def test_the_second_time_nothing_is_sent_and_nothing_costs(rlm: CommandLine, tmp_path: Path) -> None:
    right = counting.write_items(tmp_path / "items.txt")
    with LmServer(counting.solve) as server:
        words = ["ask", counting.QUESTION, tmp_path / "items.txt", *models(server), "--json", "--cache"]
        prices = ["--price-in", "1", "--price-out", "2"]
        first = rlm(*words, "reuse", *prices).value
        sent = len(server.requests)
        second = rlm(*words, "reuse", *prices).value
        third = rlm(*words, "replay-only", *prices).value

    assert first["cost_usd"] > 0
    assert (second["cost_usd"], third["cost_usd"]) == (0, 0)
    assert second["answer"] == third["answer"] == f"{right} of 2000 items ask about a place."
    assert second["calls"] == {"root": 1, "worker": 20, "cached": 21, "failed": 0, "retried": 0}
    assert len(server.requests) == sent


def test_replay_only_without_known_replies_says_so(rlm: CommandLine, tmp_path: Path) -> None:
    counting.write_items(tmp_path / "items.txt")
    with LmServer(counting.solve) as server:
        said = rlm("ask", counting.QUESTION, tmp_path / "items.txt", *models(server), "--cache", "replay-only")

    assert said.status == 4
    assert "is in the cache" in said.err
    assert not server.requests


def test_an_estimate_is_said_before_the_run_and_the_ledger_after_it(rlm: CommandLine, tmp_path: Path) -> None:
    counting.write_items(tmp_path / "items.txt")
    with LmServer(counting.solve) as server:
        prices = ["--price-in", "1", "--price-out", "2"]
        said = rlm("ask", counting.QUESTION, tmp_path / "items.txt", *models(server), *prices, "--ask-above", "0.0001")
    ledger = rlm("show", "last", "--sent", "--json").value
    plain = rlm("show", "last", "--sent")

    assert said.status == 0
    assert any(line.startswith("About $") for line in said.lines)
    assert {row["document"] for row in ledger["sent"]} == {"items.txt"}
    assert sum(row["characters"] for row in ledger["sent"]) > 50_000
    assert "items.txt" in plain.out
    assert "this computer" in plain.out


def test_models_of_an_added_server_are_listed_and_tested(rlm: CommandLine, tmp_path: Path) -> None:
    turns = (
        block("print(sections)"),
        block(
            "parts = [part for part in context.split('SECTION ') if part.strip()]",
            "out = llm_query_batched(['yes or no?\\n' + part for part in parts])",
            "answer.update(content=str(out.count('yes')), ready=True)",
        ),
    )

    def answer(body: dict) -> str:
        if len(body["messages"]) == 1:
            return "heron"
        return turns[min(1, sum(message["role"] == "assistant" for message in body["messages"]))]

    with LmServer(answer, models=("m",)) as server:
        added = ServerChoice(name="box", base_url=server.base_url)
        preferences.save(Preferences(servers=(added,)), rlm.data_dir)
        tested = rlm("models", "--test", "box/m", "--json")
        listed = rlm("models", "--json", OPENAI_API_KEY="").value
        told = rlm("models")

    assert tested.status == 0, tested.out
    assert tested.value["badge"] == "root-capable"
    by_name = {model["model"]: model for model in listed}
    assert by_name["box/m"]["badge"] == "root-capable"
    assert (by_name["box/m"]["goes_to"], by_name["box/m"]["local"]) == ("this computer", True)
    assert by_name["builtin/extractive"]["price_usd"]["input"] == 0
    assert "Suggested: root box/m, worker box/m" in told.out


def test_a_key_shows_up_nowhere(rlm: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("The gate closes at nine. " * 200)
    secret = "sk-never-to-be-seen-42"
    with LmServer(lambda _: "At nine.", api_key=secret) as server:
        words = ["ask", "When?", tmp_path / "text.txt", "--root", "m", "--worker", "m", "--base-url", server.base_url]
        said = rlm(*words, "--api-key-env", "MY_KEY", "--strategy", "direct", MY_KEY=secret)
        shown = rlm("show", "last", "--json")

    assert said.status == 0
    assert secret not in said.out + said.err + shown.out
    files = [file for file in rlm.data_dir.rglob("*") if file.is_file()]
    assert files
    assert not [file for file in files if secret.encode() in file.read_bytes()]
    assert json.loads(shown.out)["nodes"]
