"""`rlm-desktop models`: what can be used here; with `--test`, what a model is good for."""

import os
from collections.abc import Sequence
from typing import Any

from rlm_desktop.app.commands.terminal import note, out, out_json
from rlm_desktop.app.commands.usage import DONE, NO_ANSWER, Parser
from rlm_desktop.service.finding import find_models
from rlm_desktop.service.making import Access
from rlm_desktop.service.model_messages import ListModels, ModelListed, ModelsListed, ModelTested
from rlm_desktop.service.testing import test_model
from rlm_desktop.settings import places, preferences
from rlm_desktop.settings.preferences import Preferences
from rlm_desktop.trace.wording import NANO, money


def run(words: Sequence[str]) -> int:
    """List the models that can be used with what is set up here, or test one."""
    parser = Parser("models", "Models that can be used here: built in, on servers found, and of providers with a key.")
    parser.add_argument("--test", metavar="MODEL", help="ask a model a few things, and see whether it can drive a run")
    parser.add_json()
    parser.add_data_dir()
    wanted = parser.parse_args(words)
    folder = places.data_dir(wanted.data_dir)
    access, means = Access(folder, os.environ), chosen(preferences.load(folder))
    if wanted.test is not None:
        return _tell_test(access.run(test_model(access, means, wanted.test)), as_json=wanted.json)
    _tell_models(access.run(find_models(access, means)), as_json=wanted.json)
    return DONE


def chosen(kept: Preferences) -> ListModels:
    """Say how models are reached by the user's choices."""
    return ListModels(base_url=kept.base_url, api_key_env=kept.api_key_env, servers=kept.servers, prices=kept.prices)


def _tell_models(listed: ModelsListed, *, as_json: bool) -> None:
    problems = [f"{server.name or server.base_url}: {server.problem}" for server in listed.servers if server.problem]
    if as_json:
        out_json([_as_object(model, listed) for model in listed.models])
        for problem in problems:
            note(problem)
        return
    rows = [(model.name, model.goes_to, _price(model), _window(model), _said(model)) for model in listed.models]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, [*widths, 0], strict=True)]
        out("  ".join(cells).rstrip())
    for problem in problems:
        out(problem)
    out(f"Suggested: root {listed.suggested_root}, worker {listed.suggested_worker}")


def _as_object(model: ModelListed, listed: ModelsListed) -> dict[str, Any]:
    prices = (model.input_price, model.cached_input_price, model.output_price)
    suggested = {"root": listed.suggested_root, "worker": listed.suggested_worker}
    asked, cached, told = (None if price is None else price / NANO for price in prices)
    return {
        "model": model.name,
        "note": model.note,
        "goes_to": model.goes_to,
        "local": model.is_local,
        "window_tokens": model.window_tokens,
        "price_usd": {"input": asked, "cached_input": cached, "output": told, "source": model.price_source},
        "badge": model.badge,
        "suggested_as": [role for role, name in suggested.items() if name == model.name],
    }


def _price(model: ModelListed) -> str:
    if model.input_price is None or model.output_price is None:
        return "unknown price"
    if not model.input_price and not model.output_price:
        return "free"
    cached = model.cached_input_price
    known_text = "" if cached is None else f"{money(cached)} cached, "
    return f"{money(model.input_price)} in, {known_text}{money(model.output_price)} out"


def _window(model: ModelListed) -> str:
    return f"{model.window_tokens:,} tok" if model.window_tokens else ""


def _said(model: ModelListed) -> str:
    return f"{model.note}; {model.badge}" if model.badge else model.note


def _tell_test(tested: ModelTested, *, as_json: bool) -> int:
    if as_json:
        checks = [{"name": one.name, "passed": one.passed, "text": one.text} for one in tested.checks]
        cost = None if tested.cost_nano_usd is None else tested.cost_nano_usd / NANO
        out_json(
            {
                "model": tested.model,
                "badge": tested.badge,
                "checks": checks,
                "seconds": round(tested.seconds, 3),
                "cost_usd": cost,
                "problem": tested.problem,
            }
        )
    else:
        cost_in_words = "unknown price" if tested.cost_nano_usd is None else money(tested.cost_nano_usd)
        out(f"{tested.model}: {tested.badge or 'not known'} · {cost_in_words} · {tested.seconds:.1f} s")
        for one in tested.checks:
            out(f"  {'✓' if one.passed else '✕'} {one.name}: {one.text}")
        if tested.problem:
            out(tested.problem)
    return DONE if tested.badge not in (None, "unsuitable") else NO_ANSWER
