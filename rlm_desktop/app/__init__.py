"""Joins the rooms: the window, the command line, the engine process."""
