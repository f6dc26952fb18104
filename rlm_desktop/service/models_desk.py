"""What the engine process does about models on command: looks for them, tests them, keeps keys."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from rlm_desktop.lm.protocol import LmError
from rlm_desktop.service.errors import ServiceError
from rlm_desktop.service.finding import find_models
from rlm_desktop.service.making import Access
from rlm_desktop.service.model_messages import (
    CheckModel,
    ForgetKey,
    KeepKey,
    KeyKept,
    ListModels,
    ModelCommand,
    ModelTested,
)
from rlm_desktop.service.outbox import Outbox
from rlm_desktop.service.testing import test_model
from rlm_desktop.settings.keys import KeyNotKept


class ModelsDesk:
    """Answers commands about models."""

    def __init__(self, access: Access, outbox: Outbox, begin: Callable[[Coroutine[Any, Any, None]], object]) -> None:
        self._access = access
        self._outbox = outbox
        self._begin = begin
        self._last = ListModels()

    def obey(self, command: ModelCommand) -> None:
        """Begin what a command asks for."""
        match command:
            case ListModels():
                self._last = command
                self._begin(self._list())
            case CheckModel():
                self._begin(self._test(command))
            case KeepKey() | ForgetKey():
                self._begin(self._keep(command))

    async def _list(self) -> None:
        try:
            listed = await find_models(self._access, self._last)
        except (ServiceError, LmError):
            # The variable that was named holds no key: the models of the others are listed all the same.
            others = ListModels(servers=self._last.servers, prices=self._last.prices)
            listed = await find_models(self._access, others)
        self._outbox.say(listed)

    async def _test(self, command: CheckModel) -> None:
        try:
            tested = await test_model(self._access, command, command.model)
        except (ServiceError, LmError) as error:
            tested = ModelTested(model=command.model, problem=str(error))
        self._outbox.say(tested)

    async def _keep(self, command: KeepKey | ForgetKey) -> None:
        keys = self._access.keys
        try:
            if isinstance(command, KeepKey):
                await asyncio.to_thread(keys.keep, command.provider, command.key, command.place)
            else:
                await asyncio.to_thread(keys.forget, command.provider)
        except KeyNotKept as error:
            self._outbox.say(KeyKept(provider=command.provider, problem=str(error)))
            return
        self._outbox.say(KeyKept(provider=command.provider))
        await self._list()
