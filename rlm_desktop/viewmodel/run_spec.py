"""What is asked for when the user asks now."""

from rlm_desktop.service.spec import RunSpec
from rlm_desktop.viewmodel.asking import Asking


def spec_of(asking: Asking, left_out: tuple[str, ...]) -> RunSpec:
    """Give the question, the documents and all that was chosen; `left_out` are files below the paths."""
    chosen = asking.preferences
    return RunSpec(
        question=asking.question.strip(),
        paths=tuple(asking.paths),
        left_out=left_out,
        root=chosen.root,
        worker=chosen.worker,
        base_url=chosen.base_url,
        api_key_env=chosen.api_key_env,
        strategy=chosen.strategy,
        limits=asking.limits(),
        servers=chosen.servers,
        prices=chosen.prices,
        others=chosen.others,
        stronger_root=chosen.stronger_root,
        cache=chosen.cache,
        local_only=chosen.local_only,
        ask_above_usd=chosen.ask_above_usd,
        ask_above_calls=chosen.ask_above_calls,
        ask_at_limits=True,
        code_hints=chosen.code_hints,
        price_in_usd=chosen.price_in_usd,
        price_out_usd=chosen.price_out_usd,
    )
