"""The page on which somebody chooses their mails, and the link that declines one kind."""

import re

import pytest
from flask import Flask

from service.operations.mail import subscriptions
from service.operations.mail.unsubscribing import Unsubscribing
from service.store import people
from tests.builders import World
from tests.functional.web.browsers import Browser, in_english, signed_in, words


def chosen(world: World, who: str) -> tuple[int | None, list[str] | None]:
    """Somebody's hour and what they have declined."""
    with world.database.read() as work:
        person = people.find_by_sign_in_name(work, who)
        assert person is not None
        return person.digest_hour, person.unsubscribed


def link(app: Flask, world: World, who: str, kind: str) -> str:
    """The path of the link in a mail."""
    signed = Unsubscribing.of(app.extensions["trinh"])
    return f"/unsubscribe/{signed.token(world.actor(who).person_id, kind)}"


def test_hour_and_declined_kinds_are_kept_and_shown(world: World, app: Flask) -> None:
    browser = in_english(app, "clerk")
    page = browser.get("/me/mails")
    wanted = set(re.findall(r'name="wanted" value="(\w+)"[^>]*? checked>', page.text)) - {"returned"}
    answer = browser.post("/me/mails", {"digest_hour": "14", "wanted": sorted(wanted)})
    assert answer.status_code == 303
    assert chosen(world, "clerk") == (14, ["returned"])
    page = browser.get("/me/mails")
    assert "The next digest comes today." in words(page)
    assert '<option value="14" selected>14:00' in page.text
    boxes = dict(re.findall(r'name="wanted" value="(\w+)"[^>]*?( checked)?>', page.text))
    assert {"mentioned", "decided"} <= wanted
    assert {kind for kind, checked in boxes.items() if checked} == wanted
    browser.post("/me/mails", {"digest_hour": "", "wanted": sorted(boxes)})
    assert chosen(world, "clerk") == (None, None)


def test_the_page_says_what_comes_in_any_case_and_why(app: Flask) -> None:
    said = words(in_english(app, "labour_head").get("/me/mails"))
    ordered = said.partition("What comes in any case")[2]
    assert "Deadline reminder" in ordered
    assert "The plan orders these dates." in ordered
    assert "Whoever is asked about a delay has to act." in ordered


@pytest.mark.parametrize("hour", ["24", "x", "-1", "7.5", "٧"])
def test_a_wrong_hour_is_told_and_changes_nothing(world: World, app: Flask, hour: str) -> None:
    answer = in_english(app, "clerk").post("/me/mails", {"digest_hour": hour, "wanted": []})
    assert answer.status_code == 422
    assert "Write an hour from 0 to 23." in words(answer)
    assert chosen(world, "clerk") == (None, None)


def test_opening_the_link_changes_nothing_and_its_button_declines(world: World, app: Flask) -> None:
    address, anybody = link(app, world, "clerk", "returned"), Browser(app)
    page = anybody.get(address)
    assert page.status_code == 200
    assert chosen(world, "clerk") == (None, None)
    assert "Example" not in page.text
    assert anybody.post(address).status_code == 200
    assert chosen(world, "clerk") == (None, ["returned"])


def test_a_mail_program_declines_in_one_click_without_cookie_or_token(world: World, app: Flask) -> None:
    with world.database.write() as work:
        subscriptions.choose(work, world.actor("clerk"), digest_hour=7, declined=())
    client = app.test_client(use_cookies=False)
    for _ in range(2):
        answer = client.post(
            link(app, world, "clerk", "digest"),
            data={"List-Unsubscribe": "One-Click"},
            follow_redirects=False,
        )
        assert answer.status_code == 200
        answer.close()
    assert chosen(world, "clerk") == (None, None)
    assert chosen(world, "labour") == (None, None)


def test_the_link_signs_nobody_in(world: World, app: Flask) -> None:
    browser = Browser(app)
    browser.post(link(app, world, "clerk", "returned"))
    assert browser.get("/me/mails").status_code == 303
    assert world


def test_what_the_plan_orders_cannot_be_declined_by_any_link(world: World, app: Flask) -> None:
    assert Browser(app).post(link(app, world, "clerk", "reminder")).status_code == 404
    assert chosen(world, "clerk") == (None, None)


def test_a_spoilt_link_is_told_in_words(world: World, app: Flask) -> None:
    spoilt = link(app, world, "clerk", "returned")[:-3]
    for answer in (Browser(app).get(spoilt), Browser(app).post(spoilt)):
        assert answer.status_code == 404
    assert "Liên kết này không đầy đủ" in words(Browser(app).get(spoilt))
    assert chosen(world, "clerk") == (None, None)


def test_other_forms_still_need_their_token(app: Flask) -> None:
    answer = signed_in(app, "clerk").post("/me/mails", {"digest_hour": "7"}, token="")
    assert answer.status_code == 400
