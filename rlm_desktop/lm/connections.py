"""The connections of one process to model servers, made on the first request and closed at the end."""

import asyncio
import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rlm_desktop.lm.http_client import HttpClient, HttpClients


class Connections:
    """Kept between the runs of one event loop."""

    def __init__(self) -> None:
        self._clients: HttpClients | None = None
        self._opening = asyncio.Lock()

    async def to(self, base_url: str) -> "HttpClient":
        """Give the client for an address. The first time, what it needs is imported in a thread."""
        if self._clients is None:
            async with self._opening:
                if self._clients is None:
                    module = await asyncio.to_thread(importlib.import_module, "rlm_desktop.lm.http_client")
                    self._clients = module.HttpClients()
        return self._clients.of(base_url)

    async def close(self) -> None:
        """Close them; they open again when they are wanted."""
        if self._clients is not None:
            await self._clients.close()
