"""Rounds and deadlines as everybody of a locality sees them."""

import pytest
from flask import Flask

from tests.builders import World
from tests.functional.web.browsers import in_english, signed_in, words


def test_all_rounds_are_listed_with_how_many_dossiers_run(world: World, app: Flask) -> None:
    world.open_dossier()
    said = words(in_english(app, "clerk").get("/rounds"))
    assert "Annual awards 2024" in said
    assert "Final awards 2025" in said
    assert "awaits guidance" in said


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_deadline_is_told_with_its_rule_its_last_moment_and_its_clause(app: Flask) -> None:
    said = words(in_english(app, "clerk").get("/rounds/annual-2024"))
    assert "before 05/12/2024 (that day is late)" in said
    assert "at the latest 24:00 on 04/12/2024, Wednesday" in said
    assert "05/12/2024 00:00" in said
    assert "(qua Phòng Nội vụ) trước ngày 05 tháng 12 hàng năm" in said
    assert "The last day, 30/11/2024, is a rest day (Saturday)." in said
    assert "no date: the plan sets none" in said
    assert "Proposing unit → Labour office" in said
    assert "Reminder ladder Default" in said


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_the_same_in_vietnamese(app: Flask) -> None:
    said = words(signed_in(app, "clerk").get("/rounds/annual-2024"))
    assert "chậm nhất 24:00 ngày 04/12/2024, Thứ Tư" in said
    assert "Ngày cuối, 30/11/2024, là ngày nghỉ (Thứ Bảy)." in said


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_an_unset_deadline_names_whose_guidance_is_awaited(app: Flask) -> None:
    said = words(in_english(app, "clerk").get("/rounds/final-2025"))
    assert "no date yet: awaits the guidance of" in said


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_day_behind_us_has_passed_and_is_not_overdue(world: World, app: Flask) -> None:
    world.on("2024-12-20 09:00")
    said = words(in_english(app, "clerk").get("/rounds/annual-2024"))
    assert "passed" in said
    assert "overdue" not in said


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
@pytest.mark.parametrize("address", ["/rounds/annual-1999", "/rounds?locality=tinh-mau"])
def test_what_is_not_ones_own_does_not_exist(app: Flask, address: str) -> None:
    assert signed_in(app, "clerk").get(address).status_code == 404


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_an_administrator_sees_the_rounds_of_every_locality(app: Flask) -> None:
    assert signed_in(app, "admin").get("/rounds?locality=van-ninh").status_code == 200
