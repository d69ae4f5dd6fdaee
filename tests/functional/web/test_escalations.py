"""Escalations as people see them: on the dossier, its timeline and diagram, and in operations."""

import re

import pytest
from flask import Flask

from service.operations.watch import ticks
from tests.builders import World
from tests.functional.api.clients import problem, told, with_token
from tests.functional.web.browsers import in_english, signed_in, words

pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)

NOTE = "Anh Ân làm xong trong ngày."


@pytest.fixture
def late(world: World) -> int:
    """A dossier whose selection is three days late: the head and the Chairman's office have been asked."""
    dossier_id = world.carry_to("select")
    for moment in ("2024-12-06 00:00", "2024-12-08 08:00"):
        world.on(moment)
        ticks.tick(world.database)
    return dossier_id


def test_the_banner_tells_who_was_asked_and_what_they_answered(app: Flask, world: World, late: int) -> None:
    world.complete("labour_head", world.task(late, "labour_overdue").id, {"note": NOTE})
    said = words(in_english(app, "labour").get(f"/dossiers/{late}"))
    assert "Receive and select" in said
    assert "Escalated since 06/12/2024 00:00" in said
    assert f"acknowledged Labour Head, 08/12/2024 08:00 {NOTE}" in said
    assert "Chairman's office follows up the late step not answered yet asked 08/12/2024 08:00" in said


def test_whoever_is_asked_finds_the_way_to_answer(app: Flask, world: World, late: int) -> None:
    task = world.task(late, "chairman_overdue")
    page = signed_in(app, "office").get(f"/dossiers/{late}")
    assert f"/tasks/{task.id}?folder=group" in page.text
    assert f"/tasks/{task.id}?" not in signed_in(app, "labour").get(f"/dossiers/{late}").text


def test_the_timeline_keeps_the_note_and_the_end_of_the_climb(app: Flask, world: World, late: int) -> None:
    world.complete("labour_head", world.task(late, "labour_overdue").id, {"note": NOTE})
    world.select(late)
    said = words(in_english(app, "labour").get(f"/dossiers/{late}/history"))
    assert NOTE in said
    assert "Escalation closed: its late step is done : Chairman's office follows up the late step" in said
    assert "Escalated since" not in words(in_english(app, "labour").get(f"/dossiers/{late}"))


def test_the_diagram_marks_the_level_reached(app: Flask, late: int) -> None:
    page = in_english(app, "labour").get(f"/dossiers/{late}/diagram")
    assert 'data-levels="{&#34;labour_overdue&#34;: 1, &#34;chairman_overdue&#34;: 2}"' in page.text
    assert "escalation, level 2" in words(page)


def test_in_words_nothing_about_a_step_that_is_done_lies_ahead(app: Flask, world: World, late: int) -> None:
    labour = in_english(app, "labour")

    def opened_at(step: str) -> list[str]:
        """What is told of the escalations about a step."""
        page = labour.get(f"/dossiers/{late}/diagram").text
        told = page.partition(f'id="step-{step}"')[2].partition("<li value=")[0]
        opens = re.findall(r'<ul class="way__opens">(.*?)</p>', told, re.DOTALL)
        return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in opens]

    assert opened_at("prepare")
    assert all("still ahead" not in one for one in opened_at("prepare")), "it was in time, and is over"
    assert any("here" in one for one in opened_at("select"))
    assert all("still ahead" in one for one in opened_at("forward_to_interior"))
    assert all("still ahead" in one for one in opened_at("appraise"))
    world.select(late)
    assert all("still ahead" not in one for one in opened_at("select"))
    assert any("done" in one for one in opened_at("select"))
    assert any("still ahead" in one for one in opened_at("forward_to_interior"))


def test_operations_count_climbs_and_every_number_leads_to_its_list(
    app: Flask, world: World, late: int
) -> None:
    admin = in_english(app, "admin")
    page = admin.get("/operations")
    assert "level 2 1 0" in words(page)
    assert "/operations/escalations?level=2&amp;answered=no" in page.text
    listed = words(admin.get("/operations/escalations?level=2&answered=no"))
    assert "Escalations (1)" in listed
    assert "VN-HN2024-0001" in listed
    assert "3 days overdue" in listed or "4 days overdue" in listed
    assert "Escalations (0)" in words(admin.get("/operations/escalations?answered=yes"))
    for who, element in (("labour_head", "labour_overdue"), ("office", "chairman_overdue")):
        world.complete(who, world.task(late, element).id, {"note": NOTE})
    assert NOTE in words(admin.get("/operations/escalations?level=2&answered=yes"))


@pytest.mark.parametrize("query", ["level=x", "level=²", f"level={'9' * 5000}", "answered=maybe"])
def test_a_query_that_no_page_sends_is_refused(app: Flask, late: int, query: str) -> None:
    assert late
    assert signed_in(app, "admin").get(f"/operations/escalations?{query}").status_code == 400


def test_only_administrators_see_the_list(app: Flask, late: int) -> None:
    assert late
    assert signed_in(app, "labour").get("/operations/escalations").status_code == 403


def test_programs_see_the_same(app: Flask, world: World, late: int) -> None:
    world.complete("labour_head", world.task(late, "labour_overdue").id, {"note": NOTE})
    page = told(with_token(app, world, "labour").get(f"/dossiers/{late}"), 200)
    [climb] = page["escalations"]
    assert (climb["element_id"], climb["level"], climb["acknowledged"]) == ("select", 2, False)
    first, second = climb["asked"]
    assert (first["state"], first["answered_by"], first["note"]) == ("acknowledged", "Labour Head", NOTE)
    assert first["answered_at"] == "2024-12-08T08:00:00+07:00"
    assert (second["state"], second["answered_by"], second["office"]["key"]) == (
        "asked",
        None,
        "chairman_office",
    )
    admin = with_token(app, world, "admin")
    listed = told(admin.get("/escalations?answered=no"), 200)
    assert (listed["number"], listed["escalations"][0]["code"]) == (1, "VN-HN2024-0001")
    assert told(admin.get("/escalations?level=1"), 200) == {"escalations": [], "number": 0}
    problem(admin.get("/escalations?level=0"), 422)
    problem(with_token(app, world, "labour").get("/escalations"), 403)


def test_programs_answer_an_escalation(app: Flask, world: World, late: int) -> None:
    head = with_token(app, world, "labour_head")
    asked = world.task(late, "labour_overdue").id
    problem(head.post(f"/escalations/{asked}/acknowledge", {"note": " "}), 422)
    problem(with_token(app, world, "interior").post(f"/escalations/{asked}/acknowledge", {"note": NOTE}), 403)
    answered = told(head.post(f"/escalations/{asked}/acknowledge", {"note": NOTE}), 200)
    assert (answered["outcome"], answered["closing"]) == ("acknowledged", "completed")
    reviewed = world.task(late, "select").id
    problem(
        with_token(app, world, "labour").post(f"/escalations/{reviewed}/acknowledge", {"note": NOTE}), 409
    )
