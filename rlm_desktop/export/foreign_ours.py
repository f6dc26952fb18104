"""What our own exports say in foreign formats beyond what those hold."""

from dataclasses import fields, replace
from typing import Any, get_args

from rlm_desktop.export.foreign_fields import Fields
from rlm_desktop.export.foreign_told import ToldCall, ToldRetry
from rlm_desktop.trace.facts import CallRole, CallStatus, CodeError, VariableChange

_ROLES: tuple[CallRole, ...] = get_args(CallRole)
_STATUSES: tuple[CallStatus, ...] = get_args(CallStatus)


def with_ours(call: ToldCall, ours: Fields) -> ToldCall:
    """Add what our own export says of a call beyond the official log."""
    return replace(
        call,
        role=next((role for role in _ROLES if role == ours.text("role")), call.role),
        model=ours.text("model") or call.model,
        label=ours.text("label") or call.label,
        status=next((status for status in _STATUSES if status == ours.text("status")), call.status),
        error=ours.text("error") or call.error,
        started=ours.moment("started") if ours.has("started") else call.started,
        seconds=ours.seconds("seconds") if ours.has("seconds") else call.seconds,
        reasoning=ours.text("reasoning") or call.reasoning,
        cached=ours.flag("cached"),
        retries=tuple(
            ToldRetry(
                attempt=one.count("attempt"), reason=one.text("reason"), wait_seconds=one.seconds("wait_seconds") or 0.0
            )
            for one in ours.parts("retries")
        ),
        is_open=ours.has("finished") and not ours.flag("finished"),
    )


def is_open_step(ours: Fields) -> bool:
    """Tell whether a step's end is not told."""
    return ours.has("finished") and not ours.flag("finished")


def as_it_was(stderr: str, ours: Fields) -> tuple[str, CodeError | None]:
    """Give what went to stderr without the exception that our export put at its end, and that exception."""
    error = ours.part("error")
    if not error.data:
        return stderr, None
    line = error.count("line") if error.has("line") else None
    raised = CodeError(
        type=error.text("type"), message=error.text("message"), line=line, traceback=error.text("traceback")
    )
    shown = "\n" + (raised.traceback.strip("\n") or f"{raised.type}: {raised.message}")
    return stderr.removesuffix(shown), raised


def our_variables(ours: Fields) -> tuple[VariableChange, ...]:
    """Give the variables that a step changed."""
    names = [field.name for field in fields(VariableChange)]
    changes = (Fields({name: one.data.get(name) for name in names}, one.place) for one in ours.parts("variables"))
    return tuple(
        VariableChange(
            **{name: change.text(name) for name in names if name != "change"}, change=_kind_of_change(change)
        )
        for change in changes
    )


def _kind_of_change(change: Fields) -> Any:
    kind = change.text("change")
    return kind if kind in ("new", "changed", "deleted") else "changed"
