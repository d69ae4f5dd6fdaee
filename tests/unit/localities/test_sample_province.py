"""A province unlike Vạn Ninh fits the same files: other bounds, months, missing dates and sets, people."""

from datetime import date, time
from pathlib import Path

from service.domain.awards import Power
from service.domain.deadlines import LatePolicy, WithinMonth
from service.domain.localities import ConfiguredPerson, Seating
from service.domain.organisations import Function, Level
from service.domain.reminders import DayCount, materialise
from service.domain.rounds import RoundKind, resolve_round
from service.localities import parse, read_folder, texts_of

SAMPLE = Path(__file__).parents[2] / "data" / "localities" / "tinh-mau"
PROVINCE = read_folder(SAMPLE)
DEADLINES = {(deadline.round, deadline.key): deadline for deadline in PROVINCE.deadlines()}


def test_the_locality_and_its_plan() -> None:
    assert (PROVINCE.id, PROVINCE.level, PROVINCE.code_prefix) == ("tinh-mau", Level.PROVINCE, "TM")
    assert PROVINCE.name.in_language("en") == "Sample province"
    assert PROVINCE.zone.key == "Asia/Ho_Chi_Minh"
    assert PROVINCE.plan_document.name == "Kế hoạch số 1/KH-UBND"
    assert PROVINCE.plan_document.issued_on == date(2017, 10, 25)


def test_a_round_has_the_rules_of_its_kind_unless_it_has_its_own() -> None:
    assert DEADLINES["annual-2018", "labour_review"].last_day == date(2018, 12, 20)
    own = DEADLINES["annual-2019", "labour_review"]
    assert own.last_day == date(2020, 1, 3)
    assert own.source.document == "Hướng dẫn"


def test_a_month_window_and_a_roll() -> None:
    within = DEADLINES["mid_term-2018-tinh", "unit_submission"]
    assert within.last_day == date(2018, 11, 30)
    assert next(r for r in PROVINCE.rounds if r.kind is RoundKind.MID_TERM).deadlines[0].day == WithinMonth(
        2018, 11
    )
    # Before 15/12/2019 ends on Saturday 14/12, rolled to Monday.
    assert DEADLINES["annual-2019", "unit_submission"].last_day == date(2019, 12, 16)
    assert DEADLINES["annual-2019", "unit_submission"].late is LatePolicy.REFUSE


def test_a_missing_date_names_whose_guidance_is_awaited() -> None:
    assert DEADLINES["mid_term-2018-tinh", "labour_review"].awaits == "Ban chỉ đạo tỉnh"
    assert DEADLINES["mid_term-2018-tinh", "labour_review"].due_at is None


def test_duty_reports_resolve_by_year_or_stay_without_a_day() -> None:
    assert PROVINCE.duties[0].rule.owner is Function.UNIT
    owed = {
        round_.key: resolve_round(round_, PROVINCE.zone, PROVINCE.calendar)[0]
        for round_ in PROVINCE.duty_rounds()
    }
    assert owed["result_report-2019"].last_day == date(2019, 12, 14)
    assert owed["result_report-2019"].key == "report"
    assert owed["front_report-2019"].day is None


def test_power_follows_from_who_decides() -> None:
    assert [(award.key, award.power, award.sets) for award in PROVINCE.awards] == [
        ("diploma", Power.OWN, None),
        ("order", Power.UPWARD, 3),
    ]


def test_working_day_reminders_use_the_calendar_with_its_overrides() -> None:
    ladder = next(ladder for ladder in PROVINCE.ladders if ladder.key == "working")
    assert (ladder.rungs[0].count, ladder.rungs[0].at) == (DayCount.WORKING, time(7, 30))
    own = DEADLINES["annual-2019", "labour_review"]
    # Five working days before Friday 03/01/2020, New Year's Day being off.
    assert materialise(ladder, own, PROVINCE.calendar)[0].fire_at.date() == date(2019, 12, 26)
    assert not PROVINCE.calendar.is_working(date(2018, 12, 31))


def test_people_sit_in_organisations_with_roles() -> None:
    assert PROVINCE.people == (
        ConfiguredPerson(
            "chuyen-vien", "Nguyễn Văn An", "an@example.vn", (Seating("labour", "labour_reviewer"),)
        ),
    )


def test_the_same_configuration_has_the_same_hash_however_it_is_laid_out() -> None:
    texts = texts_of(SAMPLE)
    commented = {file: f"# a comment\n\n{text}" for file, text in reversed(texts.items())}
    commented["rounds.yaml"] = commented["rounds.yaml"].replace("yearly: 20/12", "yearly: '20/12'")
    assert parse("tinh-mau", commented) == PROVINCE
    assert parse("tinh-mau", commented).content_hash == PROVINCE.content_hash


def test_any_change_of_a_rule_changes_the_hash() -> None:
    texts = texts_of(SAMPLE)
    seen = {PROVINCE.content_hash}
    for file, right, other in [
        ("rounds.yaml", "yearly: 20/12", "yearly: 21/12"),
        ("rounds.yaml", "bound: by\n", "bound: before\n"),
        ("rounds.yaml", "late: refuse", "late: next_round"),
        ("awards.yaml", "sets: 3", "sets: 4"),
        ("reminders.yaml", "days: -5", "days: -4"),
        ("plan.yaml", "quote: Phát động", "quote: Khởi động"),
        ("calendar.yaml", "kind: off", "kind: working"),
    ]:
        changed = texts | {file: texts[file].replace(right, other, 1)}
        seen.add(parse("tinh-mau", changed).content_hash)
    assert len(seen) == 8
