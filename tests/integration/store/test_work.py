"""The unit of work: safe settings, one instant, all or nothing, and errors in our words."""

import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from resource import RLIMIT_NOFILE, getrlimit, setrlimit
from threading import Event, Thread
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, insert, make_url, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from service.clock import FakeClock
from service.domain.errors import Conflict, NotFound, Overtaken, Unavailable
from service.store import dossiers
from service.store.tables import Dossier, Membership, Person, Worker
from service.store.work import SAFE_WAL_SQLITE, Database, Work, create_engine_for, sqlite_journal_mode
from tests.builders import World

NOW = datetime(2024, 11, 20, 2, tzinfo=UTC)


def test_postgresql_starts_no_processes_and_no_compiler_for_a_statement(postgresql_url: str) -> None:
    database = Database(postgresql_url, FakeClock(NOW))
    with database.read() as work:
        said = {
            name: work.session.scalar(text(f"SHOW {name}"))
            for name in ("max_parallel_workers_per_gather", "jit")
        }
    database.dispose()
    assert said == {"max_parallel_workers_per_gather": "0", "jit": "off"}


@pytest.fixture
def database(database_url: str):
    """A migrated, empty database at a still instant."""
    opened = Database(database_url, FakeClock(NOW))
    yield opened
    opened.dispose()


def worker(name: str, at: datetime = NOW) -> Worker:
    """A row that needs no other."""
    return Worker(id=name, started_at=at)


def fail(database: Database, do: Callable[[Work], object]) -> None:
    """Does something in a Work that then fails."""
    with database.write() as work:
        do(work)
        dossiers.lock(work, 4711)


def names(database: Database) -> list[str]:
    """The rows that hold."""
    with database.read() as work:
        return list(work.session.scalars(select(Worker.id).order_by(Worker.id)))


def test_the_write_ahead_log_is_used_only_where_sqlite_is_safe_with_it(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version, mode in ((SAFE_WAL_SQLITE, "WAL"), ((3, 51, 2), "DELETE"), ((3, 40, 1), "DELETE")):
        monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
        assert sqlite_journal_mode() == mode
    monkeypatch.undo()
    database = Database(sqlite_url, FakeClock(NOW))
    with database.read() as work:
        settings = {
            name: work.session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert settings == {
        "journal_mode": sqlite_journal_mode().lower(),
        "synchronous": 2,
        "foreign_keys": 1,
    }
    database.dispose()


def test_a_file_that_cannot_keep_the_safe_journal_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sqlite3, "sqlite_version_info", SAFE_WAL_SQLITE)
    # Locked by a second file, as on some network disks, SQLite has no write-ahead log.
    engine = create_engine_for(make_url("sqlite:///file:trinh.sqlite3?vfs=unix-dotfile&uri=true"))
    with pytest.raises(Unavailable, match="only DELETE"):
        engine.connect()
    engine.dispose()


def test_a_writing_work_on_sqlite_locks_from_its_first_moment(sqlite_url: str) -> None:
    database = Database(sqlite_url, FakeClock(NOW))
    stranger = sqlite3.connect(database.url.database or "", timeout=0, isolation_level=None)
    with database.write() as work:
        work.session.scalar(select(Worker.id))
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            stranger.execute("BEGIN IMMEDIATE")
    with database.read():
        stranger.execute("BEGIN IMMEDIATE")
        stranger.execute("ROLLBACK")
    stranger.close()
    database.dispose()


def test_a_work_keeps_all_or_nothing(database: Database) -> None:
    with database.write() as work:
        work.session.add(worker("kept"))
    with pytest.raises(NotFound):
        fail(database, lambda work: (work.session.add(worker("lost")), work.session.flush()))
    assert names(database) == ["kept"]


def test_a_reading_work_keeps_nothing_of_what_it_does(database: Database) -> None:
    with database.read() as work:
        work.session.add(Worker(id="added", started_at=NOW))
    # PostgreSQL refuses it at once, SQLite takes it back at the end.
    with suppress(DBAPIError), database.read() as work:
        work.session.execute(insert(Worker).values(id="written", started_at=NOW))
    assert names(database) == []


def test_postgresql_plans_once_what_many_works_ask(postgresql_url: str) -> None:
    database = Database(postgresql_url, FakeClock(NOW))
    for _ in range(12):
        names(database)
    with database.read() as work:
        planned = work.session.execute(
            text("SELECT generic_plans FROM pg_prepared_statements WHERE statement LIKE '%workers%'")
        ).scalars()
        assert list(planned) == [pytest.approx(5, abs=3)]
    database.dispose()


def test_what_a_work_did_elsewhere_is_taken_back_in_reverse_when_it_fails(database: Database) -> None:
    done: list[str] = []
    with database.write() as work:
        work.on_rollback(lambda: done.append("never"))

    def do(work: Work) -> None:
        work.on_rollback(lambda: done.append("first"))
        work.on_rollback(lambda: done.append("second"))

    with pytest.raises(NotFound):
        fail(database, do)
    assert done == ["second", "first"]


def test_instants_come_back_in_universal_time_whatever_they_were_told_in(database: Database) -> None:
    hanoi = NOW.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).replace(microsecond=123456)
    with database.write(hanoi) as work:
        assert (work.now, work.now.tzinfo) == (hanoi, UTC)
        work.session.add(worker("w", work.now))
        later = work.at(hanoi + timedelta(days=1))
        assert (later.session is work.session, later.now - work.now) == (True, timedelta(days=1))
    with database.read() as work:
        row = work.session.get_one(Worker, "w")
        assert (row.started_at, row.started_at.utcoffset()) == (hanoi, timedelta(0))


def test_an_instant_without_a_zone_is_never_stored(database: Database) -> None:
    with pytest.raises(Exception, match="without a zone"), database.write() as work:
        work.session.add(worker("w", datetime(2024, 11, 20)))  # noqa: DTZ001 - the mistake itself


def test_a_duplicate_is_a_conflict_and_any_other_violation_is_a_fault(database: Database) -> None:
    with database.write() as work:
        work.session.add(worker("w"))
    with pytest.raises(Conflict, match="recorded the same"), database.write() as work:
        work.session.add(worker("w"))
    with pytest.raises(IntegrityError), database.write() as work:
        work.session.add(Membership(person_id=4711, group_id=4711))


def test_a_dossier_changed_behind_the_lock_is_a_conflict(world: World) -> None:
    dossier_id = world.open_dossier(with_papers=False)

    def change_what_another_has_changed(work: Work) -> None:
        dossier = dossiers.get(work, dossier_id)
        faster = update(Dossier).where(Dossier.id == dossier_id).values(version=Dossier.version + 1)
        work.session.execute(faster.execution_options(synchronize_session=False))
        dossier.title, dossier.version = "Muộn", dossier.version + 1
        work.session.flush()

    with pytest.raises(Overtaken, match="just changed"), world.database.write() as work:
        change_what_another_has_changed(work)


def test_a_database_that_stays_locked_is_unavailable(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.store.work.BUSY_TIMEOUT_SECONDS", 0)
    database = Database(sqlite_url, FakeClock(NOW))
    stranger = sqlite3.connect(database.url.database or "", timeout=0, isolation_level=None)
    stranger.execute("BEGIN EXCLUSIVE")
    with pytest.raises(Unavailable), database.write():
        pass
    stranger.close()
    database.dispose()


def test_a_mistake_in_a_statement_is_a_fault_and_not_a_passing_trouble(database: Database) -> None:
    with pytest.raises(DBAPIError), database.write() as work:
        work.session.execute(text("SELECT * FROM nowhere"))


def end_connection(work: Work) -> None:
    """Makes the server close the connection of a Work, as it does when it is restarted."""
    end = text("SELECT pg_terminate_backend(:pid)")
    pid = work.session.scalar(text("SELECT pg_backend_pid()"))
    stranger = create_engine_for(work.session.get_bind().engine.url)
    with stranger.connect() as connection:
        connection.execute(end, {"pid": pid})
    stranger.dispose()


def test_a_connection_lost_on_the_way_is_unavailable_and_what_was_done_elsewhere_is_taken_back(
    postgresql_url: str,
) -> None:
    database = Database(postgresql_url, FakeClock(NOW))
    done: list[str] = []

    def do(work: Work) -> None:
        work.on_rollback(lambda: done.append("taken back"))
        end_connection(work)
        work.session.add(worker("lost"))

    with pytest.raises(Unavailable), database.write() as work:
        do(work)
    assert done == ["taken back"]
    assert names(database) == []
    database.dispose()


def test_what_was_done_elsewhere_stays_when_the_answer_to_a_commit_is_lost(
    postgresql_url: str,
) -> None:
    database = Database(postgresql_url, FakeClock(NOW))
    done: list[str] = []

    def do(work: Work) -> None:
        work.on_rollback(lambda: done.append("taken back"))
        work.session.add(worker("perhaps"))
        event.listen(work.session, "before_commit", lambda _: end_connection(work), once=True)

    with pytest.raises(Unavailable), database.write() as work:
        do(work)
    assert done == []
    database.dispose()


def test_connections_that_the_server_has_closed_are_replaced_before_anybody_notices(
    postgresql_url: str,
) -> None:
    database = Database(postgresql_url, FakeClock(NOW))
    closed: set[int] = set()
    for opened in (database.read, database.glance, database.write):
        with opened() as work:
            closed.add(work.session.scalar(text("SELECT pg_backend_pid()")) or 0)
        stranger = create_engine_for(database.url)
        with stranger.connect() as connection:
            for pid in closed:
                connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
        stranger.dispose()
        with opened() as work:
            assert work.session.scalar(text("SELECT pg_backend_pid()")) not in closed
    database.dispose()


def test_connections_are_lent_beyond_the_thousandth_open_file(postgresql_url: str) -> None:
    """A server has a file open for each browser that listens on."""
    database = Database(postgresql_url, FakeClock(NOW))
    with ExitStack() as stack:
        allowed, most = getrlimit(RLIMIT_NOFILE)
        stack.callback(setrlimit, RLIMIT_NOFILE, (allowed, most))
        setrlimit(RLIMIT_NOFILE, (max(allowed, 2000), most))
        for _ in range(1100):
            stack.enter_context(Path("/dev/null").open())
        for _ in range(2):
            with database.read() as work:
                assert work.session.scalar(text("SELECT 1")) == 1
        database.dispose()


def test_a_glance_sees_what_holds_and_leaves_nothing_behind(database: Database) -> None:
    with database.write() as work:
        work.session.add(worker("w"))
    with database.glance() as work:
        found = work.session.get_one(Worker, "w")
        assert work.now == NOW
        found.tick_age = 5
    with database.glance() as work:
        assert work.session.get_one(Worker, "w").tick_age is None


def test_the_lock_of_a_dossier_makes_others_wait_and_shows_them_what_was_done(world: World) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    locked, seen = Event(), list[str]()

    def read_after() -> None:
        locked.wait(10)
        with world.database.write() as work:
            seen.append(dossiers.lock(work, dossier_id).title)

    other = Thread(target=read_after)
    other.start()
    with world.database.write() as work:
        dossier = dossiers.lock(work, dossier_id)
        locked.set()
        other.join(0.2)
        assert seen == []
        dossier.title, dossier.version = "Trước", dossier.version + 1
    other.join(10)
    assert seen == ["Trước"]


def test_names_sort_as_in_a_vietnamese_list_on_both_databases(world: World) -> None:
    with world.database.read() as work:
        keys = list(work.session.scalars(select(Person.sort_key).order_by(Person.sort_key)))
    assert keys == sorted(keys)


def test_what_was_read_once_is_remembered_only_after_the_work_held(database: Database) -> None:
    asked: list[int] = []

    def read() -> int:
        asked.append(1)
        return len(asked)

    with pytest.raises(NotFound):
        fail(database, lambda work: (work.recall("key", read), work.recall("key", read)))
    assert len(asked) == 1
    with database.write() as work:
        assert work.recall("key", read) == 2
    with database.read() as work:
        assert work.recall("key", read) == 2


def test_a_snapshot_sees_the_same_database_whatever_is_written_meanwhile(world: World) -> None:
    if world.database.engine.dialect.name == "sqlite":
        pytest.skip("On SQLite a reader keeps writers out until it ends.")
    dossier_id = world.open_dossier()
    with world.database.read(snapshot=True) as snapshot, world.database.read() as plain:
        titles = [dossiers.get(work, dossier_id).title for work in (snapshot, plain)]
        with world.database.write() as work:
            dossiers.lock(work, dossier_id).title = "Hồ sơ đã đổi"
        for work in (snapshot, plain):
            work.session.expire_all()
        assert dossiers.get(snapshot, dossier_id).title == titles[0]
        assert dossiers.get(plain, dossier_id).title == "Hồ sơ đã đổi"
