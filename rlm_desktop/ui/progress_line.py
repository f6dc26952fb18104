"""A thin bar that fills."""

from PySide6.QtWidgets import QProgressBar, QSizePolicy, QWidget

_HEIGHT = 4
_STEPS = 1_000


class ProgressLine(QProgressBar):
    """Shows a share; without one it stays empty, for nothing here moves by itself."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Documents read")
        self.setTextVisible(False)
        self.setFixedHeight(_HEIGHT)
        self.setRange(0, _STEPS)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_share(self, share: float | None) -> None:
        """Fill it so far, from 0 to 1."""
        self.setValue(round((share or 0.0) * _STEPS))
