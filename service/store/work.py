"""The unit of work: one Work = one transaction = one instant.

Entry points open it; operations and queries never commit. On SQLite a writing Work begins with
IMMEDIATE, because a lock taken later could find the database changed underneath; on PostgreSQL the
dossier's row is locked instead.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from copy import copy
from datetime import UTC, datetime
from pathlib import Path
from select import POLLIN, poll
from typing import Any, TypeVar, cast

from psycopg import RawCursor
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, DisconnectionError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.util import LRUCache

from service.clock import Clock
from service.domain.errors import Conflict, Overtaken, Unavailable, message

SAFE_WAL_SQLITE = (3, 51, 3)
"""The first SQLite whose write-ahead log does not lose pages at a reset race."""
BUSY_TIMEOUT_SECONDS = 30
CONNECT_TIMEOUT_SECONDS = 10
MOST_REMEMBERED = 1000
MOST_STATEMENTS = 1000
"""Compiled for one kind of database; the program has some hundreds."""
_SQLITE_PASSING = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)
"""What SQLite calls operational and may pass; the rest of it, such as a missing table, does not."""
Known = TypeVar("Known")


class Work:
    """An open transaction and the one instant, in UTC, at which all of it happens."""

    def __init__(self, session: Session, now: datetime, remembered: dict[Hashable, Any]) -> None:
        self.session = session
        self.now = now.astimezone(UTC)
        self._undo: list[Callable[[], None]] = []
        self._remembered = remembered
        self._learned: dict[Hashable, Any] = {}

    def recall(self, key: Hashable, read: Callable[[], Known]) -> Known:
        """What `read` answers, read once per process: for plain values that never change under their key.

        Nobody else hears of it before this Work has ended well: what was read may have been written here.
        """
        if key not in self._learned:
            known = self._remembered.get(key)  # Another thread may forget it between two looks.
            self._learned[key] = read() if known is None else known
        return cast(Known, self._learned[key])

    def remember(self) -> None:
        """Passes on what this Work has read, now that it holds."""
        if len(self._remembered) > MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered.update(self._learned)

    def at(self, now: datetime) -> "Work":
        """The same transaction at another instant: for what is told as one but happened over days."""
        other = copy(self)
        other.now = now.astimezone(UTC)
        return other

    def on_rollback(self, undo: Callable[[], None]) -> None:
        """Remembers how to take back something outside the database, should nothing be kept."""
        self._undo.append(undo)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part that can fail by itself: an error takes back this part only, and is raised on."""
        kept, learned = len(self._undo), dict(self._learned)
        try:
            with self.session.begin_nested():
                yield
        except BaseException:
            while len(self._undo) > kept:
                self._undo.pop()()
            self._learned.clear()
            self._learned.update(learned)
            raise

    def undo(self) -> None:
        """Takes back what happened outside the database, the last first."""
        while self._undo:
            self._undo.pop()()

    @property
    def on_postgresql(self) -> bool:
        """Whether the database locks rows (else the whole database is locked already)."""
        return self.session.get_bind().dialect.name == "postgresql"


class Database:
    """The connection pool of one database, and the way to open Works on it."""

    def __init__(self, url: str, clock: Clock, *, pool_size: int = 10) -> None:
        self.url = make_url(url)
        self.clock = clock
        self.engine = create_engine_for(self.url, pool_size=pool_size)
        self._writer = self.engine.execution_options(immediate=True)
        self._readers = self._snapshots = self._glancers = self.engine
        self._keeps_plans = self.url.get_backend_name() == "postgresql"
        if self._keeps_plans:
            self._readers = self.engine.execution_options(postgresql_readonly=True)
            self._snapshots = self._readers.execution_options(isolation_level="REPEATABLE READ")
            self._glancers = self._readers.execution_options(isolation_level="AUTOCOMMIT")
        self._remembered: dict[Hashable, Any] = {}

    @contextmanager
    def write(self, now: datetime | None = None) -> Iterator[Work]:
        """Opens a Work that may change rows; commits when the block ends well, else rolls back.

        Once COMMIT has been sent, only the database knows whether it holds: an answer may be lost on its
        way. What was done outside the database is therefore taken back only before that.

        Raises:
            Overtaken: when another transaction changed the same dossier first.
            Conflict: when another transaction recorded the same first.
            Unavailable: when the database cannot be reached or is too busy.
        """
        pending: Work | None = None
        try:
            with _in_our_words(), Session(self._writer, expire_on_commit=False) as session:
                session.connection()
                work = pending = Work(session, now or self.clock.now(), self._remembered)
                yield work
                session.flush()
                pending = None
                session.commit()
            work.remember()
        finally:
            if pending is not None:
                pending.undo()

    @contextmanager
    def read(self, now: datetime | None = None, *, snapshot: bool = False) -> Iterator[Work]:
        """Opens a Work that only reads; nothing it does is kept.

        With `snapshot` all of its statements see the same database, whatever is written meanwhile. On
        SQLite every Work does.

        Raises:
            Unavailable: when the database cannot be reached or is too busy.
        """
        with self._reading(self._snapshots if snapshot else self._readers, now) as work:
            yield work
            if self._keeps_plans:
                # The driver forgets its prepared statements when it rolls back, and the server would plan
                # each of them anew for every page. There is nothing to commit: the server lets nobody write.
                work.session.expunge_all()
                work.session.commit()

    @contextmanager
    def glance(self) -> Iterator[Work]:
        """Opens a Work for a few statements that read, each of which may see what holds at its own moment.

        PostgreSQL is asked for no transaction around them, which would take two more questions (ADR 33), and
        keeps nobody from writing.

        Raises:
            Unavailable: when the database cannot be reached or is too busy.
        """
        with self._reading(self._glancers, None) as work:
            yield work

    @contextmanager
    def _reading(self, reader: Engine, now: datetime | None) -> Iterator[Work]:
        with _in_our_words(), Session(reader, expire_on_commit=False, autoflush=False) as session:
            work = Work(session, now or self.clock.now(), self._remembered)
            yield work
            work.remember()

    def dispose(self) -> None:
        """Closes all connections."""
        self.engine.dispose()


class _Statements(LRUCache[Any, Any]):
    """What SQLAlchemy has compiled for one kind of database, shared by all engines of that kind.

    Compiling takes longer than running, and every rehearsal has a database and so an engine of its own.
    """

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get(key[1:], default)

    def __setitem__(self, key: tuple[Any, ...], value: Any) -> None:
        # The first of a key is the engine's dialect; those of one kind are alike.
        super().__setitem__(key[1:], value)


_statements: defaultdict[str, _Statements] = defaultdict(lambda: _Statements(MOST_STATEMENTS))


def create_engine_for(url: URL, *, pool_size: int = 10) -> Engine:
    """An engine with the safe settings of each database; makes the folder of an SQLite file."""
    shared = {"compiled_cache": _statements[url.get_backend_name()]}
    if url.get_backend_name() == "postgresql":
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            execution_options=shared,
            pool_size=pool_size,
            use_native_hstore=False,  # There is none; looking for it takes two statements.
            # The driver would look through long statements for its own placeholders each time (ADR 29).
            paramstyle="numeric_dollar",
            connect_args={"connect_timeout": CONNECT_TIMEOUT_SECONDS, "cursor_factory": RawCursor},
        )
        event.listen(engine, "connect", _prepare_postgresql)
        event.listen(engine, "checkout", _refuse_dropped)
        return engine
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, execution_options=shared, connect_args={"timeout": BUSY_TIMEOUT_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def sqlite_journal_mode() -> str:
    """The journal mode that is safe with the linked SQLite."""
    return "WAL" if sqlite3.sqlite_version_info >= SAFE_WAL_SQLITE else "DELETE"


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Turns what may happen to any transaction into errors of the domain."""
    try:
        yield
    except StaleDataError as error:
        raise Overtaken(
            message("Somebody else has just changed this. Reload the page and look again.")
        ) from error
    except IntegrityError as error:
        if not _is_duplicate(error):
            raise
        raise Conflict(
            message("Somebody else has just recorded the same. Reload the page and look again.")
        ) from error
    except (DBAPIError, NoFreeConnection) as error:
        if not _is_passing(error):
            raise
        raise Unavailable(
            message(
                "The database does not answer just now. Wait a little, look what was kept, and try again."
            )
        ) from error


def _is_passing(error: DBAPIError | NoFreeConnection) -> bool:
    """Whether the same may succeed later: a lost connection, a lock held too long, a deadlock."""
    if isinstance(error, NoFreeConnection) or error.connection_invalidated:
        return True
    code: int | None = getattr(error.orig, "sqlite_errorcode", None)
    # The low byte of an extended code is its kind.
    return isinstance(error, OperationalError) and (code is None or code & 0xFF in _SQLITE_PASSING)


def _is_duplicate(error: IntegrityError) -> bool:
    """Whether a unique constraint refused the row; any other violation is a fault of ours."""
    return getattr(error.orig, "sqlstate", None) == "23505" or "UNIQUE constraint" in str(error.orig)


def _prepare_postgresql(connection: Any, _record: object) -> None:
    """Every statement reads little: to start processes or a compiler for it would take longer."""
    connection.execute("SET max_parallel_workers_per_gather = 0")
    connection.execute("SET jit = off")
    connection.commit()


def _refuse_dropped(connection: Any, _record: object, _lent: object) -> None:
    """Has a connection that its server has closed replaced by a new one, before anybody uses it.

    A server that is restarted says so, and what it has said can be read: that is seen without asking it
    anything. One that vanished without a word would not answer a question either.

    Raises:
        DisconnectionError: there is something to read, where nothing was asked.
    """
    if connection.closed:
        raise DisconnectionError
    listening = poll()  # Unlike `select` it knows files beyond the thousandth: a server keeps many open.
    listening.register(connection.fileno(), POLLIN)
    if listening.poll(0):
        raise DisconnectionError


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    wanted = sqlite_journal_mode()
    (found,) = cursor.execute(f"PRAGMA journal_mode={wanted}").fetchone()
    if found.upper() not in {wanted, "MEMORY"}:  # Databases in memory have no other.
        raise Unavailable(
            message(
                "The database file cannot keep the journal that is safe here ({wanted}), only {found}: put "
                "it on a disk of this machine, and let no other program open it.",
                wanted=wanted,
                found=found.upper(),
            )
        )
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
