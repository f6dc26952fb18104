"""A process gives up its rights for good: Landlock, seccomp and limits; the standard library only."""
