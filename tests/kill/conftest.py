"""Databases that keep their promises: after a commit, what was written survives."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.clock import FakeClock
from service.store import migrations
from service.store.work import Database
from tests.builders import BEGINS_AT, World, build_world, local
from tests.support.databases import PostgreSQL, running_postgresql


@pytest.fixture(scope="session")
def durable_postgresql() -> Iterator[PostgreSQL]:
    """A server that waits for the disk."""
    with running_postgresql(durable=True) as server:
        yield server


@pytest.fixture
def durable_postgresql_url(durable_postgresql: PostgreSQL) -> Iterator[str]:
    """The address of a migrated database of this test's own: more than one test fills it."""
    url = durable_postgresql.create()
    migrations.upgrade(url)
    yield url
    durable_postgresql.drop(url)


@pytest.fixture(params=["sqlite", "durable_postgresql"])
def durable_world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """The shipped service on each kind of database, set as in production."""
    if request.param == "sqlite":
        clock = FakeClock(local(BEGINS_AT))
        url = request.getfixturevalue("world_url_sqlite")
        built = World(Database(url, clock), clock, tmp_path / "attachments")
    else:
        built = build_world(request.getfixturevalue(f"{request.param}_url"), tmp_path / "attachments")
    yield built
    built.database.dispose()
