"""Every way in which working with the child can fail on our side."""


class ReplError(Exception):
    """The child could not do its work; the text says what happened."""


class ChildNotStarted(ReplError):  # noqa: N818 -- named for what went wrong, as all our families are
    """No child process could be started, or it did not get ready."""


class ChildGone(ReplError):  # noqa: N818 -- named for what went wrong, as all our families are
    """The child process ended while it was needed."""


class FrameRefused(ReplError):  # noqa: N818 -- named for what went wrong, as all our families are
    """The child sent something that is not allowed, so it is killed."""


class BlockOverdue(ReplError):  # noqa: N818 -- named for what went wrong, as all our families are
    """The block did not stop when it was interrupted."""
