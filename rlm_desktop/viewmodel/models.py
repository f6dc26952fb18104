"""The models that can be used, as the engine last told, and what the user lets it do about them."""

from PySide6.QtCore import QObject, Signal

from rlm_desktop.lm.endpoints import PROVIDERS
from rlm_desktop.service.messages import CacheTold, ClearCache
from rlm_desktop.service.model_messages import (
    CheckModel,
    ForgetKey,
    KeepKey,
    KeyKept,
    ListModels,
    ModelListed,
    ModelsListed,
    ModelTested,
    ServerLooked,
)
from rlm_desktop.settings.keys import KeyPlace
from rlm_desktop.settings.preferences import BUILT_IN_MODEL
from rlm_desktop.trace.wording import money, plural, seconds, short_number
from rlm_desktop.viewmodel.asking import Asking

_FIRST_LIMIT_USD = 1.0
"""Until the user says otherwise, no run with a model that was chosen for them costs more."""


class Models(QObject):
    """Asks the engine about models, and keeps what it says."""

    wanted = Signal(object)  # Command
    changed = Signal()
    tested = Signal(object)  # ModelTested
    key_told = Signal(object)  # KeyKept
    cache_told = Signal(object)  # CacheTold
    chosen = Signal(str)  # what was chosen for the user, in a sentence

    def __init__(self, asking: Asking, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asking = asking
        self.listed = ModelsListed(models=())
        self.under_test: set[str] = set()

    def refresh(self) -> None:
        """Look for models again."""
        kept = self._asking.preferences
        self.wanted.emit(
            ListModels(base_url=kept.base_url, api_key_env=kept.api_key_env, servers=kept.servers, prices=kept.prices)
        )

    def test(self, model: str) -> None:
        """Test a model."""
        kept = self._asking.preferences
        self.under_test.add(model)
        self.wanted.emit(
            CheckModel(
                model=model,
                base_url=kept.base_url,
                api_key_env=kept.api_key_env,
                servers=kept.servers,
                prices=kept.prices,
            )
        )
        self.changed.emit()

    def keep_key(self, provider: str, key: str, place: KeyPlace) -> None:
        """Keep a key."""
        self.wanted.emit(KeepKey(provider=provider, key=key, place=place))

    def forget_key(self, provider: str) -> None:
        """Forget a key."""
        self.wanted.emit(ForgetKey(provider=provider))

    def ask_cache(self, *, clear: bool = False) -> None:
        """Ask how much is cached, or clear it."""
        self.wanted.emit(ClearCache(only_tell=not clear))

    def choose_built_in(self) -> None:
        """Let the built-in model be root and worker; where there may be others, they no longer take its place."""
        may_have_others = self.listed.suggested_root != BUILT_IN_MODEL
        kept = self._asking.preferences.has_chosen_models
        self._asking.choose(root=BUILT_IN_MODEL, worker=BUILT_IN_MODEL, has_chosen_models=kept or may_have_others)

    def take(self, fact: ModelsListed | ModelTested | KeyKept | CacheTold) -> None:
        """Take in what the engine told."""
        match fact:
            case ModelsListed():
                self.listed = fact
                self._choose()
                self.changed.emit()
            case ModelTested():
                self.under_test.discard(fact.model)
                self.tested.emit(fact)
                self.changed.emit()
                self.refresh()
            case KeyKept():
                self.key_told.emit(fact)
            case CacheTold():
                self.cache_told.emit(fact)

    def _choose(self) -> None:
        """Who has not chosen yet gets the two that would do best, and is told; a paid one is never chosen silently."""
        kept, listed = self._asking.preferences, self.listed
        is_untouched = (kept.root, kept.worker) == (BUILT_IN_MODEL, BUILT_IN_MODEL) and not kept.has_chosen_models
        if not is_untouched or listed.suggested_root in ("", BUILT_IN_MODEL):
            return
        root = next((one for one in listed.models if one.name == listed.suggested_root), None)
        limit = kept.max_cost_usd
        if root is not None and root.output_price != 0 and limit is None:
            limit = _FIRST_LIMIT_USD
        self._asking.choose(
            root=listed.suggested_root, worker=listed.suggested_worker, max_cost_usd=limit, has_chosen_models=True
        )
        price = f", {price_words(root)}" if root is not None else ""
        where = f" ({root.note}{price})" if root is not None else ""
        capped = "" if limit is None else f", with a limit of ${limit:.2f} a run"
        self.chosen.emit(f"{listed.suggested_root}{where} was chosen for you{capped}. Change it under the question.")


def price_words(model: ModelListed) -> str:
    """Write prices per million tokens: in, cached, out."""
    if model.input_price is None or model.output_price is None:
        return "unknown price"
    if not model.input_price and not model.output_price:
        return "free"
    cached = "" if model.cached_input_price is None else f", cached {money(model.cached_input_price)}"
    return f"{money(model.input_price)} in{cached}, {money(model.output_price)} out"


def price_cells(model: ModelListed) -> tuple[str, str, str]:
    """Write prices per million tokens for three columns: in, cached, out."""
    if model.input_price is None or model.output_price is None:
        return "unknown", "", ""
    if not model.input_price and not model.output_price:
        return "free", "", ""
    cached = "" if model.cached_input_price is None else money(model.cached_input_price)
    return money(model.input_price), cached, money(model.output_price)


def tested_words(tested: ModelTested) -> str:
    """Write what a test of a model said, each check with a mark, and what it took."""
    if tested.problem:
        return f"{tested.model}: {tested.problem}"
    checks = " ".join(f"{'✓' if one.passed else '✕'} {one.text}" for one in tested.checks)
    cost = "unknown price" if tested.cost_nano_usd is None else money(tested.cost_nano_usd)
    return f"{tested.model}: {tested.badge}, {seconds(tested.seconds)}, {cost}. {checks}"


def found_words(listed: ModelsListed) -> str:
    """Say in one line which servers and keys were found; empty where there are none."""
    servers = [
        f"{server_title(one)} is here with {plural(one.models, 'model')}" for one in listed.servers if one.models
    ]
    keys = [
        f"{one.variable} is set" if one.place == "environment" else f"a key of {one.title} is kept"
        for one in listed.keys
        if one.place is not None
    ]
    return " · ".join((*servers, *keys))


def server_title(server: ServerLooked) -> str:
    """Give the name that people know a server by."""
    known = None if server.is_added else PROVIDERS.get(server.name)
    return known.title if known is not None else server.name


def is_taken(server: str) -> bool:
    """Tell whether models of another server or provider are called by this name already."""
    return server in PROVIDERS or server == BUILT_IN_MODEL.partition("/")[0]


def window_words(model: ModelListed) -> str:
    """Write a window: `128k`."""
    return short_number(model.window_tokens) if model.window_tokens else ""
