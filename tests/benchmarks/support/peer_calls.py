"""A batch of calls by somebody else's program. Run by the peers' Python; prints the seconds it took and what came."""

import json
import os
import sys
import time

FILLER = "The dues were raised again in the spring. " * 8


def prompts(calls: int) -> list[str]:
    return [f"Give back the number {number} and nothing else. {FILLER}" for number in range(calls)]


def rlms(base_url: str, calls: int) -> int:
    from rlm import RLM  # noqa: PLC0415

    backend = {"model_name": "root-model", "base_url": base_url, "api_key": "none"}
    engine = RLM(backend="openai", backend_kwargs=backend, environment="local", max_iterations=2)
    said = engine.completion(prompt="x" * 1_000, root_prompt="How many are right?").response
    return int(said.split()[0])


def dspy(base_url: str, calls: int) -> int:
    import dspy as library  # noqa: PLC0415

    lm = library.LM("openai/worker-model", api_base=base_url, api_key="none", cache=False, num_retries=0)
    library.configure(lm=lm)
    rlm = library.RLM("context, query -> answer", max_llm_calls=calls + 1, sub_lm=lm)
    outs = rlm._make_llm_tools(max_workers=16)["llm_query_batched"](prompts(calls))
    return sum(out.strip() == str(number) for number, out in enumerate(outs))


def minrlm(base_url: str, calls: int) -> int:
    from minrlm import RLMBase  # noqa: PLC0415

    rlm = RLMBase(model="worker-model", base_url=base_url, api_key="none", max_sub_llm_calls=calls)
    outs = rlm._handle_sub_llm_batch([(prompt, "") for prompt in prompts(calls)])
    return sum(out.strip() == str(number) for number, out in enumerate(outs))


def budget(base_url: str, limit_usd: str) -> float:
    """Give what the official engine spends under a limit, by its own count."""
    from rlm import RLM  # noqa: PLC0415

    backend = {"model_name": "root-model", "base_url": base_url, "api_key": "none"}
    engine = RLM(backend="openai", backend_kwargs=backend, environment="local", max_budget=float(limit_usd))
    try:
        engine.completion(prompt="x" * 1_000, root_prompt="How many are right?")
    except Exception as error:
        return float(getattr(error, "spent", 0.0))
    return 0.0


if __name__ == "__main__":
    os.environ.setdefault("DSPY_CACHEDIR", "/dev/null")
    name, base_url, amount = sys.argv[1:]
    begin = time.perf_counter()
    if name == "budget":
        print(json.dumps({"spent_usd": budget(base_url, amount)}))
    else:
        right = {"rlms": rlms, "dspy": dspy, "minrlm": minrlm}[name](base_url, int(amount))
        print(json.dumps({"seconds": time.perf_counter() - begin, "right": right}))
