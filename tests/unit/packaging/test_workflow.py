import importlib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
FILE = ROOT / ".github" / "workflows" / "bundle.yml"


@pytest.fixture
def workflow() -> dict[Any, Any]:
    read: dict[Any, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return read


def test_all_three_systems_are_built_and_tried_out(workflow: dict[Any, Any]) -> None:
    job = workflow["jobs"]["bundle"]
    commands = [step["run"] for step in job["steps"] if "run" in step]

    systems = job["strategy"]["matrix"]["system"]

    assert {system.split("-")[0] for system in systems} == {"ubuntu", "windows", "macos"}
    assert "packaging/dev bundle" in commands
    assert len([command for command in commands if command.endswith("packaging/dev smoke")]) == 2
    assert any(step.get("uses", "").startswith("actions/upload-artifact") for step in job["steps"])


def test_linux_has_what_building_takes_since_nobody_is_there_to_ask(workflow: dict[Any, Any]) -> None:
    steps = workflow["jobs"]["bundle"]["steps"]
    installing = next(step for step in steps if "apt-get install" in step.get("run", ""))

    needed = set(importlib.import_module("dev_libraries")._BUILD_TOOLS.values())

    assert needed <= set(installing["run"].split())
    assert steps.index(installing) < [step.get("run") for step in steps].index("packaging/dev bundle")


def test_without_secrets_nothing_is_signed_and_the_rest_goes_on(workflow: dict[Any, Any]) -> None:
    job = workflow["jobs"]["bundle"]
    signing = [step for step in job["steps"] if step.get("name", "").startswith("Sign")]

    assert {step["name"].split(":")[0] for step in signing} == {"Sign on Windows", "Sign on macOS"}
    for step in signing:
        secret = step["if"].split("env.")[1].split(" ")[0]
        assert step["if"].endswith(f"env.{secret} != ''")
        assert job["env"][secret] == f"${{{{ secrets.{secret} }}}}"


def test_only_the_job_that_makes_the_release_may_write(workflow: dict[Any, Any]) -> None:
    writing = [name for name, job in workflow["jobs"].items() if job.get("permissions", {}).get("contents") == "write"]

    assert workflow["permissions"] == {"contents": "read"}
    assert writing == ["release"]
