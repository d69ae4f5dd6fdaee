"""The schema: made from nothing, equal to the mapped tables, and refused when it is not the newest."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import make_url

from service.domain.errors import Conflict
from service.store import migrations
from service.store.work import create_engine_for
from tests.support.databases import PostgreSQL


@pytest.fixture
def empty_sqlite(tmp_path: Path) -> str:
    """The address of an SQLite file that is not there yet, in a folder that is not either."""
    return f"sqlite:///{tmp_path}/new/folder/trinh.sqlite3"


@pytest.fixture
def empty_postgresql(postgresql: PostgreSQL) -> Iterator[str]:
    """The address of a PostgreSQL database without a schema."""
    url = postgresql.create()
    yield url
    postgresql.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest) -> str:
    """The address of a database without a schema; the test runs once on each kind."""
    return request.getfixturevalue(f"empty_{request.param}")


def test_the_migrations_make_exactly_the_mapped_tables(database_url: str) -> None:
    engine = create_engine_for(make_url(database_url))
    with engine.begin() as connection:
        configuration = migrations.configuration()
        configuration.attributes["connection"] = connection
        command.check(configuration)  # raises when a new revision would not be empty
    engine.dispose()


def test_the_newest_version_is_told_by_the_names_of_the_files() -> None:
    scripts = ScriptDirectory.from_config(migrations.configuration())
    assert migrations.newest_version() == scripts.get_current_head()


def test_an_outdated_schema_is_refused_with_the_command_that_helps(empty_url: str) -> None:
    engine = create_engine_for(make_url(empty_url))
    with pytest.raises(Conflict, match="trinh load"):
        migrations.require_current(engine)
    migrations.upgrade(empty_url)
    migrations.require_current(engine)
    engine.dispose()


def test_a_schema_of_a_newer_program_is_refused(database_url: str) -> None:
    engine = create_engine_for(make_url(database_url))
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'later'")
    with pytest.raises(Conflict, match="later"):
        migrations.require_current(engine)
    engine.dispose()


def test_programs_that_start_together_migrate_once(empty_url: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(migrations.upgrade, [empty_url] * 2))
    engine = create_engine_for(make_url(empty_url))
    migrations.require_current(engine)
    engine.dispose()
