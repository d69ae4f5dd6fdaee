"""A reviewer meets a nomination that also stands in a round running at the same time."""

from collections.abc import Callable
from datetime import date

from playwright.sync_api import expect

from service.store import localities
from tests.browser.demos import Demo, demo_world
from tests.browser.desks import Desk, expect_fits
from tests.builders import LOCALITY
from tests.support import axe

NOMINEE = "Hộ bà Trần Thị"
"""Of no other dossier of the demo."""
WHY = "Một bên là làm nhà, một bên là vay vốn."


def test_the_reviewer_is_asked_and_answers(ruled_demo: Demo, ruled_desk: Callable[..., Desk]) -> None:
    labour = ruled_desk("laodong1")
    labour.go(f"/tasks/{_in_two_rounds(ruled_demo)}").expect_form()
    question = labour.page.locator(".overlaps > .overlap")
    expect(question).to_be_visible()
    for width, height in ((390, 844), (1280, 800)):
        labour.page.set_viewport_size({"width": width, "height": height})
        assert not axe.grave_violations(labour.page)
        expect_fits(labour.page)
    labour.fill({"outcome": "accept"}).send()
    expect(labour.page.locator("[data-error-summary] a")).to_be_visible()
    labour.expect_form()
    # "The same" settles the verdict below at once, and "different" gives it back.
    nomination = question.get_attribute("data-overlap")
    for answer, verdict in (("same", "drop"), ("different", "select")):
        question.locator(f"input[value={answer}]").check()
        expect(labour.page.locator(f"input[name=verdict-{nomination}][value={verdict}]")).to_be_checked()
    question.locator("input.form-control").fill(WHY)
    labour.send()
    labour.expect_done()


def _in_two_rounds(demo: Demo) -> int:
    """Submits one nomination to two rounds; gives the task of the first, held by laodong1.

    The final round is opened early: both are in time at the demo's present, so nothing climbs meanwhile.
    """
    with demo_world(demo) as world:
        with world.database.write() as work:
            localities.round_of(work, LOCALITY, "final-2025").opens_on = date(2024, 10, 1)
        found = [
            world.open_dossier("vanphu", awards=("giay_khen", "bang_khen_tinh"), nominee=NOMINEE),
            world.open_dossier("vanphu", round_key="final-2025", nominee=NOMINEE),
        ]
        for dossier_id in found:
            world.submit(dossier_id, "vanphu")
        task = world.task(found[0], "select")
        world.claim("laodong1", task.id)
    return task.id
