"""Worlds to measure in: the shipped service on a fresh database of each kind, set as in production."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from service.store import migrations
from tests.builders import World, build_world
from tests.support.databases import PostgreSQL, running_postgresql

Stage = Callable[[], AbstractContextManager[World]]
"""Makes a fresh world; what it held is gone at the end of the block."""


@contextmanager
def stages() -> Iterator[dict[str, Stage]]:
    """For each kind of database, how to get a fresh world on it."""
    with running_postgresql(durable=True) as server:
        yield {"SQLite": _on_sqlite, "PostgreSQL": lambda: _on_postgresql(server)}


@contextmanager
def _on_sqlite() -> Iterator[World]:
    with (
        tempfile.TemporaryDirectory(prefix="trinh-bench-") as scratch,
        _world(f"sqlite:///{scratch}/trinh.sqlite3", Path(scratch)) as world,
    ):
        yield world


@contextmanager
def _on_postgresql(server: PostgreSQL) -> Iterator[World]:
    url = server.create()
    with tempfile.TemporaryDirectory(prefix="trinh-bench-") as scratch, _world(url, Path(scratch)) as world:
        yield world
    server.drop(url)


@contextmanager
def _world(url: str, folder: Path) -> Iterator[World]:
    migrations.upgrade(url)
    world = build_world(url, folder / "attachments")
    try:
        yield world
    finally:
        world.database.dispose()
