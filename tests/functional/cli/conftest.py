"""The command line as an operator types it, in process."""

from pathlib import Path

import pytest

from tests.builders import World
from tests.support.operators import Trinh, on_database


@pytest.fixture
def trinh(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Trinh:
    """Runs `trinh` on an empty database of this test's own."""
    return on_database(database_url, tmp_path, monkeypatch)


@pytest.fixture
def deployed(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Trinh:
    """The same on the world's database, where everything that ships has been loaded and deployed."""
    return on_database(world.address(), tmp_path, monkeypatch)
