"""PostgreSQL databases in which one world after the other takes place.

To make a database, to connect to it and to drop it takes the server longer than most tests do anything in
it. So the next world moves in where the last one has left, and what has changed there is taken back. What
that is, the server tells of every row, whoever has written it. A database is dropped as ever when tables
themselves have changed in it, or when others were told of its address.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from service.store.work import Database
from tests.support.databases import PostgreSQL, plain_address

MOST_WORLDS = 50
"""How many worlds a database sees: rows that are deleted leave gaps, and nobody tidies up."""
CATALOGS = ("pg_class", "pg_statistic")
"""Where the server writes down that tables have changed, and what is usually in them."""
OTHERS_LEAVE_WITHIN_MS = 5000

Connection = psycopg.Connection[Any]
Marks = Mapping[str, tuple[int, int | None]]
"""Of each table: how many rows it has, and which transaction has written the newest."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds: the rows of each table as COPY writes them, and how far its numbers are."""

    rows: Mapping[str, bytes]
    numbers: Mapping[str, int | None]


class Room:
    """A database, with connections to it that are kept open."""

    def __init__(self, address: str, contents: Contents) -> None:
        self._landlord: Connection = psycopg.connect(
            plain_address(address), autocommit=True, prepare_threshold=0
        )
        self._catalogs = _marks(self._landlord, CATALOGS)
        self._contents = contents
        self._marks = _marks(self._landlord, contents.rows)
        self.left_open: list[Connection] = []
        self._worlds = 0

    def is_fit(self) -> bool:
        """Whether it has the tables that it had, and not too many gaps."""
        return self._worlds < MOST_WORLDS and _marks(self._landlord, CATALOGS) == self._catalogs

    def furnish(self, wanted: Contents) -> None:
        """Takes back what has changed, and brings what is wanted."""
        mine = [one.info.backend_pid for one in (self._landlord, *self.left_open)]
        self._landlord.execute(
            "SELECT pg_terminate_backend(pid, %s) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> ALL (%s)",
            (OTHERS_LEAVE_WITHIN_MS, mine),
        )
        found, there = _marks(self._landlord, wanted.rows), self._contents.rows
        other = [
            table
            for table, rows in wanted.rows.items()
            if found[table] != self._marks[table] or there[table] != rows
        ]
        with self._landlord.transaction(), self._landlord.cursor() as cursor:
            # No key is checked and no trigger fires: all of it is as it was once before.
            cursor.execute("SET LOCAL session_replication_role = replica")
            for table in other:
                cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
                if rows := wanted.rows[table]:
                    with cursor.copy(_copy(table, "FROM STDIN")) as copy:
                        copy.write(rows)
            _set_numbers(cursor, wanted.numbers)
        self._contents, self._worlds = wanted, self._worlds + 1
        self._marks = {**self._marks, **(_marks(self._landlord, other) if other else {})}

    def contents(self) -> Contents:
        """All that it holds now."""
        return contents_of(self._landlord)

    def close(self) -> None:
        """Closes all connections."""
        for connection in (self._landlord, *self.left_open):
            connection.close()


class Rooms:
    """The stage of worlds on PostgreSQL (tests/support/beginnings.py). Its user must be a superuser."""

    def __init__(self, server: PostgreSQL, deployed: str) -> None:
        self._server = server
        self._deployed = deployed
        self._free: list[str] = []
        self._rooms: dict[str, Room] = {}
        with psycopg.connect(plain_address(deployed)) as connection:
            self._built = contents_of(connection)

    def address(self, folder: Path) -> str:
        """A database that is free, or that can be made."""
        return self._free.pop() if self._free else self._server.address()

    def lay(self, kept: Contents, address: str) -> None:
        """Furnish the room at an address; build one if there is none, or none that can be furnished."""
        if address in self._rooms and not self._rooms[address].is_fit():
            self._drop(address)
        if address not in self._rooms:
            self._server.copy(self._deployed, address)
            self._rooms[address] = Room(address, self._built)
        self._rooms[address].furnish(kept)

    def keep(self, address: str) -> Contents:
        """Remember what a database holds; it is free now."""
        if address == self._deployed:
            return self._built
        self._free.append(address)
        return self._rooms[address].contents()

    def connection(self, address: str) -> Connection | None:
        """A connection that the last world has left open."""
        left_open = self._rooms[address].left_open
        return left_open.pop() if left_open else None

    def leave(self, database: Database, *, told_all: bool) -> None:
        """Keep the database for another world, and its connections that are idle."""
        address = database.url.render_as_string(hide_password=False)
        room = self._rooms.get(address)
        if room is not None and told_all:
            room.left_open += _idle(database)
        database.dispose()
        if told_all:
            self._free.append(address)
        else:
            self._drop(address)

    def close(self) -> None:
        """Drop all databases."""
        for address in tuple(self._rooms):
            self._drop(address)

    def _drop(self, address: str) -> None:
        if room := self._rooms.pop(address, None):
            room.close()
            self._server.drop(address)


def contents_of(connection: Connection) -> Contents:
    """All that a database holds."""
    with connection.cursor() as cursor:
        tables = cursor.execute(
            "SELECT relname FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"
        ).fetchall()
        rows: dict[str, bytes] = {}
        for (table,) in tables:
            with cursor.copy(_copy(table, "TO STDOUT")) as copy:
                rows[table] = b"".join(bytes(part) for part in copy)
        return Contents(rows, _numbers(cursor))


def _copy(table: str, way: str) -> sql.Composed:
    return sql.SQL("COPY {} " + way).format(sql.Identifier(table))  # type: ignore[arg-type]


def _marks(connection: Connection, tables: Iterable[str]) -> Marks:
    one = "SELECT {}, count(*), max(xmin::text::bigint) FROM {}"
    query = sql.SQL(" UNION ALL ").join(
        sql.SQL(one).format(sql.Literal(table), sql.Identifier(table)) for table in tables
    )
    return {table: (count, newest) for table, count, newest in connection.execute(query)}


def _numbers(cursor: psycopg.Cursor[Any]) -> Mapping[str, int | None]:
    query = "SELECT oid::regclass::text, pg_sequence_last_value(oid) FROM pg_class WHERE relkind = 'S'"
    return dict(cursor.execute(query).fetchall())


def _set_numbers(cursor: psycopg.Cursor[Any], wanted: Mapping[str, int | None]) -> None:
    other = wanted.items() - _numbers(cursor).items()
    if other:
        given = [(name, last or 1, last is not None) for name, last in other]
        cursor.executemany("SELECT setval(%s::regclass, %s, %s)", given)


def _idle(database: Database) -> list[Connection]:
    """Takes the connections that nobody uses out of a pool, as they were when they were opened."""
    pool: Any = database.engine.pool
    found: list[Connection] = []
    for pooled in [pool.connect() for _ in range(pool.checkedin())]:
        connection: Connection = pooled.dbapi_connection
        pooled.detach()
        with suppress(psycopg.OperationalError):
            connection.rollback()
            connection.execute("RESET ALL")
            connection.execute("SELECT pg_advisory_unlock_all()")
            connection.commit()
            found.append(connection)
    return found
