"""Escalations on the diagram: they fire once, move the process, and a broken one stops nothing else."""

from collections.abc import Sequence
from datetime import datetime

import pytest
from sqlalchemy import update

from service.domain.errors import (
    Conflict,
    NotAllowed,
    NotFound,
    Overtaken,
    TrinhError,
    Unavailable,
    message,
)
from service.operations import incidents as incident_work
from service.operations.process import processes, timers
from service.operations.process.processes import Moved, Order
from service.operations.process.timers import Fired
from service.operations.watch import ticks
from service.store.tables import Incident, ProcessInstance, Timer
from service.store.work import Database, Work
from tests.builders import World, local
from tests.integration.operations import readings
from tests.integration.operations.readings import broken, history, incidents, mails, rows


def tick_at(world: World, text: str) -> int:
    """Ticks at a local time; returns how many timers fired."""
    world.on(text)
    return ticks.tick(world.database).timers


def retry(world: World, incident_id: int, who: str = "admin") -> Incident:
    """An administrator retries an incident."""
    with world.database.write() as work:
        return incident_work.retry(work, world.actor(who), incident_id)


def test_timers_stand_as_rows_with_the_instants_of_their_deadlines(world: World) -> None:
    dossier_id = world.open_dossier()
    assert readings.timers(world, dossier_id)["prepare_overdue"].due_at == local("2024-12-01 00:00")
    world.submit(dossier_id)
    standing = readings.timers(world, dossier_id)
    assert {key: row.due_at for key, row in standing.items()} == {"select_overdue": local("2024-12-06 00:00")}


def test_an_overdue_selection_opens_a_task_for_the_head_of_the_office_once(world: World) -> None:
    dossier_id = world.carry_to("select")
    assert tick_at(world, "2024-12-05 23:59") == 0
    assert tick_at(world, "2024-12-06 00:00") == 1
    assert tick_at(world, "2024-12-06 00:00") == 0
    assert world.open_elements(dossier_id) == {"select", "labour_overdue"}
    task = world.task(dossier_id, "labour_overdue")
    assert (task.role, task.due_at, task.assignee_id) == ("labour_head", None, None)
    assert mails(world, "escalation") == [("labour_head", None)]
    fired = history(world, dossier_id, "deadline_passed") + history(world, dossier_id, "timer_fired")
    assert [(step.element_id, step.person_id) for step in fired] == [("select_overdue", None)] * 2
    assert broken(world) == []


def test_an_escalation_is_acknowledged_beside_the_main_path(world: World) -> None:
    dossier_id = world.carry_to("select")
    tick_at(world, "2024-12-06 08:00")
    world.complete("labour_head", world.task(dossier_id, "labour_overdue").id, {"note": "Làm ngay."})
    assert world.open_elements(dossier_id) == {"select"}
    world.select(dossier_id)
    assert world.open_elements(dossier_id) == {"forward_to_interior"}
    assert broken(world) == []


def test_an_escalation_is_not_repeated_when_the_dossier_comes_back_to_the_step(world: World) -> None:
    dossier_id = world.carry_to("select")
    tick_at(world, "2024-12-06 08:00")
    values = {"outcome": "return_unit", "reason": "Bổ sung."}
    world.complete("labour", world.task(dossier_id, "select").id, values, {})
    world.submit(dossier_id, late_reason="Bổ sung theo yêu cầu.")
    assert tick_at(world, "2024-12-09 08:00") == 0
    assert world.open_elements(dossier_id) == {"select"}
    assert len(mails(world, "escalation")) == 1


def test_both_steps_of_an_office_escalate_on_their_own(world: World) -> None:
    dossier_id = world.carry_to("forward_to_interior")
    assert tick_at(world, "2024-12-06 08:00") == 1
    assert world.open_elements(dossier_id) == {"forward_to_interior", "labour_overdue"}
    world.forward_to_interior(dossier_id)
    assert tick_at(world, "2024-12-11 08:00") == 1
    assert world.open_elements(dossier_id) == {"appraise", "interior_overdue"}


def test_the_end_of_a_dossier_closes_its_escalations(world: World) -> None:
    dossier_id = world.carry_to("select")
    tick_at(world, "2024-12-06 08:00")
    values = {"outcome": "refuse", "reason": "Không đủ tiêu chuẩn."}
    world.complete("labour", world.task(dossier_id, "select").id, values, {})
    seen = readings.page(world, dossier_id)
    closings = {task.element_id: task.closing for task in seen.tasks}
    assert closings == {"prepare": "completed", "select": "completed", "labour_overdue": "cancelled"}
    assert [row for row in rows(world, Timer) if row.fired_at is None] == []
    assert tick_at(world, "2024-12-31 08:00") == 0
    assert broken(world) == []


def test_the_focal_office_hears_of_a_unit_that_is_late(world: World) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    assert tick_at(world, "2024-12-01 00:00") == 1
    assert sorted(mails(world, "unit_overdue")) == [("labour", None), ("labour2", None)]
    assert world.open_elements(dossier_id) == {"prepare"}
    assert tick_at(world, "2024-12-02 00:00") == 1
    assert tick_at(world, "2024-12-04 00:00") == 1
    assert world.open_elements(dossier_id) == {"prepare", "unit_overdue", "chairman_overdue"}
    assert tick_at(world, "2024-12-31 00:00") == 0
    assert broken(world) == []


@pytest.mark.parametrize(
    ("element", "absent", "at"),
    [
        ("prepare", ("labour", "labour2"), "2024-12-01 08:00"),
        ("select", ("labour_head",), "2024-12-06 08:00"),
    ],
)
def test_a_notice_or_escalation_that_nobody_hears_becomes_an_incident(
    world: World, element: str, absent: tuple[str, ...], at: str
) -> None:
    world.carry_to(element)
    for who in absent:
        world.unseat(who)
    assert tick_at(world, at) == 1
    assert "unheard_mail" in incidents(world)


def test_the_timer_of_an_unset_deadline_waits_unarmed(world: World) -> None:
    dossier_id = world.open_dossier(round_key="final-2025", with_papers=False)
    assert readings.timers(world, dossier_id)["prepare_overdue"].due_at is None
    assert tick_at(world, "2026-12-31 08:00") == 0


def lose_token(world: World, dossier_id: int) -> None:
    """Plants a timer row that the engine knows nothing of."""
    with world.database.write() as work:
        work.session.execute(
            update(Timer).where(Timer.dossier_id == dossier_id).values(engine_task_id="lost-1")
        )


def test_a_failing_timer_is_parked_with_an_incident_and_the_others_fire(world: World) -> None:
    bad, good = world.carry_to("select"), world.carry_to("select")
    lose_token(world, bad)
    world.on("2024-12-06 08:00")
    assert timers.fire_due(world.database) == Fired(1, 1)
    assert timers.fire_due(world.database) == Fired(0, 0)
    assert world.open_elements(bad) == {"select"}
    assert world.open_elements(good) == {"select", "labour_overdue"}
    (incident,) = [row for row in rows(world, Incident) if row.kind == "timer"]
    assert incident.dossier_id == bad
    assert [row.parked for row in rows(world, Timer) if row.dossier_id == bad] == [True]


def test_a_fault_that_nobody_foresaw_does_not_stop_the_sweep_either(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = world.carry_to("select"), world.carry_to("select")
    follow = processes.advance_all

    def fail(work: Work, orders: Sequence[Order]) -> list[Moved]:
        if any(order.locked.dossier.id == bad for order in orders):
            raise ZeroDivisionError("Hộ ông Nguyễn Văn 1")
        return follow(work, orders)

    monkeypatch.setattr(processes, "advance_all", fail)
    world.on("2024-12-06 08:00")
    done = ticks.tick(world.database)
    assert (done.timers, done.failed, done.idle) == (1, 1, False)
    assert world.open_elements(good) == {"select", "labour_overdue"}
    assert [row.detail for row in rows(world, Incident) if row.kind == "timer"] == ["ZeroDivisionError"]


@pytest.mark.parametrize("trouble", [Overtaken(message("Too late.")), Unavailable(message("Away."))])
def test_a_passing_trouble_leaves_a_timer_due_and_the_others_fire(
    world: World, monkeypatch: pytest.MonkeyPatch, trouble: TrinhError
) -> None:
    unlucky, good = world.carry_to("select"), world.carry_to("select")
    follow = processes.advance_all

    def fail(work: Work, orders: Sequence[Order]) -> list[Moved]:
        if any(order.locked.dossier.id == unlucky for order in orders):
            raise trouble
        return follow(work, orders)

    monkeypatch.setattr(processes, "advance_all", fail)
    world.on("2024-12-06 08:00")
    done = ticks.tick(world.database)
    assert (done.timers, done.failed, done.put_off, done.idle) == (1, 0, 1, False)
    assert world.open_elements(good) == {"select", "labour_overdue"}
    assert (world.open_elements(unlucky), incidents(world)) == ({"select"}, [])
    monkeypatch.undo()
    assert tick_at(world, "2024-12-06 08:01") == 1
    assert world.open_elements(unlucky) == {"select", "labour_overdue"}
    assert broken(world) == []


def test_more_timers_than_one_sweep_takes_all_fire_though_the_first_stay_due(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlucky, good = world.carry_to("select"), world.carry_to("select")
    follow = processes.advance_all

    def fail(work: Work, orders: Sequence[Order]) -> list[Moved]:
        if any(order.locked.dossier.id == unlucky for order in orders):
            raise Unavailable(message("Away."))
        return follow(work, orders)

    monkeypatch.setattr(processes, "advance_all", fail)
    world.on("2024-12-06 08:00")
    first = timers.fire_due(world.database, limit=1)
    assert first == Fired(put_off=1)
    assert timers.fire_due(world.database, limit=1, after=first.last or 0) == Fired(fired=1)
    assert world.open_elements(good) == {"select", "labour_overdue"}


def test_a_sweep_tells_after_every_transaction_that_it_is_alive(world: World) -> None:
    for _ in range(2):
        world.carry_to("select")
    beats: list[int] = []
    world.on("2024-12-06 08:00")
    ticks.tick(world.database, beat=lambda: beats.append(1))
    quiet: list[int] = []
    ticks.tick(world.database, beat=lambda: quiet.append(1))
    assert len(beats) == len(quiet) + 1  # two timers in one batch; what is looked for is looked for always


def test_a_retried_timer_fires_once_its_cause_is_gone(world: World) -> None:
    dossier_id = world.carry_to("select")
    state = put_state(world, dossier_id, b"spoilt")
    assert tick_at(world, "2024-12-06 08:00") == 0
    (incident,) = rows(world, Incident)
    assert incident.detail
    put_state(world, dossier_id, state)
    for who in ("labour_head", "clerk"):
        with pytest.raises(NotAllowed):
            retry(world, incident.id, who)
    with pytest.raises(NotFound):
        retry(world, incident.id + 1)
    assert retry(world, incident.id).closed_by_id == world.actor("admin").person_id
    with pytest.raises(Conflict):
        retry(world, incident.id)
    assert tick_at(world, "2024-12-06 09:00") == 1
    assert world.open_elements(dossier_id) == {"select", "labour_overdue"}
    assert incidents(world) == []
    assert broken(world) == []


def put_state(world: World, dossier_id: int, state: bytes) -> bytes:
    """Puts another state of the engine in the place of a dossier's; answers the one before."""
    with world.database.write() as work:
        instance = work.session.get_one(ProcessInstance, dossier_id)
        before, instance.state = instance.state, state
    return before


def test_an_incident_whose_timer_has_gone_is_only_closed(world: World) -> None:
    dossier_id = world.carry_to("select")
    state = put_state(world, dossier_id, b"spoilt")
    tick_at(world, "2024-12-06 08:00")
    put_state(world, dossier_id, state)
    world.select(dossier_id)
    (incident,) = rows(world, Incident)
    assert incident.timer_id is None
    retry(world, incident.id)
    assert (incidents(world), broken(world)) == ([], [])


def test_only_administrators_see_incidents(world: World) -> None:
    with world.database.read() as work:
        assert incident_work.list_open(work, world.actor("admin")) == []
        with pytest.raises(NotAllowed):
            incident_work.list_open(work, world.actor("chairman"))


def test_a_drill_told_in_local_time_leaves_the_history_provable(world: World) -> None:
    dossier_id = world.carry_to("select")
    drill = Database(world.address(), LocalClock())
    assert ticks.tick(drill).timers == 1
    drill.dispose()
    assert history(world, dossier_id, "timer_fired")[0].at == LocalClock().now()
    assert broken(world) == []


class LocalClock:
    """A clock that tells local instead of universal time."""

    def now(self) -> datetime:
        return local("2024-12-06 07:00")


def test_timers_of_many_dossiers_fire_in_batches_and_each_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timers, "BATCH", 2)
    waiting = [world.carry_to("select") for _ in range(5)]
    assert tick_at(world, "2024-12-06 08:00") == 5
    assert tick_at(world, "2024-12-06 08:01") == 0
    for dossier_id in waiting:
        assert world.open_elements(dossier_id) == {"select", "labour_overdue"}
        assert [step.kind for step in history(world, dossier_id)].count("timer_fired") == 1
    assert broken(world) == []


def test_a_timer_that_fails_keeps_no_other_of_its_batch_from_firing(world: World) -> None:
    bad, *good = (world.carry_to("select") for _ in range(4))
    put_state(world, bad, b"spoilt")
    world.on("2024-12-06 08:00")
    done = ticks.tick(world.database)
    assert (done.timers, done.failed) == (3, 1)
    assert all(world.open_elements(one) == {"select", "labour_overdue"} for one in good)
    assert [row.dossier_id for row in rows(world, Incident)] == [bad]
