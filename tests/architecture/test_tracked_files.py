"""What is committed works anywhere: it names no machine and no registry."""

import json
import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.sources import ROOT, pyproject, relative, tracked_files

LOCAL = re.compile(
    r"(?:^|[\s\"'=:(])/(?:root|home|work|Users)/\w"  # somebody's folder
    r"|pypi\.org|pythonhosted\.org|registry\.(?:npmjs|yarnpkg)"  # a registry
)
THIS = Path(__file__).resolve()
BINARY = {".docx", ".gif", ".ico", ".jpg", ".pdf", ".png", ".ttf", ".webp", ".woff", ".woff2", ".xlsx"}
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])?==(?P<version>[^\s;\\]+)", re.MULTILINE)


def test_no_file_names_a_machine_or_a_registry() -> None:
    found = {
        f"{relative(path)}:{number}: {line.strip()[:100]}"
        for path in tracked_files()
        if path.suffix not in BINARY and path != THIS
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if LOCAL.search(line)
    }
    assert not found


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.txt")), ids=relative)
def test_a_python_lock_pins_by_hash_and_names_no_place(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    pins = [block for block in re.split(r"\n(?=[a-z])", text) if PIN.match(block)]
    assert pins
    assert all("--hash=sha256:" in block for block in pins)


def test_an_npm_lock_pins_by_hash_and_names_no_place() -> None:
    for path in (p for p in tracked_files() if p.name == "package-lock.json"):
        packages = json.loads(path.read_text(encoding="utf-8"))["packages"]
        for name, package in packages.items():
            assert "resolved" not in package, f"{relative(path)}: {name}"
            assert not name or "integrity" in package, f"{relative(path)}: {name}"


def test_the_python_locks_satisfy_what_is_declared() -> None:
    declared = pyproject()
    wanted = {"runtime": declared["project"]["dependencies"]}
    wanted["bootstrap"] = declared["dependency-groups"]["bootstrap"]
    wanted["dev"] = [
        *wanted["runtime"],
        *wanted["bootstrap"],
        *(entry for entry in declared["dependency-groups"]["dev"] if isinstance(entry, str)),
    ]
    for lock, lines in wanted.items():
        versions = locked_versions(ROOT / "requirements" / f"{lock}.txt")
        for requirement in map(Requirement, lines):
            pinned = versions.get(canonicalize_name(requirement.name), set())
            assert any(map(requirement.specifier.contains, pinned)), f"{requirement}: run `make lock`"


def test_tests_run_with_what_production_gets() -> None:
    runtime = locked_versions(ROOT / "requirements" / "runtime.txt")
    tested = locked_versions(ROOT / "requirements" / "dev.txt")
    assert {name: tested.get(name) for name in runtime} == runtime


def locked_versions(path: Path) -> dict[str, set[str]]:
    """The versions a lock allows by library; several when they differ by Python's version."""
    versions: dict[str, set[str]] = {}
    for pin in PIN.finditer(path.read_text(encoding="utf-8")):
        versions.setdefault(canonicalize_name(pin["name"]), set()).add(pin["version"])
    return versions
