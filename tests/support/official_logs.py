"""Makes the logs of the official RLM implementation that lie in tests/data/official: real ones, of a scripted model.

    python tests/support/official_logs.py

installs each version below build/ and writes its log anew. Names of temporary folders and ports become neutral.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.support.lm_server import LmServer, Said  # noqa: E402

VERSIONS = ("0.1.0", "0.1.1", "0.1.3")
"""Of the package `rlms`: the first one knows no child runs; from 0.1.2 on a variable holds the answer."""
DATA = ROOT / "tests" / "data" / "official"
QUESTION = "Which harbours raised their dues, and when?"
CONTEXT = "Ardvik raised its dues in 1981.\nLindholm raised its dues in 1982.\nTorsnes kept them.\n"
CHILD = "Why did Lindholm raise its dues? " + "The breakwater of Lindholm was new. " * 2
GRANDCHILD = "Who paid for the breakwater? " + "The town paid for it. " * 3
_SIZE = re.compile(r"Your context is a str (?:of|with) (\d+) total")

LOOK = (
    "I look at the text first.\n\n```repl\nlines = context.splitlines()\nprint(len(lines))\n```\n\n"
    "```repl\nlines[9]\n```"
)
ASK = (
    "I ask about each line, and about Lindholm apart.\n\n```repl\n"
    "said = llm_query_batched(['When? ' + line for line in lines])\nprint(said)\n```\n\n"
)
ASK_CHILD = f"```repl\nwhy = rlm_query({CHILD!r})\nprint(why)\n```"
END = {
    "old": "```repl\nanswer_text = '; '.join(said)\n```\n\nFINAL_VAR(answer_text)",
    "new": "```repl\nanswer['content'] = '; '.join(said)\nanswer['ready'] = True\n```",
}


def scripted(version: str):
    """Give what the model says: it tells who asks by the length of the context."""
    end = "old" if version < "0.1.2" else "new"

    def answer(body: dict) -> Said:
        messages = body["messages"]
        if len(messages) == 1:
            return _said("in " + (re.search(r"\d{4}", messages[0]["content"]) or ["no year"])[0])
        texts = "\n".join(message["content"] for message in messages)
        said = [one for one in messages if one["role"] == "assistant" and not _SIZE.search(one["content"])]
        size = int(_SIZE.search(texts)[1])
        return _said(_reply(size, len(said), end, has_children=version != "0.1.0"))

    return answer


def _reply(size: int, turn: int, end: str, *, has_children: bool) -> str:
    if size == len(CONTEXT):
        ask = ASK + ASK_CHILD if has_children else ASK
        return [LOOK, ask, END[end]][turn]
    if size == len(CHILD):
        return [f"```repl\nwho = rlm_query({GRANDCHILD!r})\nsaid = [llm_query('When was 1982?'), who]\n```", END[end]][
            turn
        ]
    if size == len(GRANDCHILD):
        return "The text says it.\n\n```repl\nsaid = ['the town']\n```" if not turn else END[end]
    return "I see nothing to do." if turn < 3 else "Nothing stands there."


def _said(text: str) -> Said:
    return Said(text=text, usage={"prompt_tokens": 100 + len(text), "completion_tokens": 10, "total_tokens": 110})


def python_with(version: str) -> Path:
    """Give a Python that has this version; the first time, install it."""
    folder = ROOT / "build" / "official" / version
    python = folder / "bin" / "python"
    if not (folder / ".done").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", f"rlms=={version}"], check=True)
        (folder / ".done").touch()
    return python


def write_log(version: str) -> str:
    """Run a version and give the log that it wrote."""
    with tempfile.TemporaryDirectory() as folder, LmServer(scripted(version)) as server:
        context = Path(folder) / "context.txt"
        context.write_text(CONTEXT, encoding="utf-8")
        script = Path(__file__).with_name("official_run.py")
        command = [python_with(version), script, server.base_url, f"{folder}/logs", QUESTION, context]
        subprocess.run([str(part) for part in command], check=True, cwd=folder)
        (log,) = Path(folder, "logs").glob("*.jsonl")
        written = log.read_text(encoding="utf-8")
    written = re.sub(r"/[^\s'\"]*repl_env_[^/'\"]*", "/tmp/repl", written)
    return re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:8000", written)


if __name__ == "__main__":
    DATA.mkdir(parents=True, exist_ok=True)
    for one in VERSIONS:
        (DATA / f"rlms-{one}.jsonl").write_text(write_log(one), encoding="utf-8")
