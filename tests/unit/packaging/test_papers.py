"""What README and CONTRIBUTING say of this folder is so."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
NUMBERS = {16: "sixteen", 17: "seventeen", 18: "eighteen", 19: "nineteen", 20: "twenty"}
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_the_house_in_contributing_is_the_house_in_the_code():
    rooms = {folder.parent.name for folder in (ROOT / "rlm_desktop").glob("*/__init__.py")}
    told = set(re.findall(r"^\| `(\w+)` \|", CONTRIBUTING, re.MULTILINE))
    drawn = re.findall(r"^__main__ → .*$", CONTRIBUTING, re.MULTILINE)[0]

    assert told == rooms
    assert set(re.findall(r"\w+", drawn)) - {"__main__"} == rooms
    assert f"One package, {NUMBERS[len(rooms)]} rooms" in CONTRIBUTING


def test_the_reading_order_leads_to_files():
    order = re.search(r"\*\*Reading order:\*\* (.*?)\.\n", CONTRIBUTING)

    assert order is not None
    files = re.findall(r"`([\w/.]+)`", order[1])
    assert len(files) == 5
    assert [file for file in files if not (ROOT / "rlm_desktop" / file).is_file()] == []


def test_pictures_and_links_of_the_readme_lead_to_files_and_no_picture_is_left_over():
    named = re.findall(r'(?:\]\(|src(?:set)?=")([\w./-]+)[")]', README)

    assert [name for name in named if not (ROOT / name).exists()] == []
    pictures = {f"resources/screenshots/{file.name}" for file in (ROOT / "resources" / "screenshots").iterdir()}
    assert pictures - set(named) == set()


def test_the_commands_of_packaging_dev_are_told():
    shown = set(re.findall(r"^packaging/dev (\w+)", CONTRIBUTING, re.MULTILINE))
    source = (ROOT / "packaging" / "dev_commands.py").read_text(encoding="utf-8")

    assert shown == set(re.findall(r'add_parser\(\s*"(\w+)"', source))
