"""Fixtures for every test: databases and worlds. And the rule that a unit test opens no socket.

Deploying is slow (the diagram is checked in a process of its own, passwords are hashed), so it is done
once per kind of database; every test gets a copy.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from service import memory
from service.store import migrations
from tests.builders import BEGINS_AT, World, build_world
from tests.support.beginnings import Beginnings
from tests.support.databases import PostgreSQL, SQLite, running_postgresql

MEMORY = Path("/dev/shm")  # noqa: S108 - what lies there has random names and is removed
ENOUGH_MEMORY = 4 * 1024**3
UNIT_TESTS = Path(__file__).parent / "unit"

# How long an example takes says more about the machine's other work than about ours. The suite tries the same
# examples each time, so that a change is refused for what it does; `make models` searches for others, and so
# does any test with --hypothesis-profile=searching.
settings.register_profile("repeating", deadline=None, derandomize=True)
settings.register_profile("searching", deadline=None)
settings.load_profile("repeating")

# Thousands of small databases are made and thrown away: where the machine has memory to lend, they need
# not wait for its disk. What a power cut would do to them is no question of these tests.
if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH_MEMORY:
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(UNIT_TESTS):
            item.add_marker(pytest.mark.disable_socket)


def pytest_collection_finish() -> None:
    """A million objects live on: looking at them over and over took an eighth of the time."""
    memory.settle()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL server, started by the first test that asks."""
    with running_postgresql() as server:
        yield server


@pytest.fixture(scope="session")
def postgresql_template(postgresql: PostgreSQL) -> Iterator[str]:
    """The address of a migrated database that tests copy and nobody writes to."""
    url = postgresql.create()
    migrations.upgrade(url)
    yield url
    postgresql.drop(url)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file that tests copy and nobody writes to."""
    path = tmp_path_factory.mktemp("template") / "trinh.sqlite3"
    migrations.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of an empty, migrated SQLite database, this test's alone."""
    path = shutil.copy(sqlite_template, tmp_path / "trinh.sqlite3")
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgresql: PostgreSQL, postgresql_template: str) -> Iterator[str]:
    """The address of an empty, migrated PostgreSQL database, this test's alone."""
    url = postgresql.create(like=postgresql_template)
    yield url
    postgresql.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty, migrated database, this test's alone; the test runs once on each kind."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture(scope="session")
def deployed_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the shipped service and its people, that tests copy and nobody writes to."""
    folder = tmp_path_factory.mktemp("deployed")
    path = Path(shutil.copy(sqlite_template, folder / "trinh.sqlite3"))
    build_world(f"sqlite:///{path}", folder / "attachments", BEGINS_AT).database.dispose()
    return path


@pytest.fixture(scope="session")
def deployed_postgresql(
    postgresql: PostgreSQL, postgresql_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a database with the shipped service and its people, copied like `deployed_sqlite`."""
    url = postgresql.create(like=postgresql_template)
    build_world(url, tmp_path_factory.mktemp("deployed") / "attachments", BEGINS_AT).database.dispose()
    yield url
    postgresql.drop(url)


@pytest.fixture
def world_url_sqlite(deployed_sqlite: Path, tmp_path: Path) -> str:
    """The address of a deployed SQLite database, this test's alone."""
    return f"sqlite:///{shutil.copy(deployed_sqlite, tmp_path / 'trinh.sqlite3')}"


@pytest.fixture(scope="session")
def beginnings_sqlite(deployed_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Beginnings:
    """What tests on SQLite begin with."""
    return Beginnings(SQLite(), f"sqlite:///{deployed_sqlite}", tmp_path_factory.mktemp("stories"))


@pytest.fixture(scope="session")
def beginnings_postgresql(
    postgresql: PostgreSQL, deployed_postgresql: str, tmp_path_factory: pytest.TempPathFactory
) -> Beginnings:
    """What tests on PostgreSQL begin with; the databases of its stories end with the server."""
    return Beginnings(postgresql, deployed_postgresql, tmp_path_factory.mktemp("stories"))


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """The shipped service with people, at 09:00 on 20/11/2024; the test runs on both databases."""
    beginnings: Beginnings = request.getfixturevalue(f"beginnings_{request.param}")
    with beginnings.world(tmp_path) as world:
        yield world
