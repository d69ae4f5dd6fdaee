"""Fixtures of integration tests: a world on each kind of database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import World, build_world


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    """The shipped service with people, at 09:00 on 20/11/2024; the test runs on both databases."""
    built = build_world(database_url, tmp_path / "attachments")
    yield built
    built.database.dispose()
