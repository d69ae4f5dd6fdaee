"""The ticker with its real scheduler and threads."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from service.clock import monotonic
from service.jobs import Ticker
from service.jobs.ticker import Job
from service.mail import Mailbox, MailboxServer
from service.operations.services import Services
from service.operations.watch import workers
from service.operations.watch.workers import State
from service.settings import Smtp, read_settings
from service.store import outbox
from service.store import workers as rows
from tests.builders import World

NAMES = ("working", "tick_stalled", "mail_stalled", "gone", "stopped")
PATIENCE = 20
"""Seconds within which a tick of 50 ms must have shown its effect, on however busy a machine."""


def eventually(happened: Callable[[], bool]) -> bool:
    """Asks again and again until it has happened, or patience ends."""
    pause = threading.Event()
    for _ in range(PATIENCE * 20):
        if happened():
            return True
        pause.wait(0.05)
    return False


@contextmanager
def ticking(world: World, folder: Path, **options: timedelta) -> Iterator[tuple[Ticker, Mailbox]]:
    """A ticker on a world, with a real mail server on loopback."""
    mailbox = Mailbox(folder / "mailbox")
    with MailboxServer(mailbox) as server:
        smtp = Smtp("127.0.0.1", server.port, "trinh@example.invalid")
        settings = replace(read_settings(), data_folder=folder, smtp=smtp, tick_seconds=0.05)
        ticker = Ticker(Services(settings, world.database, world.clock), **options)
        ticker.start()
        try:
            yield ticker, mailbox
        finally:
            ticker.stop()


def test_a_reminder_that_falls_due_arrives_in_the_mailbox(world: World, tmp_path: Path) -> None:
    world.open_dossier()
    world.on("2024-11-27 08:00")
    with ticking(world, tmp_path) as (_, mailbox):
        assert eventually(lambda: mailbox.count() >= 1)
    assert all("clerk@example.invalid" in mail.to for mail in mailbox.list())


def test_an_overdue_step_opens_the_task_of_the_office_head(world: World, tmp_path: Path) -> None:
    dossier_id = world.carry_to("select")
    world.on("2024-12-06 00:00")
    with ticking(world, tmp_path):
        assert eventually(lambda: "labour_overdue" in world.open_elements(dossier_id))


def state(world: World, worker_id: str) -> State:
    with world.database.read() as work:
        return next(one.state for one in workers.look(work).standings if one.worker.id == worker_id)


def test_a_worker_tells_when_it_ticked_mailed_and_stopped(world: World, tmp_path: Path) -> None:
    with ticking(world, tmp_path) as (ticker, _):
        assert state(world, ticker.worker_id) is State.WORKING
        assert eventually(lambda: _mailed(world, ticker.worker_id))
    assert state(world, ticker.worker_id) is State.STOPPED


def test_a_jump_of_the_clock_does_not_make_a_living_worker_look_dead(world: World, tmp_path: Path) -> None:
    with ticking(world, tmp_path) as (ticker, _):
        assert eventually(lambda: _mailed(world, ticker.worker_id))
        world.on("2025-03-01 08:00")
        assert state(world, ticker.worker_id) is State.WORKING


def test_the_watchdog_replaces_a_scheduler_that_stopped_waking(world: World, tmp_path: Path) -> None:
    with ticking(world, tmp_path, stalled_after=timedelta(seconds=0.5)) as (ticker, _):
        stalled = ticker.deadlines.scheduler
        assert stalled is not None
        stalled.pause()
        assert eventually(lambda: ticker.deadlines.scheduler is not stalled)
        dossier_id = world.carry_to("select")
        world.on("2024-12-06 00:00")
        assert eventually(lambda: "labour_overdue" in world.open_elements(dossier_id))


def test_the_watchdog_watches_the_mail_job_too(world: World, tmp_path: Path) -> None:
    with ticking(world, tmp_path, mail_stalled_after=timedelta(seconds=0.5)) as (ticker, mailbox):
        stalled = ticker.mail.scheduler
        assert stalled is not None
        stalled.pause()
        assert eventually(lambda: ticker.mail.scheduler is not stalled)
        world.open_dossier()
        world.on("2024-11-27 08:00")
        assert eventually(lambda: mailbox.count() >= 1)


def test_the_watchdog_survives_a_scheduler_that_cannot_be_stopped(world: World, tmp_path: Path) -> None:
    with ticking(world, tmp_path, stalled_after=timedelta(seconds=0.5)) as (ticker, _):
        stalled = ticker.deadlines.scheduler
        assert stalled is not None
        stalled.pause()
        stalled._executors["broken"] = None  # shutting it down raises on this
        assert eventually(lambda: ticker.deadlines.scheduler not in {None, stalled})
        world.open_dossier()
        world.on("2024-11-27 08:00")
        assert eventually(lambda: bool(_sent(world)))


def test_a_job_that_fails_each_time_counts_as_stalled_though_it_runs() -> None:
    broken = [True]

    def act() -> None:
        job.beat()
        if broken[0]:
            raise RuntimeError("The database refuses.")

    job = Job("deadlines", act, 1, timedelta(seconds=60))
    for _ in range(2):
        time.sleep(0.03)
        with pytest.raises(RuntimeError):
            job._run()
    assert job.age >= 0.06
    broken[0] = False
    job._run()
    assert job.age < 0.06


def test_a_job_that_stays_silent_is_replaced_less_and_less_often() -> None:
    hanging = threading.Event()
    job = Job("deadlines", lambda: bool(hanging.wait(PATIENCE)) and None, 0.05, timedelta(seconds=0.1))
    job.start()
    seen, begun = 0, monotonic()
    while monotonic() - begun < 1:
        before = job.scheduler
        job.replace_if_stalled()
        seen += job.scheduler is not before
    hanging.set()
    job.stop(wait=True)
    assert seen in {3, 4}  # after 0.1, 0.2 and 0.4 seconds more, not ten times


def test_others_tell_a_stalled_tick_a_dead_worker_and_one_that_said_goodbye(world: World) -> None:
    for name in NAMES:
        workers.begin(world.database, name)
    workers.pulse(world.database, "tick_stalled", tick_age=121, mail_age=1)
    workers.pulse(world.database, "mail_stalled", tick_age=1, mail_age=601)
    workers.end(world.database, "stopped")
    with world.database.write() as work:
        gone = rows.get(work, "gone")
        assert gone is not None
        gone.alive_at = rows.machine_time(work) - timedelta(minutes=3)
    assert {name: str(state(world, name)) for name in NAMES} == {name: name for name in NAMES}
    with world.database.read() as work:
        crew = workers.look(work)
    assert (crew.ticking, crew.mailing) == (True, True)
    assert crew.count(State.GONE) == 1


def test_a_worker_gone_for_a_day_is_no_news_and_for_a_month_forgotten(world: World) -> None:
    workers.begin(world.database, "gone")
    for ago, counted, kept in ((timedelta(days=2), 0, True), (timedelta(days=31), 0, False)):
        with world.database.write() as work:
            gone = rows.get(work, "gone")
            assert gone is not None
            gone.alive_at = rows.machine_time(work) - ago
        workers.begin(world.database, "new")
        with world.database.read() as work:
            crew = workers.look(work)
            assert crew.count(State.GONE) == counted
            assert ("gone" in {one.worker.id for one in crew.standings}) is kept


def test_two_tickers_share_the_work_and_send_nothing_twice(world: World, tmp_path: Path) -> None:
    for _ in range(5):
        world.open_dossier()
    world.on("2024-11-27 08:00")  # three days before; what is seven days before has been passed over
    with ticking(world, tmp_path / "a") as (_, first), ticking(world, tmp_path / "b") as (_, second):
        assert eventually(lambda: first.count() + second.count() == 5)
        assert eventually(lambda: _sent(world) == first.count() + second.count())
    assert first.count() + second.count() == 5


def _sent(world: World) -> int:
    with world.database.read() as work:
        return outbox.counts(work, ["sent"])["sent"]


def _mailed(world: World, worker_id: str) -> bool:
    with world.database.read() as work:
        row = rows.get(work, worker_id)
        return row is not None and row.mailed_at is not None and row.ticked_at is not None


def test_a_long_run_is_not_run_again_beside_itself_and_fills_no_log() -> None:
    log = StringIO()
    written = logging.StreamHandler(log)
    logging.getLogger().addHandler(written)
    begun, ended = threading.Semaphore(0), threading.Event()
    running, most = [0], [0]

    def act() -> None:
        running[0] += 1
        most[0] = max(most[0], running[0])
        begun.release()
        ended.wait(PATIENCE)
        running[0] -= 1

    job = Job("long", act, 0.02, timedelta(seconds=PATIENCE))
    job.start()
    try:
        assert begun.acquire(timeout=PATIENCE)
        assert eventually(lambda: job.age > 0.5), "being woken in vain must not look like getting on"
        assert not begun.acquire(blocking=False)
        ended.set()
        assert begun.acquire(timeout=PATIENCE), "it is woken again after its end"
        assert eventually(lambda: job.age < 0.5)
    finally:
        ended.set()
        job.stop(wait=True)
        logging.getLogger().removeHandler(written)
    assert most == [1]
    assert "maximum number of running instances" not in log.getvalue()


def test_a_run_that_hangs_does_not_keep_the_next_scheduler_from_running() -> None:
    ended, runs = threading.Event(), threading.Semaphore(0)

    def act() -> None:
        runs.release()
        ended.wait(PATIENCE)

    job = Job("hanging", act, 0.02, timedelta(seconds=0.1))
    job.start()
    try:
        assert runs.acquire(timeout=PATIENCE)
        assert eventually(lambda: job.age > 0.2)
        job.replace_if_stalled()
        assert runs.acquire(timeout=PATIENCE)
    finally:
        ended.set()
        job.stop(wait=True)
