"""Makes the models of a run from what the user chose."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from rlm_desktop.engine.request import Models
from rlm_desktop.lm.catalogue import Means, make_lm
from rlm_desktop.lm.connections import Connections
from rlm_desktop.lm.prices import UserPrices
from rlm_desktop.service.errors import BadPrices, NoKey
from rlm_desktop.service.spec import RunSpec
from rlm_desktop.settings.keys import Keys
from rlm_desktop.settings.model_notes import ModelNotes
from rlm_desktop.settings.preferences import PriceChoice, ServerChoice

T = TypeVar("T")
_HALF_A_PRICE = "Only one price was given. Give both: for input and for output, in dollars per million tokens."


class Chosen(Protocol):
    """Whatever says how models are reached: a run's spec, or a command that asks about models."""

    @property
    def base_url(self) -> str | None: ...  # noqa: D102
    @property
    def api_key_env(self) -> str | None: ...  # noqa: D102
    @property
    def servers(self) -> tuple[ServerChoice, ...]: ...  # noqa: D102
    @property
    def prices(self) -> tuple[PriceChoice, ...]: ...  # noqa: D102


class Priced(Protocol):
    """Whatever may bring prices for all models without their own."""

    @property
    def price_in_usd(self) -> float | None: ...  # noqa: D102
    @property
    def price_out_usd(self) -> float | None: ...  # noqa: D102


class Access:
    """Keys and notes about models, as one process has them."""

    def __init__(self, data_dir: Path, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.keys = Keys(data_dir, environ)
        self.notes = ModelNotes(data_dir)
        self.connections = Connections()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do one thing that asks servers, in an event loop of its own."""

        async def working() -> T:
            try:
                return await work
            finally:
                await self.connections.close()

        return asyncio.run(working())

    def means(self, chosen: Chosen, prices: UserPrices | None = None) -> Means:
        """Say how models are reached; raises `NoKey` when a variable that was named holds none."""
        return Means(
            base_url=chosen.base_url,
            api_key=self._named_key(chosen.api_key_env),
            servers={server.name: server.base_url for server in chosen.servers},
            find_key=self.find_key,
            prices=prices,
            model_prices=_by_model(chosen.prices),
            windows=self.notes.windows(),
            connections=self.connections,
        )

    def find_key(self, provider: str, variable: str | None) -> str | None:
        """Give the key of a provider or an added server."""
        found = self.keys.find(provider, variable)
        return found.key if found else None

    def models(self, spec: RunSpec) -> Models:
        """Make the models of a run; raises `Refused` or an `LmError`. Nothing is connected yet."""
        means = self.means(spec, self.prices(spec))
        root = make_lm(spec.root, means)
        worker = root if spec.worker == spec.root else make_lm(spec.worker, means)
        made = {spec.root: root, spec.worker: worker}
        for name in (*spec.others, *([spec.stronger_root] if spec.stronger_root else [])):
            if name not in made:
                made[name] = make_lm(name, means)
        return Models(
            root=root,
            worker=worker,
            stronger_root=made[spec.stronger_root] if spec.stronger_root else None,
            others={name: made[name] for name in spec.others},
        )

    def prices(self, chosen: Priced) -> UserPrices | None:
        """Give the prices that hold for every model without its own; raises `BadPrices`."""
        if chosen.price_in_usd is None and chosen.price_out_usd is None:
            return None
        if chosen.price_in_usd is None or chosen.price_out_usd is None:
            raise BadPrices(_HALF_A_PRICE)
        return UserPrices(input_usd=chosen.price_in_usd, output_usd=chosen.price_out_usd)

    def _named_key(self, variable: str | None) -> str | None:
        if variable is None:
            return None
        key = self.environ.get(variable)
        if not key:
            raise NoKey(f"The variable {variable} holds no key. Set it, or name another variable.")
        return key


def _by_model(prices: Sequence[PriceChoice]) -> dict[str, UserPrices]:
    return {
        price.model: UserPrices(
            input_usd=price.input_usd, output_usd=price.output_usd, cached_input_usd=price.cached_input_usd
        )
        for price in prices
    }
