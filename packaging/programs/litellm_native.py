"""Takes the place of litellm's compiled part in the bundle, `litellm.rust_bridge._native`: 45 MB, which no chat calls.

That part serves gateways: counters shared through Redis, databases, recognition of scanned pages, transcription.
litellm's own table (`rust_bridge/catalog.py`) sends every chat through Python. What is named here is what litellm's
modules name while they are imported; what else they look for in the compiled part, they find missing, and say so.
"""


class _Absent:
    def __init__(self, *_words: object, **_named: object) -> None:
        raise RuntimeError("This is a part of litellm for gateways, which RLM Desktop does without.")


AtomicApplied = AtomicOverLimit = GaugeOverLimit = GaugesAcquired = GuardedReply = WindowCount = _Absent
LocalSizes = NativeAuthCache = NativeDatabase = NativeRateLimits = NativeSpendCounters = SpendRead = _Absent
NativeRedisClient = NativeRequestRedis = NativeSend = _Absent
NativeRouterCooldowns = NativeRouterUsage = NativeSensitiveRoutePins = _Absent


class ForkedAfterNativeRuntimeStarted(RuntimeError):
    """Never raised, as none of the faults below: nothing is started here."""


class ProcessReservedForForking(RuntimeError):
    """Told apart by the counting of tokens, which passes it on."""


class RustBridgeDeclined(Exception):
    """Told apart where Python takes over."""


class RustUpstreamError(Exception):
    """Told apart where a provider's refusal is passed on."""


class NativeRedisStoreError(Exception):
    """Told apart by the shared counters."""


def reserve_process_for_forking() -> None:
    """Do nothing: there is nothing that a fork would harm."""
