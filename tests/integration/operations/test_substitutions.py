"""Standing in for who is away: what a substitute may do, what is said of it, whom mails reach."""

import pytest

from service.domain.errors import Conflict, Invalid, NotAllowed
from service.operations.staff import substitutions
from service.operations.watch import ticks, verification
from service.operations.work import assignments, tasks
from service.store import dossiers
from service.store.tables import HistoryStep
from tests.builders import World
from tests.integration.operations.acting import away, do, mails_of, person, sound
from tests.integration.operations.readings import history


def test_a_substitute_acts_for_who_is_away_and_everything_says_so(world: World) -> None:
    held, fresh = world.carry_to("forward_to_chairman"), world.carry_to("appraise")
    task = world.task(held)
    world.claim("interior", task.id)
    away(world, "interior", "interior_head", "2024-11-21", "2024-11-22")
    assert world.actor("interior_head").absences == {}
    world.on("2024-11-21 08:00")
    head = world.actor("interior_head")
    assert set(head.absences) == {person(world, "interior")}
    assert head.holds(person(world, "interior"), task.group_id)
    do(world, tasks.claim, "interior_head", world.task(fresh).id)
    assert world.task(fresh).assignee_id == person(world, "interior")
    world.forward_to_chairman(held, who="interior_head")
    completed = history(world, held, "completed")[-1]
    assert (completed.person_name, completed.for_name) == ("Interior Head", "Interior")
    with world.database.read() as work:
        letter = dossiers.submissions_of(work, held)[-1]
        assert letter.for_name == "Interior"
    world.on("2024-11-23 08:00")
    assert world.actor("interior_head").absences == {}
    with pytest.raises(NotAllowed):
        do(world, tasks.claim, "interior_head", world.task(fresh).id)
    world.appraise(fresh)
    sound(world)
    with world.database.write() as work:
        step = work.session.get(HistoryStep, completed.id)
        assert step is not None
        step.for_id = step.for_name = None
    with world.database.read() as work:
        assert "history is unchanged" in {one.invariant for one in verification.verify(work).broken}


def test_mails_reach_the_substitute_for_as_long_as_somebody_is_away(world: World) -> None:
    """Reminders are fired in sets by the database, letters queued one by one: both must ask the same."""
    held, given, later = (world.carry_to("select") for _ in range(3))
    world.claim("labour", world.task(held).id)
    away(world, "labour", "interior", "2024-11-27", "2024-12-01", by="admin")

    def told(template: str, dossier_id: int) -> list[str]:
        names = {person(world, who): who for who in ("labour", "labour2", "interior")}
        found = [mail for mail in mails_of(world, dossier_id) if mail.template == template]
        return sorted(names[mail.recipient_id] for mail in found)

    def give(dossier_id: int) -> None:
        whom, why = person(world, "labour"), "Cân đối công việc"
        do(world, assignments.assign, "labour_head", world.task(dossier_id).id, whom, why)

    world.on("2024-11-27 08:00")
    ticks.tick(world.database)
    assert told("reminder", held) == ["interior", "labour"]
    # What nobody holds is told to all who may take it: that is also whoever fills a seat of theirs.
    assert told("reminder", given) == ["interior", "labour", "labour2"]
    give(given)
    assert told("assigned", given) == ["interior", "labour"]
    world.on("2024-12-02 00:00")
    ticks.tick(world.database)
    assert told("reminder", held) == ["interior", "labour", "labour"], "it fell due while they were back"
    give(later)
    assert told("assigned", later) == ["labour"]
    sound(world)


def test_absences_that_contradict_each_other_are_refused(world: World) -> None:
    first = away(world, "labour", "labour2", "2024-11-25", "2024-11-29")
    refused = (
        ("labour", "labour", "2024-12-01", "2024-12-02", "substitute"),
        ("labour", "labour2", "2024-12-02", "2024-12-01", "last_day"),
        ("labour", "labour2", "2024-11-18", "2024-11-19", "last_day"),
        ("labour", "labour_head", "2024-11-29", "2024-12-03", "first_day"),
        ("labour2", "labour_head", "2024-11-28", "2024-12-03", "first_day"),
        ("labour_head", "labour", "2024-11-25", "2024-11-25", "substitute"),
        ("labour", "interior", "2024-12-02", "2024-12-03", "substitute"),
    )
    for who, substitute, start, end, field in refused:
        with pytest.raises(Invalid) as caught:
            away(world, who, substitute, start, end)
        assert list(caught.value.fields) == [field], (who, substitute, start)
    with pytest.raises(NotAllowed, match="absence is entered by"):
        away(world, "labour", "labour2", "2024-12-02", "2024-12-03", by="interior_head")
    away(world, "labour", "labour2", "2024-12-02", "2024-12-03", by="labour_head")
    away(world, "interior", "labour2", "2024-12-05", "2024-12-06", by="admin")
    do(world, substitutions.end, "labour2", first)
    with pytest.raises(Conflict, match="ended already"):
        do(world, substitutions.end, "labour", first)
    away(world, "labour", "labour_head", "2024-11-26", "2024-11-27")
