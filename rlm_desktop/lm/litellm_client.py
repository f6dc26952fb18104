"""The `litellm` SDK, kept off the network at import. Importing this module takes seconds: do it in a thread."""

import os
import re
import warnings
from collections.abc import AsyncIterator
from typing import Any

# Without this, importing litellm fetches a price list over the network.
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import litellm
import openai

from rlm_desktop.corpus.counting.vocabularies import read_vocabularies_here
from rlm_desktop.lm.endpoints import Endpoint
from rlm_desktop.lm.errors import Refusal, error_from_connection, error_from_refusal
from rlm_desktop.lm.protocol import LmError

read_vocabularies_here()
litellm.suppress_debug_info = True
litellm.drop_params = True
# Without this, litellm fetches a vocabulary from a hub to count the streamed replies of some models, told or not.
litellm.disable_hf_tokenizer_download = True
# litellm's own types set this off, in the middle of a stream.
warnings.filterwarnings("ignore", message=".*using the `ReadOnly` qualifier", category=UserWarning)

_DECORATION = re.compile(r"^((litellm\.)?\w+(Error|Exception) ?[:-] ?)+")
_NO_CONNECTION = re.compile(r"cannot connect to host|connection error|server disconnected|timed out", re.IGNORECASE)


async def chunks_of(arguments: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
    """Send one request; yields each chunk of a streamed reply, or the whole reply as one."""
    answer = await litellm.acompletion(num_retries=0, **arguments)
    if not arguments.get("stream"):
        yield answer.model_dump()
        return
    try:
        async for chunk in answer:
            yield chunk.model_dump()
    finally:
        await answer.aclose()


FAULTS = (openai.OpenAIError, ValueError)
"""What litellm raises; its own errors are children of the openai SDK's."""


def error_from(fault: Exception, endpoint: Endpoint) -> LmError:
    """Say what an exception of litellm means."""
    status = getattr(fault, "status_code", None)
    is_connection = isinstance(fault, openai.APIConnectionError) or _NO_CONNECTION.search(str(fault))
    if is_connection or not isinstance(status, int):
        return error_from_connection(fault, endpoint)
    response = getattr(fault, "response", None)
    message = _DECORATION.sub("", str(getattr(fault, "message", fault)))
    code = f"{type(fault).__name__} {getattr(fault, 'code', '') or ''}"
    headers = response.headers if response is not None else None
    return error_from_refusal(Refusal(status=status, code=code, message=message, headers=headers), endpoint)
