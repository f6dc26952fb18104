"""Every way in which working with the child can fail on our side."""


class ReplError(Exception):
    """The child could not do its work; the text says what happened."""


class ChildNotStarted(ReplError):
    """No child process could be started, or it did not get ready."""


class NoIsolation(ChildNotStarted):
    """Nothing on this machine can hold a child, so none is started; the text says what to install."""


class ChildGone(ReplError):
    """The child process ended while it was needed."""


class FrameRefused(ReplError):
    """The child sent something that is not allowed, so it is killed."""


class BlockOverdue(ReplError):
    """The block did not stop when it was interrupted."""
