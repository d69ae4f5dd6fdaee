"""The project's own files, read as text and as syntax."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "service"


def modules() -> list[Path]:
    """Every Python module of the program, tests left out."""
    return sorted(path for folder in (PACKAGE, "benchmarks") for path in (ROOT / folder).rglob("*.py"))


def tracked_files() -> list[Path]:
    """Every file under version control that is still there."""
    # The folder may belong to another user than the one that runs the tests, as in a container.
    listing = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True
    )
    paths = (ROOT / name for name in listing.stdout.decode().split("\0") if name)
    return [path for path in paths if path.is_file()]


def relative(path: Path) -> str:
    """The path as people write it, from the project's root."""
    return path.relative_to(ROOT).as_posix()


def pyproject() -> dict[str, Any]:
    """What pyproject.toml says."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def imports(module: Path) -> Iterator[str]:
    """The top-level packages a module imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def libraries(module: Path) -> set[str]:
    """The packages a module imports that are neither Python's own nor ours."""
    ours = {PACKAGE, "benchmarks"}
    return {name for name in imports(module) if name not in sys.stdlib_module_names | ours}
