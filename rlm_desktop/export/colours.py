"""The role colours: what the window shows and what leaves it has the same ones."""

from typing import Literal

Scheme = Literal["light", "dark", "contrast-light", "contrast-dark"]
Role = Literal[
    "window",
    "base",
    "raised",
    "line",
    "text",
    "muted",
    "accent",
    "root",
    "worker",
    "code",
    "answer",
    "warn",
    "error",
]
Tint = Literal["text", "muted", "accent", "root", "worker", "code", "answer", "warn", "error"]
"""The roles in which words may stand."""

COLOURS: dict[Scheme, dict[Role, str]] = {
    "light": {
        "window": "#F6F7F9",
        "base": "#FFFFFF",
        "raised": "#EEF0F4",
        "line": "#D5D9E0",
        "text": "#1B1F27",
        "muted": "#565E6C",
        "accent": "#2F5FD0",
        "root": "#6B3FC4",
        "worker": "#0B6E74",
        "code": "#8A4B08",
        "answer": "#1A7040",
        "warn": "#8F5A00",
        "error": "#B3261E",
    },
    "dark": {
        "window": "#14161B",
        "base": "#1A1D23",
        "raised": "#23272F",
        "line": "#343A45",
        "text": "#E6E9EF",
        "muted": "#A0A8B6",
        "accent": "#7EA6FF",
        "root": "#B79CFF",
        "worker": "#5CC8CE",
        "code": "#E5A663",
        "answer": "#6FCF97",
        "warn": "#F2C063",
        "error": "#FF8A80",
    },
    # In these all surfaces are one: what lies apart has a line around it, and every ink reaches 7:1.
    "contrast-light": {
        "window": "#FFFFFF",
        "base": "#FFFFFF",
        "raised": "#FFFFFF",
        "line": "#595959",
        "text": "#000000",
        "muted": "#333333",
        "accent": "#0033A0",
        "root": "#4A148C",
        "worker": "#00464A",
        "code": "#5C2E00",
        "answer": "#0B4A22",
        "warn": "#573800",
        "error": "#8A0F0B",
    },
    "contrast-dark": {
        "window": "#000000",
        "base": "#000000",
        "raised": "#000000",
        "line": "#ABABAB",
        "text": "#FFFFFF",
        "muted": "#D6D6D6",
        "accent": "#9CC2FF",
        "root": "#D3B8FF",
        "worker": "#7FE3E8",
        "code": "#FFC58A",
        "answer": "#8FE8B0",
        "warn": "#FFD479",
        "error": "#FFB0A8",
    },
}
