"""What can go wrong between the window, the engine process and a run that is to begin.

ServiceError
├── Refused        a run cannot begin as it was asked for
│   ├── NothingToRead   no document of those given can be read
│   ├── NoKey           the variable with the key is empty
│   └── BadPrices       only one of two prices was given
├── NotKept        pasted text could not be written to a file
├── BadFrame       what came through the pipe is not ours
└── EngineGone     the engine process is not there
"""


class ServiceError(Exception):
    """The text says what is wrong and what to do."""


class Refused(ServiceError):
    """A run cannot begin: no question, no documents, half a price."""


class NothingToRead(Refused):
    """There are no documents, or none that can be read."""


class NoKey(Refused):
    """The environment variable that was named holds no key."""


class BadPrices(Refused):
    """A price has two parts, and one was given."""


class NotKept(ServiceError):
    """The text that was pasted could not be written."""


class BadFrame(ServiceError):
    """Bytes on the pipe that are no message."""


class EngineGone(ServiceError):
    """The engine process could not be started, or has ended."""
