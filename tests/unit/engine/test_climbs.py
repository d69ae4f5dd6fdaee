"""What is overdue climbs: an escalation that nobody answers opens the next one."""

from datetime import timedelta

import pytest

from service.domain.errors import Conflict
from service.engine import Fire
from tests.unit.engine.journeys import DEADLINES, NOON, Journey, award_dossier

LATER = NOON + timedelta(days=40)
MISSED = DEADLINES["labour_review"]


def at_selection(journey: Journey) -> Journey:
    journey.complete("prepare", "submit")
    return journey


def a_day_later(journey: Journey) -> Journey:
    journey.now += timedelta(days=1)
    return journey


def test_the_head_has_two_days_before_the_chairmans_office_is_asked() -> None:
    assert MISSED is not None
    journey = at_selection(award_dossier(MISSED + timedelta(days=1)))
    journey.fire("select_overdue")
    climb = journey.timer("labour_overdue_unanswered")
    assert (climb.due_at, climb.attached_to) == (MISSED + timedelta(days=3), "labour_overdue")


def test_a_head_who_is_asked_late_has_a_day_all_the_same_also_after_another_date() -> None:
    journey = at_selection(award_dossier(LATER))
    journey.fire("select_overdue")
    for _ in range(2):
        climb = journey.timer("labour_overdue_unanswered")
        assert climb.due_at == LATER + timedelta(days=1)
        journey.now += timedelta(hours=9)
        journey.redate(labour_review=NOON)
    with pytest.raises(Conflict):
        journey.do(Fire(climb.task_id))
    a_day_later(journey).fire("labour_overdue_unanswered")
    assert journey.open == ["select", "labour_overdue", "chairman_overdue"]


def test_an_answer_in_time_stops_the_climb() -> None:
    journey = at_selection(award_dossier(LATER))
    journey.fire("select_overdue")
    climb = journey.timer("labour_overdue_unanswered").task_id
    journey.complete("labour_overdue", "acknowledged")
    assert journey.armed == []
    assert journey.open == ["select"]
    with pytest.raises(Conflict):
        journey.do(Fire(climb))


def test_a_moved_date_moves_the_climb_that_has_not_begun() -> None:
    journey = at_selection(award_dossier(LATER))
    journey.fire("select_overdue")
    journey.redate(labour_review=LATER)
    assert journey.timer("labour_overdue_unanswered").due_at == LATER + timedelta(days=3)
    assert journey.timer("select_overdue").due_at == LATER + timedelta(days=1)


def test_an_escalation_that_has_climbed_does_not_climb_again_for_another_date() -> None:
    journey = at_selection(award_dossier(LATER))
    journey.fire("select_overdue")
    a_day_later(journey).fire("labour_overdue_unanswered")
    journey.redate(labour_review=NOON)
    assert journey.armed == ["select_overdue"]


def test_the_next_step_of_the_same_office_climbs_by_itself() -> None:
    journey = at_selection(award_dossier(LATER))
    journey.fire("select_overdue")
    a_day_later(journey).fire("labour_overdue_unanswered")
    for element in ("labour_overdue", "chairman_overdue"):
        journey.complete(element, "acknowledged")
    journey.complete("select", "accept")
    journey.fire("forward_to_interior_overdue")
    a_day_later(journey).fire("labour_overdue_unanswered")
    assert sorted(journey.open) == ["chairman_overdue", "forward_to_interior", "labour_overdue"]


def test_a_late_unit_and_a_late_chairman_climb_too() -> None:
    journey = award_dossier(LATER)
    journey.fire("prepare_overdue_head")
    a_day_later(journey).fire("unit_overdue_unanswered")
    assert journey.open == ["prepare", "unit_overdue", "chairman_overdue"]
    for element in ("unit_overdue", "chairman_overdue"):
        journey.complete(element, "acknowledged")
    for element, outcome in (("prepare", "submit"), ("select", "accept"), ("forward_to_interior", "forward")):
        journey.complete(element, outcome)
    for element, outcome in (("appraise", "accept"), ("forward_to_chairman", "forward")):
        journey.complete(element, outcome)
    assert journey.timer("decide_overdue").due_at is None
    journey.redate(chairman_decision=NOON)
    journey.fire("decide_overdue")
    assert journey.open == ["decide", "chairman_overdue"]


def test_the_end_of_the_process_ends_every_climb() -> None:
    journey = at_selection(award_dossier(LATER))
    journey.fire("select_overdue")
    journey.receive("withdraw")
    assert (journey.ended, journey.open, journey.armed) == ("withdrawn", [], [])
