import json

import pytest

from rlm_desktop.corpus.errors import Unreadable
from rlm_desktop.corpus.readers.notebook_reader import NOT_A_NOTEBOOK, read_notebook
from rlm_desktop.corpus.readers.rtf_reader import read_rtf
from rlm_desktop.corpus.readers.subtitles_reader import read_subtitles
from rlm_desktop.corpus.reading import convert


def test_a_notebook_gives_its_cells_and_what_they_printed():
    notebook = {
        "cells": [
            {"cell_type": "markdown", "source": ["# Dues\n", "by year"]},
            {
                "cell_type": "code",
                "source": "print(53)",
                "outputs": [
                    {"output_type": "stream", "text": ["53\n"]},
                    {"output_type": "display_data", "data": {"image/png": "aGk=", "text/plain": "<Figure>"}},
                    {"output_type": "error", "traceback": ["\x1b[31mValueError\x1b[0m: no"]},
                ],
            },
        ]
    }

    made = read_notebook(json.dumps(notebook).encode())

    assert made.text == (
        "# Dues\nby year\n\n```\nprint(53)\n```\n\nOutput:\n53\n\nOutput:\n<Figure>\n\nOutput:\nValueError: no"
    )
    assert [(mark.label, mark.start) for mark in made.marks] == [("cell 1", 0), ("cell 2", 16)]
    assert made.lost == {"image": 1}


def test_an_old_notebook_is_read():
    notebook = {"worksheets": [{"cells": [{"cell_type": "code", "input": "1 + 1", "outputs": [{"text": "2"}]}]}]}

    assert read_notebook(json.dumps(notebook).encode()).text == "```\n1 + 1\n```\n\nOutput:\n2"


@pytest.mark.parametrize("data", [b"[" * 100_000, b"{", b"[1]"])
def test_what_is_no_notebook_is_refused(data: bytes):
    with pytest.raises(Unreadable, match=NOT_A_NOTEBOOK):
        read_notebook(data)


def test_subtitles_give_what_is_said_and_when():
    srt = (
        b"1\r\n00:00:01,000 --> 00:00:02,000\r\n<i>The dues</i>\r\nfell.\r\n\r\n"
        b"2\r\n01:02:03,500 --> 01:02:04,000\r\nTwice."
    )
    vtt = b"WEBVTT\n\nNOTE by us\n\nSTYLE\n::cue {}\n\n01:05.000 --> 01:06.000 align:start\n<v Anna>2 < 3, said</v>"

    assert read_subtitles(srt).text == "[00:00:01] The dues fell.\n[01:02:03] Twice."
    assert read_subtitles(vtt).text == "[01:05] 2 < 3, said"
    assert [mark.label for mark in read_subtitles(srt).marks] == ["00:00:01", "01:02:03"]


def test_rtf_gives_its_words_and_counts_its_images():
    made = read_rtf(rb"{\rtf1\ansi\ansicpg1252 H\'e4fen \u8364? {\b fell}.\par Next{\pict\pngblip 89504e47}}")

    assert made.text == "Häfen € fell.\nNext"
    assert made.lost["image"] == 1


@pytest.mark.parametrize(
    ("name", "data", "kind", "text"),
    [
        ("a.xml", '<?xml version="1.0" encoding="iso-8859-2"?><a>Łódź</a>'.encode("iso-8859-2"), "xml", "Łódź"),
        ("feed", b'<?xml version="1.0"?><rss>x</rss>', "xml", "<rss>"),
        ("a.doc", rb"{\rtf1 plain words}", "rtf", "plain words"),
        ("a.yml", b"dues: 53\n", "yaml", "dues: 53"),
        ("a.log", b"\x1b[32mok\x1b[0m done\n", "log", "ok done"),
        ("letter", b"Return-Path: <a@b>\nMIME-Version: 1.0\n\nwords", "email", "words"),
    ],
)
def test_other_kinds_are_told_apart_and_read(name: str, data: bytes, kind: str, text: str):
    found, made = convert(name, data)

    assert found == kind
    assert text in made.text
