"""An operator at the command line."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import main

Trinh = Callable[..., Result]
"""Types `trinh` with these words, and `typed` where it asks; what is no exit of its own is raised."""


def on_database(url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Trinh:
    """The command line of an operator whose environment names a database and a folder for data."""
    monkeypatch.setenv("TRINH_DATABASE_URL", url)
    monkeypatch.setenv("TRINH_DATA", str(folder / "data"))

    def run(*words: str | Path, typed: str | None = None) -> Result:
        result = CliRunner().invoke(main, [str(word) for word in words], input=typed)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run
