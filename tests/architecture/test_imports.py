"""The folders tell which library lives where, and who may know whom."""

import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.sources import PACKAGE, ROOT, libraries, modules, pyproject, relative

NEEDED_WITHOUT_IMPORT = {
    "defusedxml": "openpyxl reads the XML of workbooks through it",
    "font-source-sans-pro": "it brings a file, the font of pages on paper",
    "tzdata": "zoneinfo reads it where the machine has no time zones",
}
"""Declared libraries that no module imports, and why they are needed."""


def test_imports_keep_the_contracts() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_library_has_a_home() -> None:
    contracts = pyproject()["tool"]["importlinter"]["contracts"]
    housed = {library for contract in contracts for library in contract.get("protected_modules", ())}
    homeless = {
        f"{relative(module)} imports {library}"
        for module in modules()
        if module.is_relative_to(ROOT / PACKAGE)
        for library in libraries(module) - housed
    }
    assert not homeless, "say in pyproject.toml, by a protected contract, where these libraries live"


def test_the_domain_needs_only_python() -> None:
    used = {relative(m): libraries(m) for m in modules() if m.is_relative_to(ROOT / PACKAGE / "domain")}
    assert {module: names for module, names in used.items() if names} == {}


def test_the_declared_libraries_are_those_imported() -> None:
    distributions = packages_distributions()
    imported = {
        canonicalize_name(distribution)
        for module in modules()
        if module.is_relative_to(ROOT / PACKAGE)
        for library in libraries(module)
        for distribution in distributions.get(library, ())
    }
    declared = {canonicalize_name(Requirement(line).name) for line in pyproject()["project"]["dependencies"]}
    assert imported | set(NEEDED_WITHOUT_IMPORT) == declared
