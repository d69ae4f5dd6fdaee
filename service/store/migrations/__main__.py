"""Writes a new revision from the difference between the tables and the migrations.

`python -m service.store.migrations "What it does"`, then read and polish the file it made.
"""

import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import make_url

from service.store.migrations import configuration, upgrade
from service.store.work import create_engine_for


def write_revision(title: str) -> None:
    """Migrates a scratch database to the newest revision and compares the tables with it."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'scratch.sqlite3'}"
        upgrade(url)
        engine = create_engine_for(make_url(url)).execution_options(immediate=True)
        with engine.begin() as connection:
            config = configuration()
            config.attributes["connection"] = connection
            number = len(list((Path(__file__).parent / "versions").glob("*.py"))) + 1
            command.revision(config, title, autogenerate=True, rev_id=f"{number:04d}")
        engine.dispose()


if __name__ == "__main__":
    write_revision(" ".join(sys.argv[1:]) or "Change the schema")
