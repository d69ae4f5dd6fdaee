"""The schema's versions (Alembic), without an alembic.ini: everything is said here."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, make_url

from service.domain.errors import Conflict, message
from service.store.work import create_engine_for

if TYPE_CHECKING:
    from alembic.config import Config

_VERSIONS = Path(__file__).parent / "versions"
_UPGRADE_LOCK = 7_239_120
"""PostgreSQL advisory lock: two processes that start together upgrade one after the other."""


def upgrade(url: str) -> None:
    """Brings the schema to the newest version; does nothing if it is there already."""
    # Loading Alembic takes longer than most commands run: who changes no schema does without.
    from alembic import command  # noqa: PLC0415

    engine = create_engine_for(make_url(url)).execution_options(immediate=True)
    with disposing(engine), engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_UPGRADE_LOCK})")
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def require_current(engine: Engine) -> None:
    """Checks that the schema is the newest.

    Raises:
        Conflict: with the command that brings it up to date.
    """
    with engine.connect() as connection:
        found = None
        if inspect(connection).has_table("alembic_version"):
            found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    newest = newest_version()
    if found != newest:
        raise Conflict(
            message(
                "The database schema is {found}, this program needs {newest}: run `trinh load PATH` "
                "or `trinh deploy PATH`, which bring it up to date.",
                found=found or "empty",
                newest=newest,
            )
        )


def newest_version() -> str:
    """The newest version this program has: the number with which the names of the files begin."""
    return max(file.name.partition("_")[0] for file in _VERSIONS.glob("*.py"))


@contextmanager
def disposing(engine: Engine) -> Iterator[None]:
    """Closes the connections of an engine that is needed no longer, whatever happened."""
    try:
        yield
    finally:
        engine.dispose()


def configuration() -> "Config":
    """Alembic's configuration for this package; also used to write a new revision."""
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config
