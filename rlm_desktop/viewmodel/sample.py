"""What comes along to begin with: documents, a question over them, and a recorded run."""

from pathlib import Path

from rlm_desktop.settings.places import resources_dir

QUESTION = "When was the railway spur at Vessby opened to goods?"
"""One that the built-in model answers: the answer stands in one sentence."""
TAG = "sample"
"""Marks the recorded run in the history."""


def documents() -> Path:
    """Give the folder of the sample documents."""
    return resources_dir() / "sample" / "documents"


def recorded_run() -> Path:
    """Give the file of the recorded run; `packaging/dev sample` records it anew."""
    return resources_dir() / "sample" / "harbours.rlmtrace"
