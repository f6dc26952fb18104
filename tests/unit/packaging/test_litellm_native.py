import subprocess
import sys
from pathlib import Path

import pytest

PACKAGING = Path(__file__).resolve().parents[3] / "packaging"

_IN_ITS_PLACE = """\
import importlib.util, sys, warnings
warnings.simplefilter("ignore")
name = "litellm.rust_bridge._native"
spec = importlib.util.spec_from_file_location(name, sys.argv[1])
native = sys.modules[name] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(native)
"""
_ASKING = """\
import asyncio
from smoke_model import SmokeModel
from rlm_desktop.lm import litellm_client

async def text_of(address, is_streamed):
    messages = [{"role": "user", "content": "How many?"}]
    asked = {"model": "hosted_vllm/smoke", "messages": messages, "api_base": address, "stream": is_streamed}
    return [chunk async for chunk in litellm_client.chunks_of(asked)]

with SmokeModel("Forty-two.") as model:
    for is_streamed in (False, True):
        print("Forty-two." in str(asyncio.run(text_of(model.base_url, is_streamed))))
from litellm.rust_bridge import runtime
print(runtime._native is native)
"""
_COUNTING = """\
import os
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
import litellm
from litellm.rust_bridge import fork_guard
print(litellm.token_counter(model="gpt-4o", text="How many words are these?"))
try:
    native.NativeRedisClient("redis://nowhere")
except RuntimeError as error:
    print(error)
try:
    litellm.ocr(model="mistral/mistral-ocr-latest", document={"type": "document_url", "document_url": "x"}, api_key="x")
except Exception as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("code", "printed"),
    [
        (_ASKING, ["True", "True", "True"]),
        (
            _COUNTING,
            [
                "6",
                "This is a part of litellm for gateways, which RLM Desktop does without.",
                "Rust ocr bridge is unavailable",
            ],
        ),
    ],
)
def test_litellm_does_all_we_ask_of_it_without_its_compiled_part(code: str, printed: list[str]) -> None:
    file = str(PACKAGING / "programs" / "litellm_native.py")

    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(PACKAGING)!r})\n{_IN_ITS_PLACE}{code}", file],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.splitlines() == printed, done.stderr
