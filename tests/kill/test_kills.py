"""Workers are killed in the middle of completions, ticks, sendings and uploads, over and over."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from service.settings import Settings
from service.store.tables import Attachment, HistoryStep, OutgoingMail, Timer, UserTask
from service.store.work import Work
from tests.builders import World, local
from tests.kill import traces
from tests.kill.killing import kill_again_and_again
from tests.kill.offices import Offices
from tests.support.smtp_servers import Script, scripted

KILLS = int(os.environ.get("KILLS", "54"))
"""How many workers die, half of them on each kind of database."""
BEGIN, END, AFTERWARDS = local("2024-11-25 09:00"), local("2024-12-12 09:00"), local("2024-12-13 09:00")
pytestmark = [pytest.mark.kill, pytest.mark.timeout(120 + 5 * KILLS)]


@dataclass(frozen=True)
class Stand:
    """A service with a mail server that takes everything, and the journal of what was promised."""

    world: World
    settings: Settings
    script: Script
    journal: Path

    def offices(self) -> Offices:
        """Offices at work in this very process, which nobody kills."""
        return Offices(self.world, self.settings, self.promise)

    def promise(self, line: str) -> None:
        with self.journal.open("a") as file:
            file.write(f"{line}\n")

    def wrong(self, work: Work, taken: list[bytes] | None = None) -> list[str]:
        """All that is lost or there twice."""
        promised = self.journal.read_text().splitlines() if self.journal.exists() else []
        mails = self.script.taken if taken is None else taken
        return traces.everything_wrong(work, self.settings.attachment_folder, promised, mails)


@pytest.fixture
def stand(durable_world: World, tmp_path: Path) -> Iterator[Stand]:
    script = Script()
    with scripted(script) as smtp:
        settings = Settings(
            data_folder=tmp_path,
            database_url=durable_world.address(),
            host="127.0.0.1",
            port=8000,
            base_url="http://127.0.0.1:8000",
            smtp=replace(smtp, timeout_seconds=20),
        )
        yield Stand(durable_world, settings, script, tmp_path / "journal")


def test_nothing_is_lost_and_nothing_happens_twice_however_often_workers_are_killed(stand: Stand) -> None:
    kills = kill_again_and_again(
        stand.settings, stand.journal, begin=BEGIN, end=END, kills=-(-KILLS // 2), seed=KILLS
    )
    assert kills >= KILLS / 2
    with stand.world.database.read(END) as work:
        in_flight = traces.mails_lost_or_doubled(work, stand.script.taken)
        assert [one for one in stand.wrong(work) if one not in in_flight and "lease" not in one] == []
    stand.world.clock.set(AFTERWARDS)
    stand.offices().carry_all_to_their_ends()
    with stand.world.database.read(AFTERWARDS) as work:
        assert stand.wrong(work) == []
        assert traces.unfinished(work) == []
        assert work.session.scalar(select(OutgoingMail.id).limit(1)) is not None
    promised = stand.journal.read_text()
    assert all(kind in promised for kind in ("opened", "attached", "completed")), promised


def _reopen(work: Work) -> None:
    closed = select(UserTask.id).where(UserTask.closing == "completed").limit(1).scalar_subquery()
    work.session.execute(
        update(UserTask).where(UserTask.id == closed).values(closed_at=None, closing=None),
        execution_options={"synchronize_session": False},
    )


def _forget_step(work: Work) -> None:
    last = select(HistoryStep.id).where(HistoryStep.kind == "completed").limit(1).scalar_subquery()
    work.session.execute(
        delete(HistoryStep).where(HistoryStep.id == last),
        execution_options={"synchronize_session": False},
    )


def _repeat_step(work: Work) -> None:
    step = work.session.scalars(select(HistoryStep).where(HistoryStep.kind == "completed")).first()
    assert step is not None
    values = {column.name: getattr(step, column.key) for column in HistoryStep.__table__.columns}
    work.session.add(HistoryStep(**(values | {"id": None, "position": 900})))
    work.session.flush()


def _forget_firing(work: Work) -> None:
    timer = work.session.scalars(select(Timer).where(Timer.fired_at.is_not(None))).first()
    assert timer is not None
    timer.fired_at = None
    work.session.flush()


def _lose_attachments(work: Work) -> None:
    work.session.execute(delete(Attachment), execution_options={"synchronize_session": False})


def _lose_reminder_mail(work: Work) -> None:
    work.session.execute(
        delete(OutgoingMail).where(OutgoingMail.template == "reminder"),
        execution_options={"synchronize_session": False},
    )


def _leave_unsent(work: Work) -> None:
    work.session.execute(
        update(OutgoingMail).values(status="queued"), execution_options={"synchronize_session": False}
    )


DAMAGES: tuple[tuple[Callable[[Work], None], str], ...] = (
    (_reopen, "promised and not kept: completed"),
    (_reopen, "open tasks match the engine"),
    (_forget_step, "promised and not kept: completed"),
    (_forget_step, "version counts the history"),
    (_repeat_step, "one completion per task"),
    (_forget_firing, "deadlines passed"),
    (_lose_attachments, "promised and not kept: attached"),
    (_lose_reminder_mail, "and its mails disagree"),
    (_leave_unsent, "is still queued"),
)


@pytest.mark.parametrize("durable_world", ["sqlite"], indirect=True)
def test_planted_damage_is_found(stand: Stand) -> None:
    _work_unkilled(stand)
    for damage, found in DAMAGES:
        with stand.world.database.write(AFTERWARDS + timedelta(days=3650)) as work:
            damage(work)
            wrong = stand.wrong(work)
            assert any(found in one for one in wrong), (damage, found, wrong)
            work.session.rollback()
    _a_mail_lost_or_doubled_is_found(stand)


def _a_mail_lost_or_doubled_is_found(stand: Stand) -> None:
    first, *others = stand.script.taken
    with stand.world.database.read(AFTERWARDS) as work:
        assert stand.wrong(work) == []
        assert any("arrived 0 times" in one for one in stand.wrong(work, others))
        assert any("arrived 2 times, 0 attempts" in one for one in stand.wrong(work, [first, first, *others]))
        assert any("from nowhere" in one for one in stand.wrong(work, [*stand.script.taken, b"\r\n"]))


def _work_unkilled(stand: Stand) -> None:
    """Two dossiers at selection, one of them overdue enough for its escalation, with all mails sent."""
    stand.world.clock.set(BEGIN)
    offices = stand.offices()
    for _ in range(2):
        offices.open_dossier()
    for _ in range(2):
        offices.complete_any()
    stand.world.clock.set(END)
    offices.tick()
    offices.send()
