"""Each kind of damage is planted, and verification must report it; a sound database stays unreported."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from service.domain.tasks import Closing
from service.operations.watch import ticks, verification
from service.store.tables import (
    Attachment,
    Dossier,
    HistoryStep,
    OutgoingMail,
    ProcessInstance,
    Reminder,
    Timer,
    UserTask,
)
from service.store.work import Work
from tests.builders import World
from tests.integration.operations.readings import broken, rows

Damage = Callable[[Work, int, int], None]


def _last_position(work: Work, dossier_id: int) -> int:
    query = select(HistoryStep.position).where(HistoryStep.dossier_id == dossier_id)
    return max(work.session.scalars(query))


def _step(dossier_id: int, position: int):
    return (HistoryStep.dossier_id == dossier_id) & (HistoryStep.position == position)


def remove_open_task(work: Work, dossier_id: int, _other: int) -> None:
    waiting = select(UserTask.id).where(UserTask.dossier_id == dossier_id, UserTask.closed_at.is_(None))
    task_ids = list(work.session.scalars(waiting))
    work.session.execute(delete(Reminder).where(Reminder.task_id.in_(task_ids)))
    work.session.execute(update(OutgoingMail).where(OutgoingMail.task_id.in_(task_ids)).values(task_id=None))
    work.session.execute(delete(UserTask).where(UserTask.id.in_(task_ids)))


def swap_states(work: Work, dossier_id: int, other: int) -> None:
    state = select(ProcessInstance.state).where(ProcessInstance.dossier_id == other).scalar_subquery()
    work.session.execute(
        update(ProcessInstance).where(ProcessInstance.dossier_id == dossier_id).values(state=state)
    )


def spoil_state(work: Work, dossier_id: int, _other: int) -> None:
    work.session.execute(
        update(ProcessInstance).where(ProcessInstance.dossier_id == dossier_id).values(state=b"\x00\x01")
    )


def remove_timer(work: Work, dossier_id: int, _other: int) -> None:
    work.session.execute(delete(Timer).where(Timer.dossier_id == dossier_id, Timer.fired_at.is_(None)))


def end_in_one_place_only(work: Work, dossier_id: int, _other: int) -> None:
    work.session.execute(
        update(ProcessInstance).where(ProcessInstance.dossier_id == dossier_id).values(ended=True)
    )


def close_a_running_dossier(work: Work, dossier_id: int, _other: int) -> None:
    work.session.execute(update(Dossier).where(Dossier.id == dossier_id).values(ending="decided"))


def lose_all_that_waits(work: Work, dossier_id: int, other: int) -> None:
    remove_open_task(work, dossier_id, other)
    remove_timer(work, dossier_id, other)


def alter(**values: object) -> Damage:
    def damage(work: Work, dossier_id: int, _other: int) -> None:
        work.session.execute(update(HistoryStep).where(_step(dossier_id, 2)).values(**values))

    return damage


def cut_the_tail(work: Work, dossier_id: int, _other: int) -> None:
    work.session.execute(delete(HistoryStep).where(_step(dossier_id, _last_position(work, dossier_id))))


def take_a_step_out(work: Work, dossier_id: int, _other: int) -> None:
    work.session.execute(delete(HistoryStep).where(_step(dossier_id, 2)))


def count_a_version_too_many(work: Work, dossier_id: int, _other: int) -> None:
    work.session.execute(update(Dossier).where(Dossier.id == dossier_id).values(version=Dossier.version + 1))


def complete_twice(work: Work, dossier_id: int, _other: int) -> None:
    task_id = select(UserTask.id).where(
        UserTask.dossier_id == dossier_id, UserTask.closing == Closing.COMPLETED
    )
    first = work.session.scalars(task_id.order_by(UserTask.id)).first()
    work.session.execute(
        update(HistoryStep).where(_step(dossier_id, 1)).values(kind="completed", task_id=first)
    )


def close_a_task_unseen(work: Work, dossier_id: int, _other: int) -> None:
    work.session.execute(
        update(UserTask)
        .where(UserTask.dossier_id == dossier_id, UserTask.closed_at.is_(None))
        .values(closed_at=work.now, closing=Closing.COMPLETED)
    )


def leave_a_mail_sending(work: Work, _dossier_id: int, _other: int) -> None:
    work.session.execute(
        update(OutgoingMail).values(status="sending", lease_until=work.now - timedelta(seconds=1))
    )


def fire_a_timer_silently(work: Work, dossier_id: int, _other: int) -> None:
    work.session.execute(update(Timer).where(Timer.dossier_id == dossier_id).values(fired_at=work.now))


def forget_the_mails(work: Work, _dossier_id: int, _other: int) -> None:
    work.session.execute(delete(OutgoingMail))


def mislead_mails(**to: int) -> Damage:
    def damage(work: Work, _dossier_id: int, _other: int) -> None:
        work.session.execute(update(OutgoingMail).values(**to))

    return damage


def tell_of_another_dossier(work: Work, dossier_id: int, other: int) -> None:
    theirs = select(UserTask.id).where(UserTask.dossier_id == other).limit(1).scalar_subquery()
    work.session.execute(update(OutgoingMail).values(dossier_id=dossier_id, task_id=theirs))


def forget_who_waits(work: Work, dossier_id: int, _other: int) -> None:
    work.session.execute(update(UserTask).where(UserTask.dossier_id == dossier_id).values(awaited_since=None))


DAMAGES: dict[str, tuple[Damage, str]] = {
    "open task removed": (remove_open_task, "open tasks match the engine"),
    "state of another dossier": (swap_states, "open tasks match the engine"),
    "state unreadable": (spoil_state, "open tasks match the engine"),
    "timer removed": (remove_timer, "timers match the engine"),
    "ended in one place only": (end_in_one_place_only, "no completion without an end event"),
    "closed but running": (close_a_running_dossier, "no completion without an end event"),
    "nothing waits": (lose_all_that_waits, "an open dossier waits for something"),
    "history: other reason": (alter(reason="Không phải tôi"), "history is unchanged"),
    "history: other person": (alter(person_name="Ai đó"), "history is unchanged"),
    "history: other office": (alter(organisation_id=None), "history is unchanged"),
    "history: other step": (alter(element_name="Bước khác"), "history is unchanged"),
    "history: other values": (alter(params={"values": {}}), "history is unchanged"),
    "history: other digest": (alter(digest="0" * 64), "history is unchanged"),
    "history: tail cut": (cut_the_tail, "version counts the history"),
    "history: step taken out": (take_a_step_out, "version counts the history"),
    "version too high": (count_a_version_too_many, "version counts the history"),
    "completed twice": (complete_twice, "one completion per task"),
    "closed unseen": (close_a_task_unseen, "one completion per task"),
    "nobody waits": (forget_who_waits, "whoever sent a dossier on waits until it ends"),
    "mail stuck": (leave_a_mail_sending, "no mail keeps sending past its lease"),
    "fired and not told": (fire_a_timer_silently, "a timer that fired is told once"),
    "told and not fired": (alter(kind="deadline_passed"), "a timer that fired is told once"),
    "fired and not sent": (forget_the_mails, "a reminder that fired has its mail"),
    "mail of no dossier": (mislead_mails(dossier_id=0), "a mail is about what there is"),
    "mail of no task": (mislead_mails(task_id=0), "a mail is about what there is"),
    "mail of no question": (mislead_mails(opinion_id=0), "a mail is about what there is"),
    "mail of no absence": (mislead_mails(substitution_id=0), "a mail is about what there is"),
    "mail to nobody": (mislead_mails(recipient_id=0), "a mail is about what there is"),
    "mail of another dossier": (tell_of_another_dossier, "a mail is about what there is"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_planted_damage_is_reported(world: World, name: str) -> None:
    dossier_id, other = world.carry_to("select"), world.open_dossier(with_papers=False)
    world.on("2024-11-27 08:00")
    ticks.tick(world.database)
    assert broken(world) == []
    damage, invariant = DAMAGES[name]
    with world.database.write() as work:
        damage(work, dossier_id, other)
    assert invariant in broken(world)


def stored(world: World) -> list[Path]:
    """The files of all attachments."""
    return [world.folder / row.stored_as for row in rows(world, Attachment)]


def test_a_missing_or_changed_file_is_reported(world: World) -> None:
    world.open_dossier()
    first, second, *_ = stored(world)
    first.unlink()
    second.chmod(0o600)
    second.write_bytes(b"%PDF-1.4 something else")
    with world.database.read() as work:
        found = {(one.where, one.found) for one in verification.verify(work, world.folder).broken}
    assert found == {("attachment 1", "file missing"), ("attachment 2", "content changed")}


def test_a_stray_file_is_noted_but_harms_nothing_once_no_transaction_can_own_it(world: World) -> None:
    world.open_dossier(with_papers=False)
    stray = world.folder / "ab" / "cd" / ("abcd" + "0" * 28)
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"left behind")
    now = world.clock.now().timestamp()
    os.utime(stray, (now - 3500, now - 3500))
    assert _strays(world) == ()
    os.utime(stray, (now - 3700, now - 3700))
    assert _strays(world) == ("ab/cd/abcd" + "0" * 28,)
    assert broken(world) == []


def _strays(world: World) -> tuple[str, ...]:
    with world.database.read() as work:
        return verification.verify(work, world.folder).strays


def test_the_report_tells_how_much_was_looked_at(world: World) -> None:
    world.open_dossier()
    world.carry_to("select")
    with world.database.read() as work:
        report = verification.verify(work, world.folder)
        without_files = verification.verify(work)
    assert report.sound
    assert (report.checked["dossiers"], report.checked["attachments"]) == (2, 10)
    assert "attachments" not in without_files.checked


def test_verification_walks_through_every_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "PAGE", 1)
    dossier_ids = [world.open_dossier(with_papers=False) for _ in range(3)]
    with world.database.write() as work:
        for dossier_id in dossier_ids:
            count_a_version_too_many(work, dossier_id, 0)
    assert broken(world) == ["version counts the history"] * 3
