"""Giving a task to a colleague: reassigning by the head, delegating and giving back."""

from collections.abc import Callable

import pytest

from service.domain.errors import Conflict, Invalid, NotAllowed
from service.operations.watch import ticks
from service.operations.work import assignments, delegations, tasks
from service.operations.work.completions import Filled
from tests.builders import World
from tests.integration.operations.acting import away, do, mails_of, person, sound
from tests.integration.operations.readings import history

ACCEPT = {"outcome": "accept"}


def test_the_head_gives_a_task_to_another_member_and_both_hear_why(world: World) -> None:
    dossier_id = world.carry_to("select")
    task = world.task(dossier_id)
    world.claim("labour", task.id)
    other = person(world, "labour2")
    for who, error in (("labour2", NotAllowed), ("interior_head", NotAllowed)):
        with pytest.raises(error, match="head of"):
            do(world, assignments.assign, who, task.id, other, "Bận")
    for given, field in ((("interior", "Bận"), "person"), (("labour2", " "), "reason")):
        with pytest.raises(Invalid) as caught:
            do(world, assignments.assign, "labour_head", task.id, person(world, given[0]), given[1])
        assert list(caught.value.fields) == [field]
    do(world, assignments.assign, "labour_head", task.id, other, "Chị Thu đi công tác")
    assert world.task(dossier_id).assignee_id == other
    step = history(world, dossier_id, "reassigned")[-1]
    assert (step.reason, step.params["to"], step.params["from"]) == (
        "Chị Thu đi công tác",
        "Labour2",
        "Labour",
    )
    told = {
        mail.template: mail.recipient_id
        for mail in mails_of(world, dossier_id)
        if mail.position == step.position
    }
    assert told == {"assigned": other, "reassigned": person(world, "labour")}
    with pytest.raises(Conflict, match="Labour2 already holds"):
        do(world, assignments.assign, "labour_head", task.id, other, "Bận")
    sound(world)


def test_a_colleague_works_on_a_task_and_gives_it_back_to_its_owner(world: World) -> None:
    dossier_id = world.carry_to("select")
    task_id = world.task(dossier_id).id
    world.claim("labour", task_id)
    with pytest.raises(Invalid, match="Check"):
        do(world, delegations.delegate, "labour", task_id, person(world, "interior"), "Xem giúp")
    do(world, delegations.delegate, "labour", task_id, person(world, "labour_head"), "Xem giúp biên bản")
    task = world.task(dossier_id)
    assert (task.assignee_id, task.owner_id) == (person(world, "labour_head"), person(world, "labour"))
    for verb in (tasks.complete, tasks.release):
        given = (Filled(ACCEPT),) if verb is tasks.complete else ()
        with pytest.raises(Conflict, match="Labour answers for this task"):
            do(world, verb, "labour_head", task_id, *given)
    with pytest.raises(Conflict, match="Labour"):
        do(world, tasks.claim, "labour2", task_id)
    do(world, delegations.resolve, "labour_head", task_id, "Biên bản đủ chữ ký")
    assert world.task(dossier_id).assignee_id == person(world, "labour")
    with pytest.raises(Conflict, match="Nobody has been asked"):
        do(world, delegations.resolve, "labour", task_id, "x")
    do(world, delegations.delegate, "labour", task_id, person(world, "labour2"), "Xem lại")
    with pytest.raises(NotAllowed, match="Labour answers for this task"):
        do(world, delegations.take_back, "labour2", task_id, "x")
    do(world, delegations.take_back, "labour", task_id, "Tự làm")
    world.select(dossier_id)
    kinds = [step.kind for step in history(world, dossier_id) if step.task_id == task_id]
    assert kinds == ["claimed", "delegated", "resolved", "delegated", "taken_back", "completed"]
    sound(world)


def _to_the_head(world: World, task_id: int) -> set[str]:
    do(world, delegations.delegate, "labour", task_id, person(world, "labour_head"), "Xem giúp")
    return {"labour", "labour_head"}


def _to_one_for_whom_the_owner_stands_in(world: World, task_id: int) -> set[str]:
    do(world, delegations.delegate, "labour", task_id, person(world, "labour2"), "Xem giúp")
    away(world, "labour2", "labour", "2024-11-25", "2024-12-10")
    return {"labour", "labour2"}


def _to_one_who_leaves(world: World, task_id: int) -> set[str]:
    do(world, delegations.delegate, "labour", task_id, person(world, "labour2"), "Xem giúp")
    world.unseat("labour2")
    return {"labour"}


@pytest.mark.parametrize(
    "give",
    [_to_the_head, _to_one_for_whom_the_owner_stands_in, _to_one_who_leaves],
    ids=lambda one: one.__name__,
)
def test_a_delegated_task_reminds_each_of_those_concerned_once(
    world: World, give: Callable[[World, int], set[str]]
) -> None:
    dossier_id = world.carry_to("select")
    other = world.carry_to("select")
    task_id = world.task(dossier_id).id
    world.claim("labour", task_id)
    told = give(world, task_id)
    world.on("2024-11-27 08:00")
    ticks.tick(world.database)
    reminded = [mail.recipient_id for mail in mails_of(world, dossier_id) if mail.template == "reminder"]
    assert sorted(reminded) == sorted(person(world, who) for who in told)
    assert [mail for mail in mails_of(world, other) if mail.template == "reminder"], (
        "nobody else is kept waiting"
    )
    sound(world)
