"""Deadlines set, changed, extended and given back here: what runs follows, previews tell it before."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from service.domain.amendments import Guidance, Subject
from service.domain.deadlines import Bound, LatePolicy, Roll
from service.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from service.operations.process import effects
from service.operations.schedule import amendments, deadlines, rounds
from service.operations.schedule.deadlines import Changed, Extending, Place, Terms
from service.operations.watch import ticks
from service.store import deadlines as deadline_rows
from service.store import localities as locality_rows
from service.store.tables import DeadlineChange
from service.store.work import Work
from tests.builders import LOCALITY, World, local, shipped_locality
from tests.integration.operations import readings
from tests.integration.operations.configurations import load, on, with_rule
from tests.integration.operations.readings import broken, history, mails, pending, reminders, rows

GUIDANCE = Guidance(
    "12/HD-UBND", "UBND tỉnh Khánh Hòa", date(2024, 11, 1), "mục 2", "đơn vị gửi hồ sơ trước ngày 01/11/2025"
)
FINAL = Place(LOCALITY, "final-2025", "unit_submission")
ANNUAL = Place(LOCALITY, "annual-2024", "unit_submission")
TERMS = Terms(date(2024, 12, 4), Bound.BEFORE, Roll.NONE, LatePolicy.ACCEPT_FLAGGED, "default")
WHY = "Bão số 9"


def act(world: World, verb: Callable[[Work], Changed]) -> Changed:
    """Does it, after a preview that must have told exactly the same."""
    told = effects.tried(world.database, verb)
    with world.database.write() as work:
        done = verb(work)
    assert told == done
    return done


def change(world: World, place: Place, terms: Terms, guidance: Guidance | None = None) -> Changed:
    admin = world.actor("admin")
    return act(world, lambda work: deadlines.change(work, admin, place, terms, reason=WHY, guidance=guidance))


def withdraw(world: World, place: Place) -> Changed:
    admin = world.actor("admin")
    return act(world, lambda work: deadlines.withdraw(work, admin, place, reason="Thôi hoãn"))


def extend(world: World, place: Place, until: date, unit: str = "van_gia") -> Changed:
    admin = world.actor("admin")
    extending = Extending(unit, until, granted_by="Chủ tịch UBND huyện")
    return act(world, lambda work: deadlines.extend(work, admin, place, extending, reason=WHY))


def end_extension(world: World, place: Place, unit: str = "van_gia") -> Changed:
    admin = world.actor("admin")
    return act(world, lambda work: deadlines.end_extension(work, admin, place, unit, reason="Đã thông đường"))


def edition(world: World) -> int:
    with world.database.read() as work:
        return locality_rows.get(work, LOCALITY).edition


def test_guidance_sets_a_date_that_was_awaited_for_every_running_dossier(world: World) -> None:
    dossier_id = world.open_dossier(round_key="final-2025", with_papers=False)
    other = world.open_dossier(with_papers=False)
    done = change(world, FINAL, replace(TERMS, day=date(2025, 11, 1)), GUIDANCE)
    assert (done.before.day, done.after.last_day) == (None, date(2025, 10, 31))
    assert (done.effect.dossiers, done.effect.tasks, done.effect.reminders) == (1, 1, 6)
    assert done.effect.timers >= 1
    task = world.task(dossier_id)
    assert task.due_at == local("2025-11-01 00:00")
    assert readings.timers(world, dossier_id)["prepare_overdue"].due_at == local("2025-11-01 00:00")
    (step,) = history(world, dossier_id, "redated")
    assert (step.reason, step.person_name) == (WHY, world.actor("admin").name)
    assert step.params == {"unit_submission": "– → 31/10/2025"}
    assert step.clause == "Văn bản số 12/HD-UBND ngày 01/11/2024 của UBND tỉnh Khánh Hòa, mục 2"
    assert history(world, other, "redated") == []
    (kept,) = rows(world, DeadlineChange)
    assert (kept.day_before, kept.day_after, kept.guidance) == (None, date(2025, 11, 1), GUIDANCE.as_json())
    assert kept.before is not None
    assert kept.after is not None
    assert (kept.before["awaits"], kept.after["last_day"]) == ("UBND tỉnh Khánh Hòa", "2025-10-31")
    assert broken(world) == []


def test_an_awaited_date_needs_the_document_that_sets_it(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        change(world, FINAL, replace(TERMS, day=date(2025, 11, 1)))
    assert set(refused.value.fields) == {"number"}


def test_a_move_counts_and_one_of_the_rule_alone_does_not(world: World) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    change(world, ANNUAL, TERMS)
    change(world, ANNUAL, replace(TERMS, late=LatePolicy.REFUSE))
    with world.database.write() as work:
        row = deadline_rows.lock_round(work, LOCALITY, "annual-2024").deadlines[0]
        assert (row.sequence, row.moved_at, row.late_policy) == (1, local("2024-11-20 09:00"), "refuse")
        told = amendments.history(work, LOCALITY, Subject.DEADLINE, "annual-2024/unit_submission")
    assert [one.reason for one in told] == [WHY, WHY]
    assert len(history(world, dossier_id, "redated")) == 1
    assert len(rows(world, DeadlineChange)) == 2


def test_nothing_is_confirmed_that_was_prepared_before_another_change(world: World) -> None:
    admin, seen = world.actor("admin"), edition(world)
    change(world, Place(LOCALITY, "annual-2024", "labour_review"), replace(TERMS, day=date(2024, 12, 8)))
    with pytest.raises(Conflict), world.database.write() as work:
        deadlines.change(work, admin, ANNUAL, TERMS, reason=WHY, seen=seen)
    with world.database.write() as work:
        deadlines.change(work, admin, ANNUAL, TERMS, reason=WHY, seen=seen + 1)


def test_only_administrators_amend(world: World) -> None:
    for who in ("clerk", "labour_head", "chairman"):
        with pytest.raises(NotAllowed), world.database.write() as work:
            deadlines.change(work, world.actor(who), ANNUAL, TERMS, reason=WHY)


def test_what_cannot_be_is_refused_by_field(world: World) -> None:
    def wrong(**changes: object) -> set[str]:
        with pytest.raises(Invalid) as refused:
            change(world, ANNUAL, replace(TERMS, **changes))  # type: ignore[arg-type]
        return set(refused.value.fields)

    assert wrong(day=date(1999, 1, 1)) == {"day"}
    assert wrong(day=None) == {"awaits"}
    assert wrong(ladder="none") == {"ladder"}
    assert wrong(day=date(2024, 12, 1)) == set()
    with pytest.raises(NotFound):
        change(world, Place(LOCALITY, "annual-2024", "nothing"), TERMS)
    with pytest.raises(NotFound):
        change(world, Place(LOCALITY, "annual-1999", "unit_submission"), TERMS)


def test_a_deadline_may_lose_its_date_until_guidance_comes(world: World) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    done = change(world, ANNUAL, replace(TERMS, day=None, awaits="UBND tỉnh"))
    assert (done.after.due_at, done.after.awaits) == (None, "UBND tỉnh")
    task = world.task(dossier_id)
    assert (task.due_at, pending(world, task)) == (None, {})
    assert broken(world) == []


def test_what_was_amended_goes_before_the_files_until_it_is_given_back(world: World) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    change(world, ANNUAL, TERMS)
    moved = with_rule("annual-2024", "unit_submission", on(date(2024, 12, 8)))
    assert load(world, moved).kept == 1
    assert world.task(dossier_id).due_at == local("2024-12-04 00:00")
    assert withdraw(world, ANNUAL).after.day == date(2024, 12, 8)
    assert world.task(dossier_id).due_at == local("2024-12-08 00:00")
    assert load(world, shipped_locality()).kept == 0
    assert world.task(dossier_id).due_at == local("2024-12-01 00:00")
    with pytest.raises(Conflict):
        withdraw(world, ANNUAL)
    assert broken(world) == []


def test_a_day_back_in_the_plan_sends_nothing_again(world: World) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    world.on("2024-11-27 09:00")
    ticks.tick(world.database)
    sent = len(mails(world, "reminder"))
    change(world, ANNUAL, TERMS)
    withdraw(world, ANNUAL)
    assert ticks.tick(world.database).reminders == 0
    assert len(mails(world, "reminder")) == sent
    assert sorted(pending(world, world.task(dossier_id))) == [
        "1_before/30-11", "1_overdue/30-11", "3_overdue/30-11", "last_day/30-11",
    ]  # fmt: skip


def test_an_extension_moves_the_dossiers_of_its_unit_only(world: World) -> None:
    ours = world.open_dossier(with_papers=False)
    theirs = world.open_dossier("neighbour", with_papers=False)
    done = extend(world, ANNUAL, date(2024, 12, 6))
    assert (done.effect.dossiers, done.effect.tasks) == (1, 1)
    assert (done.before.last_day, done.after.last_day) == (date(2024, 11, 30), date(2024, 12, 6))
    task = world.task(ours)
    assert (task.due_at, task.last_day) == (local("2024-12-07 00:00"), date(2024, 12, 6))
    assert world.task(theirs).due_at == local("2024-12-01 00:00")
    (step,) = history(world, ours, "extended")
    assert step.params == {"unit_submission": "30/11/2024 → 06/12/2024", "granted_by": "Chủ tịch UBND huyện"}
    assert not [one for one in readings.page(world, theirs, "neighbour").history if one.kind == "extended"]
    later = world.open_dossier(with_papers=False)
    assert world.task(later).due_at == local("2024-12-07 00:00")
    world.on("2024-12-05 09:00")
    ticks.tick(world.database)
    fired = {key for key, row in reminders(world, world.task(ours)).items() if row.fired_at}
    assert "1_before/06-12" in fired
    assert all(key.endswith("/06-12") for key in fired)
    assert broken(world) == []


def test_an_extension_ends_by_hand_by_another_and_by_a_later_deadline(world: World) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    extend(world, ANNUAL, date(2024, 12, 6))
    extend(world, ANNUAL, date(2024, 12, 10))
    assert world.task(dossier_id).due_at == local("2024-12-11 00:00")
    change(world, ANNUAL, replace(TERMS, bound=Bound.BY))
    assert world.task(dossier_id).due_at == local("2024-12-11 00:00")
    change(world, ANNUAL, replace(TERMS, day=date(2024, 12, 20)))
    assert world.task(dossier_id).due_at == local("2024-12-20 00:00")
    with pytest.raises(NotFound):
        end_extension(world, ANNUAL)
    extend(world, ANNUAL, date(2024, 12, 24))
    end_extension(world, ANNUAL)
    assert world.task(dossier_id).due_at == local("2024-12-20 00:00")
    assert len(history(world, dossier_id, "extension_ended")) == 1
    assert broken(world) == []


def test_an_extension_is_later_than_the_deadline_and_for_a_unit_that_is_there(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        extend(world, ANNUAL, date(2024, 11, 30), "nowhere")
    assert set(refused.value.fields) == {"unit", "last_day"}
    with pytest.raises(Conflict):
        extend(world, FINAL, date(2025, 11, 30))


def test_cautions_name_rest_days_past_days_and_steps_out_of_order(world: World) -> None:
    world.open_dossier(with_papers=False)
    done = change(world, ANNUAL, replace(TERMS, day=date(2024, 11, 18)))
    assert done.overdue == 1
    assert [one.text for one in done.cautions] == [
        "The last day, {day}, is a rest day ({name}).",
        "This day has passed: everything still open at this step is overdue at once.",
    ]
    done = change(world, ANNUAL, replace(TERMS, day=date(2024, 12, 7)))
    assert [one.text for one in done.cautions] == ["A later step ends earlier: {step}, {day}."]


def test_a_round_shows_its_deadlines_as_amended(world: World) -> None:
    change(world, FINAL, replace(TERMS, day=date(2025, 11, 1)), GUIDANCE)
    with world.database.read() as work:
        first = rounds.deadlines_json(work, LOCALITY, "final-2025", "en")[0]
    assert (first["amended"], first["guidance"]) == (True, GUIDANCE.as_json())
    assert first["words"] == "at the latest 24:00 on 31/10/2025, Friday"


def test_a_late_policy_changed_here_holds_at_once_and_an_extension_is_in_time(world: World) -> None:
    ours, theirs = world.open_dossier(), world.open_dossier("neighbour")
    change(world, ANNUAL, replace(TERMS, day=date(2024, 12, 1), late=LatePolicy.REFUSE))
    extend(world, ANNUAL, date(2024, 12, 6))
    world.on("2024-12-02 09:00")
    with pytest.raises(Conflict, match=r"ended on 2024-11-30 .*nothing late is accepted"):
        world.submit(theirs, "neighbour")
    world.submit(ours)
    assert not readings.page(world, ours).dossier.late
    change(world, ANNUAL, replace(TERMS, day=date(2024, 12, 1), late=LatePolicy.ACCEPT_FLAGGED))
    world.submit(theirs, "neighbour", late_reason="Chờ chữ ký")
    assert readings.page(world, theirs, "neighbour").dossier.late
    assert broken(world) == []
