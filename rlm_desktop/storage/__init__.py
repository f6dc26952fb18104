"""Durable memory: one SQLite file."""
