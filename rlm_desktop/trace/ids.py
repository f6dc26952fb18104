"""Numbers and names by which the parts of a run are known."""

from typing import NewType

RunId = NewType("RunId", str)
"""A recorded run: one journal. Sortable by time of start."""

NodeId = NewType("NodeId", int)
"""A part of a run, unique in its journal. The engine counts up from 1; what only the fold makes is negative."""

RunNodeId = NewType("RunNodeId", NodeId)
"""The run itself or a child run in it."""

TurnId = NewType("TurnId", NodeId)
StepId = NewType("StepId", NodeId)
CallId = NewType("CallId", NodeId)
BatchId = NewType("BatchId", NodeId)
ChoiceId = NewType("ChoiceId", NodeId)

Digest = NewType("Digest", str)
"""The content address of a kept text: BLAKE2b, 16 bytes, hexadecimal."""
