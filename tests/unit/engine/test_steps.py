"""A dossier on the shipped path, command by command."""

from datetime import UTC, datetime, timedelta

import pytest

from service.domain.errors import Conflict, EngineFailure, Invalid
from service.engine import (
    Complete,
    Ending,
    Environment,
    Event,
    Fire,
    Receive,
    Redate,
    Start,
    advance,
    inspect,
    read,
)
from tests.unit.engine.drawings import (
    choice,
    drawing,
    end,
    flow,
    inside,
    notice,
    parallel,
    path,
    start,
    task,
    timer,
)
from tests.unit.engine.journeys import HANOI, NOON, Journey, award_dossier, return_to_unit


def test_a_dossier_goes_from_the_unit_to_a_signed_decision() -> None:
    journey = award_dossier()
    assert journey.open == ["prepare"]
    for element, outcome, opened in [
        ("prepare", "submit", "select"),
        ("select", "accept", "forward_to_interior"),
        ("forward_to_interior", "forward", "appraise"),
        ("appraise", "accept", "forward_to_chairman"),
        ("forward_to_chairman", "forward", "decide"),
    ]:
        journey.complete(element, outcome)
        assert journey.open == [opened]
        assert journey.told == [("completed", element), ("opened", opened)]
    journey.complete("decide", "approve", has_upward=False)
    assert journey.step.ended == Ending("decided", "Đã quyết định khen thưởng")
    assert journey.told == [("completed", "decide"), ("ended", "decided")]
    assert (journey.open, journey.armed) == ([], [])


def test_an_open_task_carries_what_the_diagram_says_about_it() -> None:
    open_task = award_dossier().task("prepare")
    assert (open_task.role, open_task.form, open_task.act) == ("proposer", "submit", "submit")
    assert (open_task.deadline, open_task.reminders) == ("unit_submission", None)
    assert (open_task.name, open_task.lane) == ("Lập và nộp hồ sơ đề nghị", "Đơn vị")


@pytest.mark.parametrize(
    ("outcome", "opened"),
    [("return_unit", "prepare"), ("return_previous", "select"), ("accept", "forward_to_chairman")],
)
def test_the_appraisal_sends_a_dossier_where_its_outcome_says(outcome: str, opened: str) -> None:
    journey = award_dossier()
    journey.complete("prepare", "submit")
    journey.complete("select", "accept")
    journey.complete("forward_to_interior", "forward")
    journey.complete("appraise", outcome)
    assert journey.open == [opened]


def test_an_award_above_the_district_is_handed_over() -> None:
    journey = award_dossier()
    for element, outcome in [("prepare", "submit"), ("select", "accept"), ("forward_to_interior", "forward")]:
        journey.complete(element, outcome)
    journey.complete("appraise", "accept")
    journey.complete("forward_to_chairman", "forward")
    journey.complete("decide", "approve", has_upward=True)
    assert journey.open == ["hand_over"]
    journey.complete("hand_over", "handed_over")
    assert journey.ended == "handed_over"


def test_a_returned_dossier_opens_a_new_task_each_time() -> None:
    journey = award_dossier()
    first = journey.task("prepare").id
    return_to_unit(journey)
    assert journey.task("prepare").id != first


def test_task_ids_stay_until_the_task_closes() -> None:
    journey = award_dossier()
    journey.complete("prepare", "submit")
    select = journey.task("select").id
    journey.redate(labour_review=NOON - timedelta(days=2))
    assert journey.task("select").id == select
    journey.fire("select_overdue")
    head = journey.task("labour_overdue").id
    journey.complete("select", "return_unit")
    assert journey.task("labour_overdue").id == head


def test_ids_of_two_instances_never_meet() -> None:
    definition = award_dossier().definition
    around = Environment(NOON, HANOI)
    steps = [advance(definition, None, Start(), around) for _ in range(50)]
    assert len({open_task.id for step in steps for open_task in step.open_tasks}) == 50


def test_a_step_depends_on_nothing_but_its_arguments() -> None:
    one, other = award_dossier(), award_dossier()
    return_to_unit(one)
    return_to_unit(other)
    assert one.step == other.step


def test_a_withdrawal_closes_the_step_and_ends_the_process() -> None:
    journey = award_dossier()
    journey.complete("prepare", "submit")
    closed = journey.task("select").id
    journey.receive("withdraw")
    assert journey.ended == "withdrawn"
    assert set(journey.told) == {
        ("message_received", "withdraw_before_selection"),
        ("cancelled", "select"),
        ("ended", "withdrawn"),
    }
    assert closed in {event.task_id for event in journey.step.events if event.kind == "cancelled"}


def test_a_dossier_cannot_be_withdrawn_once_it_was_selected() -> None:
    journey = award_dossier()
    journey.complete("prepare", "submit")
    journey.complete("select", "accept")
    with pytest.raises(Conflict, match="withdraw"):
        journey.receive("withdraw")


def test_the_end_closes_open_escalations() -> None:
    journey = award_dossier(NOON + timedelta(days=30))
    journey.complete("prepare", "submit")
    journey.fire("select_overdue")
    assert journey.open == ["select", "labour_overdue"]
    journey.complete("select", "refuse")
    assert journey.ended == "refused"
    assert ("cancelled", "labour_overdue") in journey.told
    assert journey.open == []


def test_an_acknowledged_escalation_leaves_the_main_path_alone() -> None:
    journey = award_dossier(NOON + timedelta(days=30))
    journey.complete("prepare", "submit")
    journey.fire("select_overdue")
    journey.complete("labour_overdue", "acknowledged")
    assert journey.open == ["select"]
    journey.complete("select", "accept")
    assert journey.open == ["forward_to_interior"]


def test_a_notice_is_reported_with_its_audience_and_letter() -> None:
    journey = award_dossier()
    journey.fire("prepare_overdue")
    notices = [event for event in journey.step.events if event.kind == "notice"]
    assert [(event.element_id, dict(event.params)) for event in notices] == [
        ("notify_unit_overdue", {"notify": "focal_office", "template": "unit_overdue"})
    ]


@pytest.mark.parametrize("task_id", ["", "i-1", "i-999", "i-x", "other-4", "i--4", "4", "i-4 "])
def test_a_task_that_is_not_open_cannot_be_completed(task_id: str) -> None:
    journey = award_dossier()
    with pytest.raises(Conflict):
        journey.do(Complete(task_id, {"outcome": "submit"}))


def test_a_task_is_completed_once() -> None:
    journey = award_dossier()
    done = Complete(journey.task("prepare").id, {"outcome": "submit"})
    journey.do(done)
    with pytest.raises(Conflict):
        journey.do(done)


def test_a_timer_is_not_a_task_and_a_task_not_a_timer() -> None:
    journey = award_dossier()
    with pytest.raises(Conflict):
        journey.do(Complete(journey.timer("prepare_overdue").task_id))
    with pytest.raises(Conflict):
        journey.do(Fire(journey.task("prepare").id))


def test_an_ended_process_takes_no_command() -> None:
    journey = award_dossier()
    journey.complete("prepare", "submit")
    journey.complete("select", "refuse")
    assert inspect(journey.definition, journey.step.state).ended == journey.step.ended
    for command in (Complete("i-4"), Fire("i-4"), Receive("withdraw"), Redate(), Start()):
        with pytest.raises(Conflict):
            journey.do(command)


def test_only_a_start_starts() -> None:
    definition = award_dossier().definition
    with pytest.raises(Conflict):
        advance(definition, None, Redate(), Environment(NOON, HANOI))


@pytest.mark.parametrize(
    "values",
    [
        {"outcome": ["accept"]},
        {"outcome": {"typename": "Task"}},
        {"outcome": NOON},
        {"outcome": "x" * 301},
        {"outcome": float("nan")},
        {"outcome": 10**30},
        {"not a name": 1},
        {f"name{number}": number for number in range(41)},
    ],
)
def test_values_are_few_short_and_plain(values: dict) -> None:
    journey = award_dossier()
    with pytest.raises(Invalid):
        journey.do(Complete(journey.task("prepare").id, values))


def test_a_condition_without_its_value_stops_the_step_and_changes_nothing() -> None:
    journey = award_dossier()
    for element, outcome in [("prepare", "submit"), ("select", "accept"), ("forward_to_interior", "forward")]:
        journey.complete(element, outcome)
    journey.complete("appraise", "accept")
    journey.complete("forward_to_chairman", "forward")
    before = journey.step
    with pytest.raises(EngineFailure, match="has_upward"):
        journey.complete("decide", "approve")
    assert journey.step is before


def test_a_circle_without_people_is_stopped() -> None:
    xml = drawing(
        *(start(), notice("tell"), choice("again", "again_to_tell"), end()),
        *(path("start", "tell", "again", "tell"), flow("again", "end", "has_upward")),
    )
    with pytest.raises(EngineFailure, match="circle"):
        Journey(read(xml), data={"has_upward": False})


def test_a_deadlock_is_an_incident_not_a_silent_stop() -> None:
    xml = drawing(
        *(start(), choice("split", "split_to_a"), task("a"), task("b"), parallel("join"), end()),
        *(path("start", "split", "a", "join", "end"), flow("split", "b", "has_upward"), flow("b", "join")),
    )
    journey = Journey(read(xml), data={"has_upward": False})
    with pytest.raises(EngineFailure, match="stuck"):
        journey.complete("a")


def test_completion_without_an_end_event_is_an_incident() -> None:
    journey = Journey(read(drawing(start(), task("a"), path("start", "a"))))
    with pytest.raises(EngineFailure):
        journey.complete("a")


def test_parallel_branches_inside_a_sub_process_meet_in_every_round() -> None:
    block = inside(
        "block",
        *(start("s"), parallel("fork"), task("a"), task("b"), parallel("join"), end("e", terminate=False)),
        *(path("s", "fork", "a", "join", "e"), path("fork", "b", "join")),
    )
    xml = drawing(
        *(start(), block, choice("again", "again_to_end"), end(), path("start", "block", "again", "end")),
        flow("again", "block", 'outcome == "return_unit"'),
    )
    journey = Journey(read(xml))
    for first, second in [("a", "b"), ("b", "a"), ("a", "b")]:
        assert sorted(journey.open) == ["a", "b"]
        journey.complete(first, "accept")
        assert journey.open == [second]
        journey.complete(second, "return_unit")
    journey.complete("a", "accept")
    journey.complete("b", "accept")
    assert journey.step.ended


def test_an_interrupted_sub_process_closes_everything_inside() -> None:
    block = inside("block", start("s"), task("a"), end("e"), path("s", "a", "e"))
    xml = drawing(
        *(start(), block, end(), end("late_end"), path("start", "block", "end")),
        *(timer("late", "block", 'deadline("labour_review")', interrupting=True), flow("late", "late_end")),
    )
    journey = Journey(read(xml), now=datetime(2025, 1, 1, tzinfo=UTC))
    journey.fire("late")
    assert ("cancelled", "a") in journey.told
    assert journey.ended == "late_end"


@pytest.mark.parametrize("acknowledged", [True, False])
def test_an_escalation_does_not_override_the_result_of_its_step(acknowledged: bool) -> None:  # noqa: FBT001
    block = inside(
        "block",
        *(start("s"), task("review"), end("e"), path("s", "review", "e")),
        *(timer("late", "review", 'deadline("labour_review")'), task("head"), end("done", terminate=False)),
        path("late", "head", "done"),
    )
    xml = drawing(
        *(start(), block, choice("result", "result_to_no"), end("yes"), end("no")),
        *(path("start", "block", "result", "no"), flow("result", "yes", 'outcome == "accept"')),
    )
    journey = Journey(read(xml), now=NOON + timedelta(days=40))
    journey.fire("late")
    if acknowledged:
        journey.complete("head", "acknowledged")
    journey.complete("review", "accept")
    assert journey.ended == "yes"


def test_looking_at_a_state_moves_nothing() -> None:
    journey = award_dossier()
    journey.complete("prepare", "submit")
    seen = inspect(journey.definition, journey.step.state)
    assert (seen.state, seen.open_tasks, seen.timers) == (
        journey.step.state,
        journey.step.open_tasks,
        journey.step.timers,
    )
    assert seen.events == ()


def test_the_end_is_told_last() -> None:
    journey = award_dossier()
    journey.receive("withdraw")
    assert journey.step.events[-1] == Event("ended", "withdrawn", "Đã rút hồ sơ", None, {})
