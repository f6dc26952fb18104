"""Which large runs are being got ready, and how far that is."""

from PySide6.QtCore import QObject, Qt, Signal, Slot

from rlm_desktop.trace.ids import RunId


class Preparing(QObject):
    """Says in a line how it goes while skeletons of large runs are made."""

    changed = Signal()
    told = Signal(object, object)  # RunId, float (the share that is done) or None once it is over; from any thread
    left = Signal()
    """The user does not want to wait any longer."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._shares: dict[RunId, float] = {}
        self._given_up: set[RunId] = set()
        self.told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)

    @property
    def words(self) -> str:
        """How it stands; empty when no run is being got ready."""
        what = "this large run" if len(self._shares) == 1 else f"{len(self._shares)} large runs"
        return f"Getting {what} ready: {int(100 * self.share)} %" if self._shares else ""

    @property
    def share(self) -> float:
        """How much of it is done."""
        return sum(self._shares.values()) / (len(self._shares) or 1)

    @Slot()
    def leave(self) -> None:
        """Give it up; nothing more is said of it, though it may take a moment to end."""
        self._given_up |= self._shares.keys()
        self._shares.clear()
        self.left.emit()
        self.changed.emit()

    @Slot(object, object)
    def _on_told(self, run: RunId, share: float | None) -> None:
        if share is None:
            self._shares.pop(run, None)
            self._given_up.discard(run)
        elif run not in self._given_up:
            self._shares[run] = share
        self.changed.emit()
