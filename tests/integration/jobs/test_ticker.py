"""The ticker with its real scheduler and threads."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from service.jobs import Ticker
from service.mail import Mailbox, MailboxServer
from service.operations.services import Services
from service.settings import Smtp, read_settings
from service.store import incidents, mails
from tests.builders import World

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


def test_a_worker_tells_when_it_ticked_and_when_it_stopped(world: World, tmp_path: Path) -> None:
    with ticking(world, tmp_path) as (ticker, _), world.database.read() as work:
        row = incidents.worker(work, ticker.worker_id)
        assert row is not None
        assert row.stopped_at is None
    with world.database.read() as work:
        row = incidents.worker(work, ticker.worker_id)
        assert row is not None
        assert row.stopped_at is not None


def test_the_watchdog_replaces_a_scheduler_that_stopped_waking(world: World, tmp_path: Path) -> None:
    with ticking(world, tmp_path, stalled_after=timedelta(seconds=0.5)) as (ticker, _):
        stalled = ticker._scheduler
        assert stalled is not None
        stalled.pause()
        assert eventually(lambda: ticker._scheduler is not stalled)
        dossier_id = world.carry_to("select")
        world.on("2024-12-06 00:00")
        assert eventually(lambda: "labour_overdue" in world.open_elements(dossier_id))


def test_two_tickers_share_the_work_and_send_nothing_twice(world: World, tmp_path: Path) -> None:
    for _ in range(5):
        world.open_dossier()
    world.on("2024-11-27 08:00")  # seven and three days before: two reminders each
    with ticking(world, tmp_path / "a") as (_, first), ticking(world, tmp_path / "b") as (_, second):
        assert eventually(lambda: first.count() + second.count() == 10)
        assert eventually(lambda: _sent(world) == first.count() + second.count())
    assert first.count() + second.count() == 10


def _sent(world: World) -> int:
    with world.database.read() as work:
        return mails.count_by_status(work).get("sent", 0)
