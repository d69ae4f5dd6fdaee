"""The whole application over a database of each kind, with everything shipped deployed and some people."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from service.app import create_app
from service.clock import FakeClock
from service.operations.services import Services
from service.settings import Settings
from service.store.work import Database
from tests.builders import World, build_world, local
from tests.support.databases import PostgreSQL

BEGINS = "2024-11-20 09:00"


@pytest.fixture(scope="session")
def sqlite_world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with everything deployed, that tests copy and nobody writes to."""
    folder = tmp_path_factory.mktemp("world")
    path = Path(shutil.copy(sqlite_template, folder / "trinh.sqlite3"))
    build_world(f"sqlite:///{path}", folder, BEGINS).database.dispose()
    return path


@pytest.fixture(scope="session")
def postgresql_world(
    postgresql: PostgreSQL, postgresql_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a database with everything deployed, that tests copy and nobody writes to."""
    url = postgresql.create(like=postgresql_template)
    build_world(url, tmp_path_factory.mktemp("world"), BEGINS).database.dispose()
    yield url
    postgresql.drop(url)


@pytest.fixture
def sqlite_world_url(sqlite_world: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(sqlite_world, tmp_path / 'trinh.sqlite3')}"


@pytest.fixture
def postgresql_world_url(postgresql: PostgreSQL, postgresql_world: str) -> Iterator[str]:
    url = postgresql.create(like=postgresql_world)
    yield url
    postgresql.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A world of this test's own; the test runs once on each kind of database."""
    url = request.getfixturevalue(f"{request.param}_world_url")
    clock = FakeClock(local(BEGINS))
    world = World(Database(url, clock), clock, tmp_path / "attachments")
    yield world
    world.database.dispose()


@pytest.fixture
def app(world: World) -> Flask:
    """The whole application over the world."""
    settings = Settings(
        data_folder=world.folder.parent,
        database_url=world.database.url.render_as_string(hide_password=False),
        host="127.0.0.1",
        port=8000,
        base_url="http://localhost",
        secret_key="a-secret-key-of-more-than-32-characters",
        attachment_bytes=2 * 1024**2,
    )
    app = create_app(Services(settings, world.database, world.clock))
    app.testing = True
    return app
