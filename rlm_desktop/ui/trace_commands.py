"""What can be done in the trace, its detail and the replay of a run, with the keys for it."""

from collections.abc import Callable, Iterator
from functools import partial

from rlm_desktop.ui.commands import Command, Where
from rlm_desktop.ui.trace_panel import TracePanel
from rlm_desktop.ui.trace_view import Way
from rlm_desktop.viewmodel.detail import TABS
from rlm_desktop.viewmodel.replay import Replay
from rlm_desktop.viewmodel.walking import costliest_call, next_error, next_peer, next_turn

Act = Callable[[], object]


class TraceCommands:
    """Makes the commands of a panel. `bring` is told first, so that what is done can be seen."""

    def __init__(self, panel: TracePanel, replay: Replay, holds: Where, bring: Callable[[], None]) -> None:
        self._panel, self._replay, self._holds, self._bring = panel, replay, holds, bring

    def all(self) -> Iterator[Command]:
        """Give them in the order in which they are told."""
        yield from self._rows()
        yield from self._ways()
        yield from self._focus()
        yield from self._copies()
        yield from self._tabs()
        yield from self._playing()

    def _rows(self) -> Iterator[Command]:
        trace = self._panel.trace
        for words, key, rows in (("Next row", "Down", 1), ("Previous row", "Up", -1)):
            step = partial(trace.step_rows, rows)
            yield Command(
                words=words,
                group="Trace",
                keys=(key,),
                act=self._seen(step),
                holds=self._holds,
                within=trace,
                is_native=True,
            )
        moves: tuple[tuple[str, str, Act], ...] = (
            ("First row", "Home", partial(trace.to_end, -1)),
            ("Last row", "End", partial(trace.to_end, 1)),
            ("Open the row, or go into it", "Right", trace.open_or_go_in),
            ("Close the row, or go out of it", "Left", trace.close_or_go_out),
            ("Open every row", "Shift+Right", partial(trace.items.set_all_open, True)),
            ("Close every row", "Shift+Left", partial(trace.items.set_all_open, False)),
        )
        for words, key, move in moves:
            act = self._seen(move)
            yield Command(words=words, group="Trace", keys=(key,), act=act, holds=self._holds, within=trace)

    def _ways(self) -> Iterator[Command]:
        items = self._panel.trace.items
        ways: tuple[tuple[str, str, Way], ...] = (
            ("Next turn", "J", partial(next_turn, step=1)),
            ("Previous turn", "K", partial(next_turn, step=-1)),
            ("Next of its kind", ".", partial(next_peer, step=1)),
            ("Previous of its kind", ",", partial(next_peer, step=-1)),
            ("Next error", "E", lambda trace, here: next_error(trace, here, 1, items.top)),
            ("Previous error", "Shift+E", lambda trace, here: next_error(trace, here, -1, items.top)),
            ("Costliest call", "$", lambda trace, _here: costliest_call(trace, items.top)),
        )
        for words, key, way in ways:
            yield self._command(words, key, partial(self._panel.trace.walk, way))

    def _focus(self) -> Iterator[Command]:
        panel, trace = self._panel, self._panel.trace
        yield self._command("Show only this part, or all again", "F", trace.focus_here)
        yield self._command("Up to the row it belongs to", "Backspace", trace.go_out)
        yield self._command("Follow the run, or stop following", "L", trace.toggle_follow)
        yield self._command("Open its source", "O", panel.open_source)
        yield Command(
            words="Run the failed calls again",
            group="Trace",
            keys=("R",),
            act=self._seen(panel.run_failed_again),
            holds=lambda: self._holds() and panel.failed_fan_out is not None,
        )
        yield self._command("Write a note", "M", panel.edit_note)
        yield self._command("Pin, or take the pin away", "P", panel.detail.note.toggle_pin)
        yield Command(
            words="Show the whole run again",
            group="Trace",
            keys=("Escape",),
            act=panel.show_all,
            holds=lambda: self._holds() and trace.items.top is not None,
            within=trace,
        )
        yield self._command("Filter or search the run", "/", panel.search)
        yield self._command("Next hit of the search", "N", partial(panel.go_to_hit, 1))
        yield self._command("Previous hit of the search", "Shift+N", partial(panel.go_to_hit, -1))

    def _copies(self) -> Iterator[Command]:
        panel = self._panel
        yield Command(words="Copy the row", group="Copy", keys=("C",), act=panel.trace.copy_row, holds=self._has_row)
        yield Command(
            words="Copy with its story, as Markdown",
            group="Copy",
            keys=("Shift+C",),
            act=panel.copy_markdown,
            holds=self._has_row,
        )

    def _tabs(self) -> Iterator[Command]:
        for number, tab in enumerate(TABS, 1):
            show = partial(self._panel.open_tab, tab)
            yield Command(
                words=f"{tab} tab", group="Detail", keys=(str(number),), act=self._seen(show), holds=self._holds
            )
        panel = self._panel
        for words, key, act, within in (
            ("Read the detail", "Return", panel.show_detail, panel.trace),
            ("Back to the trace", "Escape", panel.show_trace, panel.detail),
        ):
            yield Command(
                words=words, group="Detail", keys=(key,), act=self._seen(act), holds=self._holds, within=within
            )

    def _playing(self) -> Iterator[Command]:
        replay = self._replay
        playing: tuple[tuple[str, tuple[str, ...], Act], ...] = (
            ("Play or pause", ("Space",), replay.toggle),
            ("One event back", ("[",), partial(replay.step, -1)),
            ("One event on", ("]",), partial(replay.step, 1)),
            ("Show everything and follow", (), replay.to_end),
        )
        for words, keys, act in playing:
            yield Command(words=words, group="Replay", keys=keys, act=act, holds=self._holds)

    def _command(self, words: str, key: str, act: Act) -> Command:
        return Command(words=words, group="Trace", keys=(key,), act=self._seen(act), holds=self._holds)

    def _seen(self, act: Act) -> Act:
        """Let an act be seen: the trace is shown before."""
        return partial(self._bring_and, act)

    def _bring_and(self, act: Act) -> None:
        self._bring()
        act()

    def _has_row(self) -> bool:
        return self._panel.isVisible() and self._holds() and self._panel.current is not None
