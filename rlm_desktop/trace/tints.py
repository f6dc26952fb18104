"""The roles in which words may stand; each has its colour in every theme."""

from typing import Literal

Tint = Literal["text", "muted", "accent", "root", "worker", "code", "answer", "warn", "error"]
