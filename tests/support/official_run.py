"""Runs the official RLM implementation against a scripted server. Run by a Python that has `rlms`, not by ours.

python official_run.py BASE_URL FOLDER QUESTION CONTEXT_FILE
"""

import inspect
import sys
from pathlib import Path

from rlm import RLM
from rlm.logger import RLMLogger

SYSTEM = "Write Python in ```repl blocks. `context` holds the text."


def main(base_url: str, folder: str, question: str, context: str) -> None:
    """Log two completions into one file: one that answers, one that runs out of turns."""
    more = {"orchestrator": False} if "orchestrator" in inspect.signature(RLM).parameters else {}
    depth = 3 if "on_subcall_start" in inspect.signature(RLM).parameters else 1
    rlm = RLM(
        backend="openai",
        backend_kwargs={"model_name": "scripted-model", "base_url": base_url, "api_key": "test-key"},
        environment="local",
        max_depth=depth,
        max_iterations=3,
        custom_system_prompt=SYSTEM,
        logger=RLMLogger(log_dir=folder),
        **more,
    )
    rlm.completion(Path(context).read_text(encoding="utf-8"), root_prompt=question)
    rlm.completion("Nothing stands here.", root_prompt="What stands here?")


if __name__ == "__main__":
    main(*sys.argv[1:])
