"""The shipped configuration of Vạn Ninh says what its plan says."""

from datetime import date
from pathlib import Path

import pytest

from service.domain.awards import Power
from service.domain.deadlines import Bound, as_json, rest_day_warning
from service.domain.localities import content
from service.domain.organisations import Function, offices
from service.domain.reminders import materialise
from service.domain.rounds import RoundKind, resolve_round
from service.localities import read_folder

CONFIGURED = Path(__file__).parents[3] / "config" / "localities"
VAN_NINH = read_folder(CONFIGURED / "van-ninh")
DEADLINES = {(deadline.round, deadline.key): deadline for deadline in VAN_NINH.deadlines()}


@pytest.mark.parametrize("folder", sorted(path for path in CONFIGURED.iterdir() if path.is_dir()))
def test_every_shipped_locality_is_right(folder: Path) -> None:
    assert read_folder(folder).id == folder.name


def test_the_rounds_of_the_campaign() -> None:
    assert [round_.key for round_ in VAN_NINH.rounds] == [
        "annual-2022",
        "annual-2023",
        "mid_term-2023",
        "annual-2024",
        "annual-2025",
        "final-2025",
    ]


@pytest.mark.parametrize(
    ("round_key", "key", "day", "due_at"),
    [
        ("annual-2024", "unit_submission", "2024-12-01", "2024-12-01T00:00:00+07:00"),
        ("annual-2024", "labour_review", "2024-12-05", "2024-12-05T00:00:00+07:00"),
        ("annual-2024", "interior_appraisal", "2024-12-10", "2024-12-10T00:00:00+07:00"),
        ("mid_term-2023", "unit_submission", "2023-12-05", "2023-12-05T00:00:00+07:00"),
        ("mid_term-2023", "labour_review", "2023-12-10", "2023-12-10T00:00:00+07:00"),
        ("mid_term-2023", "interior_appraisal", "2023-12-15", "2023-12-15T00:00:00+07:00"),
    ],
)
def test_the_days_of_the_plan(round_key: str, key: str, day: str, due_at: str) -> None:
    shape = as_json(DEADLINES[round_key, key], VAN_NINH.calendar)
    assert (shape["date"], shape["due_at"], shape["bound"]) == (day, due_at, "before")


def test_the_final_round_awaits_the_province() -> None:
    final = [deadline for (round_key, _), deadline in DEADLINES.items() if round_key == "final-2025"]
    assert len(final) == 4
    assert {(deadline.day, deadline.due_at, deadline.awaits) for deadline in final} == {
        (None, None, "UBND tỉnh Khánh Hòa")
    }


def test_the_plan_sets_no_day_for_the_chairman() -> None:
    for round_ in VAN_NINH.rounds:
        deadline = DEADLINES[round_.key, "chairman_decision"]
        assert deadline.day is None
        assert deadline.note is not None


def test_every_deadline_quotes_its_clause() -> None:
    for deadline in DEADLINES.values():
        assert deadline.source.verified
        assert deadline.source.section.startswith("IV.3")
        assert deadline.bound is Bound.BEFORE


def test_last_days_on_rest_days_are_warned_of() -> None:
    warned = {key for key, deadline in DEADLINES.items() if rest_day_warning(deadline, VAN_NINH.calendar)}
    assert warned == {
        ("annual-2022", "labour_review"),
        ("annual-2023", "interior_appraisal"),
        ("mid_term-2023", "labour_review"),
        ("annual-2024", "unit_submission"),
        ("annual-2025", "unit_submission"),
    }


def test_sets_owed_by_award() -> None:
    assert {award.key: (award.sets, award.power) for award in VAN_NINH.awards} == {
        "giay_khen": (1, Power.OWN),
        "bang_khen_tinh": (1, Power.UPWARD),
        "bang_khen_thu_tuong": (3, Power.UPWARD),
        "huan_chuong_lao_dong": (4, Power.UPWARD),
    }


def test_the_checklist_is_marked_unverified_since_its_text_was_not_found() -> None:
    assert VAN_NINH.components
    assert not any(component.citation.verified for component in VAN_NINH.components)


def test_the_clerical_defect_of_the_plan_is_noted_where_it_is_cited() -> None:
    certificate = VAN_NINH.awards[0]
    assert certificate.sets_citation is not None
    assert certificate.sets_citation.note is not None
    assert "Bằng khen" in certificate.sets_citation.quote


def test_one_office_of_each_function_reviews_and_communes_propose() -> None:
    for function in (Function.LABOUR, Function.INTERIOR, Function.CHAIRMAN, Function.CHAIRMAN_OFFICE):
        assert len(offices(VAN_NINH.organisations, function)) == 1
    units = offices(VAN_NINH.organisations, Function.UNIT)
    assert len([unit for unit in units if unit.key.startswith(("van_", "dai_", "xuan_"))]) == 13
    named = {unit.key for unit in units if unit.citation.verified}
    assert named == {"fatherland_front", "culture_office", "culture_centre", "van_thanh"}


def test_district_offices_end_with_the_district() -> None:
    for organisation in offices(VAN_NINH.organisations, Function.INTERIOR):
        assert organisation.is_valid_on(date(2024, 12, 5))
        assert not organisation.is_valid_on(date(2025, 7, 1))
        assert organisation.ended_by is not None
        assert not organisation.ended_by.verified


def test_the_default_ladder() -> None:
    reminders = materialise(VAN_NINH.ladders[0], DEADLINES["annual-2024", "labour_review"], VAN_NINH.calendar)
    assert [(r.audience.value, r.fire_at.isoformat()) for r in reminders] == [
        ("candidates", "2024-11-27T08:00:00+07:00"),
        ("candidates", "2024-12-01T08:00:00+07:00"),
        ("candidates", "2024-12-03T08:00:00+07:00"),
        ("candidates", "2024-12-04T08:00:00+07:00"),
        ("office_head", "2024-12-05T08:00:00+07:00"),
        ("chairman_office", "2024-12-07T08:00:00+07:00"),
    ]


def test_the_swap_days_of_new_year_2026() -> None:
    assert not VAN_NINH.calendar.is_working(date(2026, 1, 2))
    assert VAN_NINH.calendar.is_working(date(2026, 1, 10))


def test_the_duty_reports_of_the_plan() -> None:
    rounds = {round_.key: round_ for round_ in VAN_NINH.duty_rounds()}
    days = {
        key: resolve_round(round_, VAN_NINH.zone, VAN_NINH.calendar)[0].last_day
        for key, round_ in rounds.items()
    }
    assert days == {
        "district_plan-2022": date(2022, 9, 30),
        "unit_plan-2022": date(2022, 9, 27),
        "result_report-2022": date(2022, 11, 19),
        "result_report-2023": date(2023, 11, 19),
        "result_report-2024": date(2024, 11, 19),
        "result_report-2025": date(2025, 11, 19),
    }
    assert {(round_.kind, round_.process, round_.awards) for round_ in rounds.values()} == {
        (RoundKind.DUTY, "duty_report", ())
    }
    assert rounds["unit_plan-2022"].recipients == (Function.LABOUR, Function.INTERIOR)


def test_only_the_final_round_is_without_days() -> None:
    for round_ in VAN_NINH.rounds:
        unset = [DEADLINES[round_.key, key].day is None for key in ("unit_submission", "labour_review")]
        assert all(unset) == (round_.kind is RoundKind.FINAL)


def test_the_content_is_plain_and_knows_its_types() -> None:
    plain = content(VAN_NINH)
    assert plain["id"] == "van-ninh"
    assert "calendar" not in plain
    assert len(VAN_NINH.content_hash) == 64
