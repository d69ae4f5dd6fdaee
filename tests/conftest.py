"""Fixtures for every test: databases. And the rule that a unit test opens no socket."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from service.store import migrations
from tests.support.databases import PostgreSQL, running_postgresql

UNIT_TESTS = Path(__file__).parent / "unit"

# How long an example takes says more about the machine's other work than about ours.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(UNIT_TESTS):
            item.add_marker(pytest.mark.disable_socket)


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
