"""Rounds created here: the plan proposes their dates, files leave them alone, dossiers run in them."""

from dataclasses import replace
from datetime import date

import pytest

from service.domain.amendments import Guidance
from service.domain.deadlines import Bound
from service.domain.errors import Conflict, Invalid, NotAllowed
from service.domain.labels import Label
from service.domain.rounds import RoundKind
from service.operations.schedule import new_rounds, rounds
from service.operations.schedule.new_rounds import Dated, NewRound, Proposal
from service.store.tables import Amendment, Round
from tests.builders import LOCALITY, World, local, shipped_locality
from tests.integration.operations.configurations import load, on, with_rule
from tests.integration.operations.readings import broken, page, rows

GUIDANCE = Guidance("5/HD-UBND", "UBND tỉnh", date(2024, 11, 1), "1", "trước ngày 10/12/2026")


def propose(world: World, kind: RoundKind, year: int) -> Proposal:
    with world.database.read() as work:
        return new_rounds.propose(work, world.actor("admin"), LOCALITY, kind, year)


def create(world: World, new: NewRound, guidance: Guidance | None = None) -> Round:
    admin = world.actor("admin")
    with world.database.write() as work:
        return new_rounds.create(work, admin, LOCALITY, new, reason="Kéo dài phong trào", guidance=guidance)


def days(world: World, key: str) -> list[date | None]:
    with world.database.read() as work:
        return [deadline.last_day for deadline in rounds.show(work, LOCALITY, key).deadlines]


def test_the_plan_proposes_the_days_of_a_year_by_its_own_rules(world: World) -> None:
    proposal = propose(world, RoundKind.ANNUAL, 2026)
    assert (proposal.round.key, proposal.round.name.en) == ("annual-2026", "Annual awards 2026")
    assert [deadline.day for deadline in proposal.deadlines] == [
        date(2026, 12, 1), date(2026, 12, 5), date(2026, 12, 10), None,
    ]  # fmt: skip
    assert proposal.by_plan
    assert [one.text for one in proposal.cautions] == [
        "The campaign runs from {first} to {last}; {year} lies outside it."
    ]


def test_a_day_that_the_plan_fixes_in_another_year_is_not_guessed(world: World) -> None:
    proposal = propose(world, RoundKind.MID_TERM, 2025)
    assert {deadline.day for deadline in proposal.deadlines} == {None}
    assert proposal.deadlines[0].note == Label(
        "Kế hoạch chỉ ấn định ngày cho năm 2023.", "The plan fixes this day for 2023 only."
    )


def test_a_created_round_takes_dossiers_and_follows_the_rules_of_its_kind(world: World) -> None:
    row = create(world, NewRound(RoundKind.ANNUAL, 2026))
    assert (row.key, row.amended, row.process_key) == ("annual-2026", True, "award_dossier")
    dossier_id = world.open_dossier(round_key="annual-2026", with_papers=False)
    assert world.task(dossier_id).due_at == local("2026-12-01 00:00")
    moved = with_rule("annual-2024", "labour_review", on(date(2024, 12, 8)))
    assert load(world, moved).kept == 1
    assert world.task(dossier_id).due_at == local("2026-12-01 00:00")
    assert days(world, "annual-2026")[0] == date(2026, 11, 30)
    assert [one.reason for one in rows(world, Amendment)] == ["Kéo dài phong trào"]
    assert broken(world) == []


def test_a_day_that_differs_from_the_proposed_one_is_amended_and_stays(world: World) -> None:
    create(
        world,
        NewRound(RoundKind.ANNUAL, 2026, days={"unit_submission": Dated(date(2026, 11, 25), Bound.BY)}),
        GUIDANCE,
    )
    with world.database.read() as work:
        first, second, *_ = rounds.show(work, LOCALITY, "annual-2026").deadlines
    assert (first.amended, first.guidance, first.last_day) == (True, GUIDANCE, date(2026, 11, 25))
    assert (second.amended, second.guidance) == (False, None)
    assert load(world, with_rule("annual-2024", "unit_submission", on(date(2024, 12, 8)))).kept == 2
    assert days(world, "annual-2026")[0] == date(2026, 11, 25)


def test_awards_at_once_may_come_again_and_again_in_a_year(world: World) -> None:
    flood = NewRound(
        RoundKind.AD_HOC,
        2024,
        name=Label("Khen thưởng chống lũ 2024", ""),
        awards=("giay_khen",),
        days={"unit_submission": Dated(date(2024, 12, 15), Bound.BY)},
    )
    first, second = create(world, flood), create(world, flood)
    assert (first.key, second.key) == ("ad_hoc-2024", "ad_hoc-2024-2")
    assert (first.name_vi, first.name_en, first.awards) == (
        "Khen thưởng chống lũ 2024", "Khen thưởng chống lũ 2024", ["giay_khen"],
    )  # fmt: skip
    codes = {
        page(world, world.open_dossier(round_key=key, with_papers=False)).dossier.code
        for key in (first.key, second.key)
    }
    assert len(codes) == 2
    assert broken(world) == []


def test_a_round_opens_on_its_day(world: World) -> None:
    create(world, NewRound(RoundKind.ANNUAL, 2026, opens_on=date(2024, 12, 1)))
    with pytest.raises(StopIteration):
        world.open_dossier(round_key="annual-2026", with_papers=False)
    world.on("2024-12-01 00:00")
    world.open_dossier(round_key="annual-2026", with_papers=False)


def test_a_round_without_dossiers_can_be_taken_back_and_created_again(world: World) -> None:
    create(world, NewRound(RoundKind.ANNUAL, 2026))
    admin = world.actor("admin")
    with world.database.write() as work:
        new_rounds.close(work, admin, LOCALITY, "annual-2026", reason="Nhầm năm")
    with pytest.raises(StopIteration):
        world.open_dossier(round_key="annual-2026", with_papers=False)
    create(world, NewRound(RoundKind.ANNUAL, 2026))
    world.open_dossier(round_key="annual-2026", with_papers=False)
    with pytest.raises(Conflict), world.database.write() as work:
        new_rounds.close(work, admin, LOCALITY, "annual-2026", reason="Nhầm năm")
    with pytest.raises(Conflict), world.database.write() as work:
        new_rounds.close(work, admin, LOCALITY, "annual-2024", reason="Nhầm năm")


def test_what_cannot_be_created_is_refused(world: World) -> None:
    with pytest.raises(Conflict):
        propose(world, RoundKind.ANNUAL, 2024)
    for kind, year in ((RoundKind.ANNUAL, 1900), (RoundKind.DUTY, 2026)):
        with pytest.raises(Invalid):
            propose(world, kind, year)
    with pytest.raises(Invalid) as refused:
        create(world, NewRound(RoundKind.ANNUAL, 2026, name=Label(" ", ""), awards=("no_award",)))
    assert set(refused.value.fields) == {"name_vi", "awards"}
    awaited = {"unit_submission": Dated(date(2026, 11, 1), Bound.BY)}
    with pytest.raises(Invalid) as refused:
        create(world, NewRound(RoundKind.FINAL, 2026, days=awaited))
    assert set(refused.value.fields) == {"number"}
    with pytest.raises(NotAllowed), world.database.write() as work:
        new_rounds.create(
            work, world.actor("labour_head"), LOCALITY, NewRound(RoundKind.ANNUAL, 2026), reason="x"
        )


def test_files_that_name_a_created_round_leave_its_name_and_follow_its_days(world: World) -> None:
    create(world, NewRound(RoundKind.ANNUAL, 2026, name=Label("Đợt cuối", "")))
    locality = shipped_locality()
    plan = next(one for one in locality.kinds if one.kind is RoundKind.ANNUAL)
    assert load(world, replace(locality, rounds=(*locality.rounds, plan.round_of(2026)))).kept == 1
    with world.database.read() as work:
        assert rounds.show(work, LOCALITY, "annual-2026").round.name_vi == "Đợt cuối"
