"""The schema's versions (Alembic), without an alembic.ini: everything is said here."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, make_url

from service.domain.errors import Conflict, message
from service.store.work import create_engine_for

_UPGRADE_LOCK = 7_239_120
"""PostgreSQL advisory lock: two processes that start together upgrade one after the other."""


def upgrade(url: str) -> None:
    """Brings the schema to the newest version; does nothing if it is there already."""
    engine = create_engine_for(make_url(url)).execution_options(immediate=True)
    with disposing(engine), engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_UPGRADE_LOCK})")
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def require_current(url: str) -> None:
    """Checks that the schema is the newest.

    Raises:
        Conflict: with the command that brings it up to date.
    """
    engine = create_engine_for(make_url(url))
    with disposing(engine), engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    newest = _newest()
    if found != newest:
        raise Conflict(
            message(
                "The database schema is {found}, this program needs {newest}: run `trinh load PATH` "
                "or `trinh deploy PATH`, which bring it up to date.",
                found=found or "empty",
                newest=newest,
            )
        )


@cache
def _newest() -> str | None:
    """The newest version this program has; finding it loads them all."""
    return ScriptDirectory.from_config(configuration()).get_current_head()


@contextmanager
def disposing(engine: Engine) -> Iterator[None]:
    """Closes the connections of an engine that is needed no longer, whatever happened."""
    try:
        yield
    finally:
        engine.dispose()


def configuration() -> Config:
    """Alembic's configuration for this package; also used to write a new revision."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config
