"""Timers rest on deadlines, fire when told and due, and once for each date."""

from datetime import UTC, datetime, timedelta

import pytest

from service.domain.errors import Conflict
from service.engine import Fire, read
from tests.unit.engine.drawings import (
    choice,
    drawing,
    end,
    flow,
    inside,
    path,
    start,
    task,
    timer,
    wait_until,
)
from tests.unit.engine.journeys import DEADLINES, HANOI, NOON, Journey, award_dossier, return_to_unit

LATER = NOON + timedelta(days=40)


def test_a_timer_is_due_when_the_diagram_says() -> None:
    journey = award_dossier()
    overdue = journey.timer("prepare_overdue")
    assert overdue.due_at == DEADLINES["unit_submission"]
    assert (overdue.attached_to, overdue.interrupting) == ("prepare", False)
    journey.complete("prepare", "submit")
    assert journey.timer("select_overdue").due_at == datetime(2024, 12, 5, 17, tzinfo=UTC)


def test_a_timer_does_not_fire_before_its_time() -> None:
    journey = award_dossier(NOON)
    journey.complete("prepare", "submit")
    due = journey.timer("select_overdue").due_at
    assert due is not None
    journey.now = due - timedelta(seconds=1)
    with pytest.raises(Conflict):
        journey.fire("select_overdue")
    journey.now = due
    journey.fire("select_overdue")
    assert journey.open == ["select", "labour_overdue"]


def test_time_alone_fires_nothing() -> None:
    journey = award_dossier(LATER)
    journey.complete("prepare", "submit")
    assert journey.open == ["select"]
    assert journey.armed == ["select_overdue"]


def test_a_fired_timer_is_gone() -> None:
    journey = award_dossier()
    fired = journey.timer("prepare_overdue").task_id
    journey.fire("prepare_overdue")
    assert "prepare_overdue" not in journey.armed
    with pytest.raises(Conflict):
        journey.do(Fire(fired))


def test_a_timer_that_has_fired_is_not_armed_again_for_the_same_date() -> None:
    journey = award_dossier()
    journey.fire("prepare_overdue")
    return_to_unit(journey)
    assert journey.open == ["prepare"]
    assert "prepare_overdue" not in journey.armed


def test_it_is_armed_again_when_the_date_changes() -> None:
    journey = award_dossier()
    journey.fire("prepare_overdue")
    return_to_unit(journey)
    journey.redate(unit_submission=LATER)
    assert journey.timer("prepare_overdue").due_at == LATER
    journey.redate(unit_submission=DEADLINES["unit_submission"])
    assert "prepare_overdue" not in journey.armed


def test_an_open_step_waits_again_when_the_date_it_missed_is_moved() -> None:
    journey = award_dossier(LATER)
    journey.complete("prepare", "submit")
    fired = journey.timer("select_overdue").task_id
    journey.fire("select_overdue")
    journey.redate(labour_review=LATER - timedelta(days=1))
    again = journey.timer("select_overdue")
    assert (again.due_at, again.attached_to, again.interrupting) == (LATER, "select", False)
    assert again.task_id != fired
    assert journey.step.events == ()
    assert journey.open == ["select", "labour_overdue"]


def test_it_does_not_fire_again_before_the_new_date() -> None:
    journey = award_dossier(LATER)
    journey.complete("prepare", "submit")
    journey.fire("select_overdue")
    journey.redate(labour_review=LATER)
    with pytest.raises(Conflict):
        journey.fire("select_overdue")


def test_each_date_missed_is_an_escalation_of_its_own() -> None:
    journey = award_dossier(LATER)
    journey.complete("prepare", "submit")
    seen = set()
    for day in range(3):
        journey.redate(labour_review=NOON + timedelta(days=day))
        seen.add(journey.timer("select_overdue").task_id)
        journey.fire("select_overdue")
        assert "select_overdue" not in journey.armed
    assert len(seen) == 3
    assert journey.open == ["select", *["labour_overdue"] * 3]
    assert len({open_task.id for open_task in journey.step.open_tasks}) == 4


def test_a_date_that_comes_back_is_not_missed_twice() -> None:
    journey = award_dossier(LATER)
    journey.fire("prepare_overdue")
    journey.redate(unit_submission=NOON)
    journey.redate(unit_submission=DEADLINES["unit_submission"])
    assert "prepare_overdue" not in journey.armed
    journey.redate(unit_submission=NOON)
    assert journey.timer("prepare_overdue").due_at == NOON


def test_redating_to_the_same_dates_leaves_the_state_as_it_is() -> None:
    journey = award_dossier()
    journey.fire("prepare_overdue")
    before = journey.step.state
    journey.redate(labour_review=LATER)
    assert (journey.armed, journey.step.state) == (["prepare_overdue_head"], before)


def test_a_fired_timer_waits_again_once_however_often_the_date_moves() -> None:
    journey = award_dossier()
    journey.fire("prepare_overdue")
    journey.redate(unit_submission=LATER)
    waiting = journey.timer("prepare_overdue").task_id
    for day in range(3):
        journey.redate(unit_submission=LATER + timedelta(days=day))
        assert journey.armed == ["prepare_overdue_head", "prepare_overdue"]
    assert journey.timer("prepare_overdue").task_id == waiting


def test_a_fired_timer_whose_date_is_taken_away_waits_unarmed() -> None:
    journey = award_dossier()
    journey.fire("prepare_overdue")
    journey.redate(unit_submission=None)
    assert journey.timer("prepare_overdue").due_at is None
    with pytest.raises(Conflict):
        journey.fire("prepare_overdue")
    journey.redate(unit_submission=NOON)
    assert journey.timer("prepare_overdue").due_at == NOON


def test_a_timer_that_waits_again_goes_with_its_step() -> None:
    journey = award_dossier()
    journey.fire("prepare_overdue")
    journey.redate(unit_submission=LATER)
    again = journey.timer("prepare_overdue").task_id
    journey.complete("prepare", "submit")
    assert journey.armed == ["select_overdue"]
    with pytest.raises(Conflict):
        journey.do(Fire(again))


def test_a_timer_that_waits_again_goes_with_the_process() -> None:
    journey = award_dossier()
    journey.fire("prepare_overdue")
    journey.redate(unit_submission=LATER)
    journey.receive("withdraw")
    assert (journey.ended, journey.armed, journey.open) == ("withdrawn", [], [])


def test_a_step_that_is_over_waits_for_no_new_date() -> None:
    journey = award_dossier(LATER)
    journey.complete("prepare", "submit")
    journey.fire("select_overdue")
    journey.complete("select", "accept")
    journey.redate(labour_review=LATER)
    assert journey.armed == ["labour_overdue_unanswered", "forward_to_interior_overdue"]
    assert journey.open == ["labour_overdue", "forward_to_interior"]


def test_a_block_of_steps_waits_again_too() -> None:
    block = inside(
        "block", start("in"), task("review"), end("out", terminate=False), path("in", "review", "out")
    )
    xml = drawing(
        *(start(), block, timer("late", "block", 'deadline("labour_review")')),
        *(task("head"), end("told", terminate=False), end()),
        *(path("start", "block", "end"), path("late", "head", "told")),
    )
    journey = Journey(read(xml), LATER)
    journey.fire("late")
    journey.redate(labour_review=LATER)
    journey.fire("late")
    assert sorted(journey.open) == ["head", "head", "review"]


def test_it_is_armed_for_a_date_set_while_the_dossier_was_elsewhere() -> None:
    journey = award_dossier()
    journey.fire("prepare_overdue")
    journey.complete("prepare", "submit")
    journey.deadlines = {**DEADLINES, "unit_submission": LATER}
    journey.complete("select", "return_unit")
    assert journey.timer("prepare_overdue").due_at == LATER


def test_a_spent_timer_cannot_be_fired() -> None:
    journey = award_dossier()
    journey.fire("prepare_overdue")
    number = int(journey.task("prepare").id.split("-")[1])
    return_to_unit(journey)
    again = int(journey.task("prepare").id.split("-")[1])
    assert again > number
    with pytest.raises(Conflict):
        journey.do(Fire(f"i-{again + 1}"))


def test_an_unset_deadline_waits_unarmed_until_it_gets_a_date() -> None:
    journey = Journey(award_dossier().definition, deadlines=dict.fromkeys(DEADLINES))
    assert journey.timer("prepare_overdue").due_at is None
    with pytest.raises(Conflict):
        journey.fire("prepare_overdue")
    journey.redate(unit_submission=NOON)
    assert journey.timer("prepare_overdue").due_at == NOON
    journey.fire("prepare_overdue")
    assert ("notice", "notify_unit_overdue") in journey.told


def test_a_date_can_be_taken_away_again() -> None:
    journey = award_dossier()
    journey.redate(unit_submission=None)
    assert journey.timer("prepare_overdue").due_at is None


def test_only_redating_changes_a_waiting_timer() -> None:
    journey = award_dossier()
    journey.complete("prepare", "submit")
    due = journey.timer("select_overdue").due_at
    journey.deadlines = dict.fromkeys(DEADLINES, LATER)
    journey.now = due or NOON
    journey.fire("select_overdue")
    journey.complete("labour_overdue", "acknowledged")
    journey.complete("select", "accept")
    assert journey.timer("forward_to_interior_overdue").due_at == LATER + timedelta(days=1)


def test_redating_keeps_task_ids_and_tells_nothing() -> None:
    journey = award_dossier()
    before = (journey.step.open_tasks, journey.timer("prepare_overdue").task_id)
    journey.redate(unit_submission=LATER)
    assert (journey.step.open_tasks, journey.timer("prepare_overdue").task_id) == before
    assert journey.step.events == ()


def test_a_fraction_of_a_second_is_never_early() -> None:
    journey = award_dossier()
    journey.redate(unit_submission=NOON + timedelta(microseconds=1))
    assert journey.timer("prepare_overdue").due_at == NOON + timedelta(seconds=1)


def test_a_timer_on_the_path_holds_the_dossier_and_is_never_spent() -> None:
    xml = drawing(
        *(start(), task("prepare"), wait_until("intake", 'deadline("unit_submission")'), task("select")),
        *(
            choice("again", "again_to_end"),
            end(),
            path("start", "prepare", "intake", "select", "again", "end"),
        ),
        flow("again", "prepare", 'outcome == "return_unit"'),
    )
    journey = Journey(read(xml))
    for _ in range(3):
        journey.complete("prepare", "submit")
        assert (journey.open, journey.armed) == ([], ["intake"])
        assert journey.timer("intake").attached_to == ""
        journey.fire("intake")
        assert journey.open == ["select"]
        journey.complete("select", "return_unit")


def test_two_escalations_of_one_step_are_two_tasks() -> None:
    journey = award_dossier(LATER)
    journey.complete("prepare", "submit")
    journey.fire("select_overdue")
    journey.complete("select", "accept")
    journey.fire("forward_to_interior_overdue")
    assert journey.open == ["labour_overdue", "forward_to_interior", "labour_overdue"]
    assert len({open_task.id for open_task in journey.step.open_tasks}) == 3


def test_instants_are_aware_and_in_utc() -> None:
    due = award_dossier().timer("prepare_overdue").due_at
    assert due is not None
    assert due.tzinfo is UTC
    assert due.astimezone(HANOI).hour == 0
