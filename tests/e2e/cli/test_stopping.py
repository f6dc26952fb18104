import signal
from pathlib import Path

import psutil
import pytest

from tests.support.command_line import CommandLine
from tests.support.lm_server import LmServer, Trouble

PRICES = ["--price-in", "1", "--price-out", "2"]
TURNS = [
    'I look first.\n\n```repl\nprint("the first forty:", context[:40])\n```\n',
    'Then I ask.\n\n```repl\nparts = llm_query_batched([f"part {n}" for n in range(12)])\nprint(parts)\n```\n',
]


def play(body: dict) -> str | Trouble:
    """Two root turns; of twelve sub-calls eight never come back."""
    if body["model"] == "root-model":
        return TURNS[sum(message["role"] == "assistant" for message in body["messages"])]
    part = int(body["messages"][-1]["content"].split()[-1])
    return f"reply {part}" if part < 4 else Trouble(hang=True)


def models(server: LmServer) -> list[str]:
    return ["--root", "root-model", "--worker", "worker-model", "--base-url", server.base_url, "--strategy", "rlm"]


def eight_hang(server: LmServer) -> bool:
    return len(server.requests) == 14 and server.in_flight == 8


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_stops_everything_and_keeps_what_was_paid_for(
    rlm: CommandLine, letter: Path, sent: signal.Signals
) -> None:
    with LmServer(play) as server:
        process = rlm.start("ask", "Who?", letter, *models(server), *PRICES, "--json")
        server.wait_until(eight_hang, 30)
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(sent)
        said = rlm.end(process)
        server.wait_until(lambda server: len(server.aborted) == 8)

    run = rlm("runs", "--json").value[0]
    assert said.status == 130
    assert (said.value["status"], said.value["calls"]["worker"]) == ("cancelled", 12)
    assert (run["status"], run["cost_usd"]) == ("cancelled", said.value["cost_usd"])
    ended = [node for node in rlm("show", "last", "--json").value["nodes"] if node["kind"] == "call"]
    assert sum(node["status"] == "done" and node["cost_usd"] > 0 for node in ended) == 6
    assert sum(node["status"] == "cancelled" for node in ended) == 8
    assert children
    assert not any(child.is_running() for child in children)


def test_a_killed_run_is_shown_as_interrupted_with_all_up_to_its_last_event(rlm: CommandLine, letter: Path) -> None:
    with LmServer(play) as server:
        process = rlm.start("ask", "Who?", letter, *models(server), *PRICES)
        server.wait_until(eight_hang, 30)
        while "reply 3" not in rlm("show", "last", "--json").out:
            assert process.poll() is None
        assert rlm("runs", "--json").value[0]["status"] == "running"
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        rlm.end(process)
        psutil.wait_procs(children, timeout=10)

    run = rlm("runs", "--json").value[0]
    nodes = rlm("show", "last", "--json").value["nodes"]
    texts = [str(node["text"]) for node in nodes]
    assert run["status"] == "interrupted"
    assert sum(node["cost_usd"] or 0 for node in nodes if node["kind"] == "call") > 0
    assert any(text.startswith("the first forty: The harbour of Ardvik") for text in texts)
    assert all(f"reply {part}" in texts for part in range(4))
    assert sum(node["kind"] == "call" and node["status"] == "interrupted" for node in nodes) == 8
    assert "interrupted" in rlm("show", "last").out
    assert not any(child.is_running() for child in children)
