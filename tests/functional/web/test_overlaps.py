"""What pages tell and ask when a nomination also stands in a round that runs at the same time."""

import re

import pytest
from flask import Flask

from service.domain.tasks import Folder
from service.store import dossiers as dossier_rows
from tests.builders import World
from tests.functional.web.browsers import Browser, all_seen, in_folder, seen, signed_in, words

WHY = "Một bên là làm nhà, một bên là vay vốn."


@pytest.fixture
def pair(world: World) -> tuple[int, int]:
    """Two submitted dossiers with the same nomination: annual and mid-term round of 2023."""
    world.on("2023-11-20 09:00")
    found = [
        world.open_dossier(round_key=key, awards=awards)
        for key, awards in (
            ("annual-2023", ("giay_khen", "bang_khen_tinh")),
            ("mid_term-2023", ("giay_khen",)),
        )
    ]
    for dossier_id in found:
        world.submit(dossier_id)
    return found[0], found[1]


def at_selection(world: World, app: Flask, dossier_id: int) -> tuple[Browser, int, str]:
    """The Labour office's browser with the task claimed, and the page of its form."""
    task = world.task(dossier_id)
    labour = signed_in(app, "labour")
    labour.post(in_folder(Folder.GROUP, task.id, "/claim"))
    return labour, task.id, labour.get(f"/tasks/{task.id}").text


def kept(world: World, dossier_id: int) -> dict[str, str]:
    """Of the page of its task: the version it shows, with a verdict that keeps every nomination."""
    task_id = world.task(dossier_id).id
    with world.database.read() as work:
        verdicts = {f"verdict-{one.id}": "select" for one in dossier_rows.nominations(work, [dossier_id])}
    return verdicts | seen(world, task_id)


def question(page: str) -> str:
    found = re.search(r'type="radio" name="(overlap-\d+-\d+)"', page)
    assert found is not None
    return found[1]


def test_the_form_shows_both_sides_and_the_clause_and_asks(
    app: Flask, world: World, pair: tuple[int, int]
) -> None:
    labour, task_id, page = at_selection(world, app, pair[0])
    name = question(page)
    assert "Được đề nghị ở hai đợt cùng thời gian" in page
    assert "không khen thưởng nhiều lần, nhiều hình thức cho một thành tích" in page
    assert f'href="/dossiers/{pair[1]}"' in page
    values = {"outcome": "accept", **kept(world, pair[0])}
    refused = labour.post(f"/tasks/{task_id}/complete", values)
    assert refused.status_code == 422
    assert f'href="#field-{name}"' in refused.text
    assert f'id="field-{name}"' in refused.text
    without_reason = labour.post(f"/tasks/{task_id}/complete", values | {name: "different"})
    assert without_reason.status_code == 422
    assert f'name="{name}" value="different" checked' in without_reason.text
    why = name.replace("overlap-", "overlap-why-")
    done = labour.post(f"/tasks/{task_id}/complete", values | {name: "different", why: WHY})
    assert done.status_code == 303
    for dossier_id in pair:
        assert "thành tích khác nhau" in words(labour.get(f"/dossiers/{dossier_id}"))
        history = words(labour.get(f"/dossiers/{dossier_id}/history"))
        assert "Đã trả lời về trùng với đợt khác" in history
        assert WHY in history


def test_the_same_achievement_is_dropped_and_the_other_page_says_so(
    app: Flask, world: World, pair: tuple[int, int]
) -> None:
    labour, task_id, page = at_selection(world, app, pair[0])
    name = question(page)
    values = {"outcome": "accept", name: "same", name.replace("overlap-", "overlap-why-"): "Trùng nội dung."}
    done = labour.post(f"/tasks/{task_id}/complete", values | kept(world, pair[0]))
    assert done.status_code == 303
    with world.database.read() as work:
        first, second = dossier_rows.nominations(work, [pair[0]])
        assert (first.status, first.status_reason, second.status) == (
            "dropped",
            "Trùng nội dung.",
            "selected",
        )
    other = words(labour.get(f"/dossiers/{pair[1]}"))
    assert "cùng một thành tích" in other
    assert "chưa trả lời" not in other


def test_a_draft_keeps_the_answer_and_the_reason(app: Flask, world: World, pair: tuple[int, int]) -> None:
    labour, task_id, page = at_selection(world, app, pair[0])
    name = question(page)
    labour.post(f"/tasks/{task_id}/draft", {name: "different", name.replace("overlap-", "overlap-why-"): WHY})
    again = labour.get(f"/tasks/{task_id}").text
    assert f'name="{name}" value="different" checked' in again
    assert f'value="{WHY}"' in again


def test_an_answer_that_no_page_sends_is_refused(app: Flask, world: World, pair: tuple[int, int]) -> None:
    labour, task_id, page = at_selection(world, app, pair[0])
    assert labour.post(f"/tasks/{task_id}/complete", {question(page): "perhaps"}).status_code == 400


def test_dossier_pages_warn_those_who_may_see_both(app: Flask, pair: tuple[int, int]) -> None:
    reviewer, unit, neighbour = (signed_in(app, who) for who in ("labour", "clerk", "neighbour"))
    for dossier_id in pair:
        for browser in (reviewer, unit):
            page = words(browser.get(f"/dossiers/{dossier_id}"))
            assert "Được đề nghị ở hai đợt cùng thời gian" in page
            assert "ở hai đợt" in page
    assert neighbour.get(f"/dossiers/{pair[0]}").status_code == 404


def test_one_decision_for_many_asks_too_and_what_is_confirmed_is_what_counts(
    app: Flask, world: World, pair: tuple[int, int]
) -> None:
    opening = {"round_key": "annual-2023", "title": "Hồ sơ khác", "awards": ("huan_chuong_lao_dong",)}
    third = world.carry_to("decide", **opening)
    with world.database.write() as work:
        (nomination,) = dossier_rows.nominations(work, [third])
        (rival,) = dossier_rows.nominations(work, [pair[1]])
        nomination.award_id, nomination.match_key = rival.award_id, rival.match_key
    chairman = signed_in(app, "chairman")
    task = world.task(third, "decide")
    page = chairman.get(f"/papers/decide?task={task.id}").text
    name = question(page)
    values = {"task": str(task.id), "decision_number": "7/QĐ", "signed_on": world.today(), "step": "review"}
    values |= kept(world, third) | all_seen(world, [task.id])
    assert chairman.post("/papers/decide", values).status_code == 422
    answered = values | {name: "different", name.replace("overlap-", "overlap-why-"): WHY}
    confirm = chairman.post("/papers/decide", answered)
    assert confirm.status_code == 200
    assert f'name="{name}" value="different"' in confirm.text
    assert chairman.post("/papers/decide", answered | {"step": "sign"}).status_code == 303
