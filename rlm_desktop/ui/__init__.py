"""Paints the window and takes clicks."""
