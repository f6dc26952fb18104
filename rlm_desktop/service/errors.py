"""What can go wrong between the window, the engine process and a run that is to begin.

ServiceError
├── Refused        a run cannot begin as it was asked for
├── BadFrame       what came through the pipe is not ours
└── EngineGone     the engine process is not there
"""


class ServiceError(Exception):
    """The text says what is wrong and what to do."""


class Refused(ServiceError):
    """A run cannot begin: no question, no documents, half a price."""


class BadFrame(ServiceError):
    """Bytes on the pipe that are no message."""


class EngineGone(ServiceError):
    """The engine process could not be started, or has ended."""
