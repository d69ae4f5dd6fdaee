"""Fixtures of integration tests: a world on each kind of database.

Deploying is slow (the diagram is checked in a process of its own, passwords are hashed), so it is done
once per kind of database; every test gets a copy.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.clock import FakeClock
from service.store import migrations
from service.store.work import Database
from tests.builders import World, build_world, local
from tests.support.databases import PostgreSQL

BEGINS_AT = "2024-11-20 09:00"


@pytest.fixture(scope="session")
def deployed_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the shipped service and its people, to be copied."""
    folder = tmp_path_factory.mktemp("deployed")
    path = folder / "trinh.sqlite3"
    _deploy(f"sqlite:///{path}", folder)
    return path


@pytest.fixture(scope="session")
def deployed_postgresql(postgresql: PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a database with the shipped service and its people, to be copied."""
    url = postgresql.create()
    _deploy(url, tmp_path_factory.mktemp("deployed"))
    yield url
    postgresql.drop(url)


@pytest.fixture
def world_url_sqlite(deployed_sqlite: Path, tmp_path: Path) -> str:
    """The address of a deployed SQLite database, this test's alone."""
    return f"sqlite:///{shutil.copy(deployed_sqlite, tmp_path / 'trinh.sqlite3')}"


@pytest.fixture
def world_url_postgresql(postgresql: PostgreSQL, deployed_postgresql: str) -> Iterator[str]:
    """The address of a deployed PostgreSQL database, this test's alone."""
    url = postgresql.create(like=deployed_postgresql)
    yield url
    postgresql.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """The shipped service with people, at 09:00 on 20/11/2024; the test runs on both databases."""
    url: str = request.getfixturevalue(f"world_url_{request.param}")
    clock = FakeClock(local(BEGINS_AT))
    database = Database(url, clock)
    yield World(database, clock, tmp_path / "attachments")
    database.dispose()


def _deploy(url: str, folder: Path) -> None:
    migrations.upgrade(url)
    build_world(url, folder / "attachments", BEGINS_AT).database.dispose()
