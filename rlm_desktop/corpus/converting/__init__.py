"""Files become text in worker processes that hold no rights and can be ended at any time."""
