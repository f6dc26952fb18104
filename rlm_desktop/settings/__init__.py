"""Preferences, places on disk, and keys."""
