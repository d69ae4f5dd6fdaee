"""Reminder ladders changed here: waiting reminders follow at once, what was sent is not sent again."""

from datetime import date, time

import pytest

from service.domain.deadlines import Bound, LatePolicy, Roll
from service.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from service.domain.labels import Label
from service.domain.reminders import Audience, DayCount, Ladder, Rung
from service.operations.process.effects import Effect
from service.operations.schedule import deadlines, ladders
from service.operations.schedule.deadlines import Place, Terms
from service.operations.schedule.ladders import LadderPage
from service.operations.watch import ticks
from service.store.tables import Amendment, DeadlineChange
from tests.builders import LOCALITY, World, local
from tests.integration.operations.configurations import load, with_ladder
from tests.integration.operations.readings import broken, mails, pending, reminders, rows

NAME = Label("Nhắc sớm", "Early reminders")
TEN_AND_LAST = (Rung("", -10, Audience.CANDIDATES), Rung("", 0, Audience.CANDIDATES, at=time(7, 30)))


def save(world: World, *rungs: Rung, key: str = "default", name: Label = NAME) -> Effect:
    with world.database.write() as work:
        return ladders.save(work, world.actor("admin"), LOCALITY, key, name, rungs, reason="Nhắc ít hơn")


def create(world: World, *rungs: Rung, name: Label = NAME) -> str:
    with world.database.write() as work:
        return ladders.create(work, world.actor("admin"), LOCALITY, name, rungs, reason="Đợt gấp")[0]


def withdraw(world: World, key: str = "default") -> Effect:
    with world.database.write() as work:
        return ladders.withdraw(work, world.actor("admin"), LOCALITY, key, reason="Theo kế hoạch")


def assign(world: World, key: str) -> Effect:
    """Lets the units' deadline of 2024 remind by a ladder."""
    with world.database.write() as work:
        place = Place(LOCALITY, "annual-2024", "unit_submission")
        terms = Terms(date(2024, 12, 1), Bound.BEFORE, Roll.NONE, LatePolicy.ACCEPT_FLAGGED, key)
        return deadlines.change(work, world.actor("admin"), place, terms, reason="Đợt gấp").effect


def shown(world: World, key: str = "default") -> LadderPage:
    with world.database.read() as work:
        return ladders.show(work, LOCALITY, key)


def test_changed_rungs_replan_what_waits_in_the_same_transaction(world: World) -> None:
    task = world.task(world.open_dossier(with_papers=False))
    effect = save(world, *TEN_AND_LAST)
    # Ten days before the last day is today at 8, an hour ago.
    assert {key: row.fire_at for key, row in pending(world, task).items()} == {
        "last_day/30-11": local("2024-11-30 07:30")
    }
    assert (effect.moves, effect.dossiers, effect.tasks, effect.reminders, effect.timers) == ((), 1, 0, 6, 0)
    (kept,) = rows(world, Amendment)
    assert (kept.subject, kept.key, kept.reason) == ("ladder", "default", "Nhắc ít hơn")
    assert kept.before is not None
    assert kept.after is not None
    assert (len(kept.before["rungs"]), len(kept.after["rungs"])) == (6, 2)
    assert broken(world) == []


def test_what_was_sent_by_a_rung_is_not_sent_again_when_it_stays(world: World) -> None:
    task = world.task(world.open_dossier(with_papers=False))
    world.on("2024-11-27 08:00")
    ticks.tick(world.database)
    save(world, Rung("", -3, Audience.CANDIDATES, at=time(17)), Rung("", -1, Audience.CANDIDATES))
    world.on("2024-11-27 18:00")
    ticks.tick(world.database)
    assert mails(world, "reminder").count(("clerk", "3_before")) == 1
    assert "3_before/30-11" in reminders(world, task)
    assert sorted(pending(world, task)) == ["1_before/30-11"]


def test_a_rung_with_other_days_is_another_rule_and_is_sent(world: World) -> None:
    world.open_dossier(with_papers=False)
    world.on("2024-11-27 08:00")
    ticks.tick(world.database)
    save(world, Rung("", -2, Audience.CANDIDATES))
    world.on("2024-11-28 08:00")
    ticks.tick(world.database)
    assert ("clerk", "2_before") in mails(world, "reminder")


def test_a_new_ladder_is_given_to_a_deadline(world: World) -> None:
    task = world.task(world.open_dossier(with_papers=False))
    key = create(world, Rung("", -2, Audience.ASSIGNEE, DayCount.WORKING))
    assert key == "nhac-som"
    assert len(pending(world, task)) == 6
    effect = assign(world, key)
    assert effect.reminders == 7
    assert {rule: row.fire_at for rule, row in pending(world, task).items()} == {
        "2_working_before/30-11": local("2024-11-28 08:00")
    }
    (change,) = rows(world, DeadlineChange)
    assert change.before is not None
    assert change.after is not None
    assert (change.before["ladder"], change.after["ladder"]) == ("default", "nhac-som")
    assert [deadline.key for _, deadline in shown(world, key).deadlines] == ["unit_submission"]


def test_loading_keeps_a_changed_ladder_until_it_is_withdrawn(world: World) -> None:
    save(world, *TEN_AND_LAST)
    create(world, Rung("", -1, Audience.OFFICE_HEAD), name=Label("Khác", ""))
    load(world, with_ladder(Rung("5_before", -5, Audience.CANDIDATES)))
    assert [rung.key for rung in shown(world).ladder.rungs] == ["10_before", "last_day"]
    assert len(shown(world, "khac").ladder.rungs) == 1
    withdraw(world)
    assert [rung.key for rung in shown(world).ladder.rungs] == ["5_before"]
    page = shown(world)
    assert (page.amended, page.in_files, page.name.en) == (False, True, "Default")
    with pytest.raises(Conflict, match="as the files have it"):
        withdraw(world)


def test_a_ladder_created_here_goes_when_it_is_withdrawn_and_nobody_uses_it(world: World) -> None:
    key = create(world, Rung("", -1, Audience.CANDIDATES))
    assign(world, key)
    with pytest.raises(Conflict, match="annual-2024/unit_submission"):
        withdraw(world, key)
    assign(world, "default")
    withdraw(world, key)
    with pytest.raises(NotFound):
        shown(world, key)


def test_the_dates_of_a_ladder_are_told_for_the_coming_deadlines(world: World) -> None:
    with world.database.read() as work:
        found = ladders.dates(work, LOCALITY, Ladder("default", (Rung("1_before", -1, Audience.CANDIDATES),)))
    assert [(one.page.round.key, one.deadline.key, one.reminders[0][1].fire_at) for one in found[:2]] == [
        ("annual-2024", "unit_submission", local("2024-11-29 08:00")),
        ("annual-2024", "labour_review", local("2024-12-03 08:00")),
    ]


def test_the_dates_of_a_ladder_are_told_when_every_deadline_has_passed(world: World) -> None:
    world.on("2030-01-01 08:00")
    with world.database.read() as work:
        found = ladders.dates(work, LOCALITY, shown(world).ladder)
    assert {one.page.round.year for one in found} == {2025}


@pytest.mark.parametrize(
    ("rungs", "told"),
    [
        ((), "from 1 to 20"),
        ((Rung("", -1, Audience.CANDIDATES), Rung("", -1, Audience.CANDIDATES, at=time(15))), "same people"),
        ((Rung("", 400, Audience.CANDIDATES),), "at most 366 days"),
        (tuple(Rung("", -days, Audience.CANDIDATES) for days in range(21)), "from 1 to 20"),
    ],
)
def test_a_ladder_that_makes_no_sense_is_refused(world: World, rungs: tuple[Rung, ...], told: str) -> None:
    with pytest.raises(Invalid, match=told):
        save(world, *rungs)
    assert rows(world, Amendment) == []


def test_a_name_is_asked_for_and_two_ladders_cannot_be_called_the_same(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        create(world, *TEN_AND_LAST, name=Label(" ", ""))
    assert refused.value.fields.keys() == {"name_vi"}
    create(world, *TEN_AND_LAST)
    with pytest.raises(Conflict, match="There is a ladder"):
        create(world, *TEN_AND_LAST)


def test_only_administrators_change_ladders(world: World) -> None:
    with pytest.raises(NotAllowed), world.database.write() as work:
        ladders.save(
            work, world.actor("interior_head"), LOCALITY, "default", NAME, TEN_AND_LAST, reason="Lý do"
        )
    with pytest.raises(NotFound):
        save(world, *TEN_AND_LAST, key="unknown")


def test_rungs_keep_the_keys_by_which_they_were_sent(world: World) -> None:
    load(world, with_ladder(Rung("mot-tuan", -7, Audience.CANDIDATES)))
    save(
        world,
        Rung("", -7, Audience.CANDIDATES),
        Rung("", -7, Audience.UNIT_HEAD),
        Rung("", 1, Audience.OFFICE_HEAD),
        Rung("", 1, Audience.UNIT_HEAD),
    )
    assert [rung.key for rung in shown(world).ladder.rungs] == [
        "mot-tuan", "7_before", "1_overdue", "1_overdue_unit_head",
    ]  # fmt: skip
