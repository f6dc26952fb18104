"""The one way in which a run tree asks LMs: a reply that is known already is not asked for."""

from rlm_desktop.engine.orders import CallOrder, Heard
from rlm_desktop.engine.replies import KnownReply
from rlm_desktop.engine.sending import Post, Sending, preview_of, start_of
from rlm_desktop.engine.stops import finish_asked
from rlm_desktop.trace.events import CallFinished
from rlm_desktop.trace.ids import CallId


class Caller:
    """Asks LMs for a run tree."""

    def __init__(self, post: Post) -> None:
        self._post = post

    async def ask(self, order: CallOrder) -> Heard:
        """Get a reply. Raises `LmError`, or `WorkStopped` when a limit or the user forbids it."""
        if self._post.control.is_finishing and order.role != "final":
            raise finish_asked()
        known = self._post.replies.find(order)
        if known is None:
            return await Sending(self._post, order).run()
        self._post.budget.calls += 1
        call = self._tell(order, known)
        self._post.on_answered(order)
        return Heard(text=known.text, call=call, cost_nano_usd=known.cost_nano_usd)

    def repeat(self, order: CallOrder, heard: Heard) -> None:
        """Tell of a call that was not sent, because the reply to the very same prompt is here."""
        self._tell(order, KnownReply(text=heard.text, cost_nano_usd=heard.cost_nano_usd), same_as=heard.call)

    def repeat_failure(self, order: CallOrder, error: str) -> None:
        """Tell of a call that was not sent, because the very same prompt has just failed."""
        call = self._start(order)
        source = order.lm.facts.price_source
        self._post.recorder.emit(
            CallFinished(call=call, status="failed", seconds=0.0, cost_nano_usd=0, price_source=source, error=error)
        )

    def _tell(self, order: CallOrder, known: KnownReply, same_as: CallId | None = None) -> CallId:
        keep, call = self._post.recorder.keep, self._start(order)
        self._post.recorder.emit(
            CallFinished(
                call=call,
                status="done",
                seconds=0.0,
                reply=keep(known.text),
                reasoning=keep(known.reasoning) if known.reasoning else None,
                preview=preview_of(order, known.text),
                cost_nano_usd=0,
                price_source=order.lm.facts.price_source,
                cached=True,
                same_as=same_as,
                saved_nano_usd=known.cost_nano_usd,
            )
        )
        return call

    def _start(self, order: CallOrder) -> CallId:
        call = CallId(self._post.recorder.new_id())
        self._post.recorder.emit(start_of(call, order, self._post.recorder))
        return call
