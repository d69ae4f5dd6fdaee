"""Signing in and out, the session, the language."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from service.app import create_app
from service.operations.mail import letters
from service.operations.services import Services
from service.operations.staff import people
from service.store import mails
from service.web.pages import is_own_path
from tests.builders import PASSWORD, World
from tests.functional.web.browsers import Browser, words


def test_one_signs_in_and_lands_in_ones_inbox(app: Flask) -> None:
    browser = Browser(app)
    answer = browser.sign_in("clerk")
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Clerk" in words(browser.get("/inbox/mine"))


def test_one_comes_back_to_the_page_one_asked_for(app: Flask, world: World) -> None:
    dossier_id = world.open_dossier()
    browser = Browser(app)
    asked = browser.get(f"/dossiers/{dossier_id}?a=b")
    assert asked.location == f"/sign-in?next=/dossiers/{dossier_id}?a%3Db"
    browser.get(asked.location)
    answer = browser.post(
        "/sign-in",
        {"sign_in_name": "clerk", "password": PASSWORD, "next": f"/dossiers/{dossier_id}?a=b"},
    )
    assert answer.location == f"/dossiers/{dossier_id}?a=b"


def signed_in(app: Flask, who: str) -> Browser:
    """The browser of somebody who has just signed in with their password."""
    browser = Browser(app)
    assert browser.sign_in(who).status_code == 303
    return browser


@pytest.mark.parametrize(
    "elsewhere",
    ["https://example.org/", "//example.org", "/\\example.org", "/a\r\nb", "javascript:alert(1)", "\t//x"],
)
def test_signing_in_never_leads_to_another_site(app: Flask, elsewhere: str) -> None:
    assert not is_own_path(elsewhere)
    answer = Browser(app).sign_in("clerk", next=elsewhere)
    assert answer.location == "/"


def test_unknown_wrong_and_locked_get_the_same_answer(app: Flask, world: World) -> None:
    browser = Browser(app)
    said = {words(browser.sign_in("nobody")).replace("nobody", "x")}
    for _ in range(5):
        said.add(words(browser.sign_in("labour", "wrong")).replace("labour", "x"))
    locked = browser.sign_in("labour")
    assert locked.status_code == 422
    said.add(words(locked).replace("labour", "x"))
    assert len(said) == 1
    world.clock.advance(timedelta(minutes=16))
    assert browser.sign_in("labour").status_code == 303


def test_people_change_their_own_password(app: Flask, world: World) -> None:
    here, elsewhere = signed_in(app, "clerk"), signed_in(app, "clerk")
    with world.database.write() as work:
        token = people.make_token(work, world.actor("clerk"), "script")
    assert 'href="/me/password"' in here.get("/inbox/mine").text
    new = "ba con mèo đi chợ"

    def send(old: str = PASSWORD, password: str = new, again: str = "") -> TestResponse:
        return here.post(
            "/me/password", {"old_password": old, "password": password, "again": again or password}
        )

    here.post("/language", {"language": "en"})
    for answer, field, told in (
        (send(password="short"), "password", "at least 10 characters"),
        (send(password=PASSWORD), "password", "the old one"),
        (send(password="x" * 1001), "password", "at most 1000 characters"),
        (send(again="something else"), "again", "type the new password twice"),
        (send(old="not my password"), "old_password", "This is not your password."),
    ):
        assert answer.status_code == 422
        assert f'<a href="#field-{field}">' in answer.text
        assert told in words(answer)
        assert new not in answer.text
    assert elsewhere.get("/inbox/mine").status_code == 200

    done = send()
    assert (done.status_code, done.location) == (303, "/me/password")
    assert "Your password is changed." in words(here.get("/me/password"))
    assert elsewhere.get("/inbox/mine").status_code == 303, "it has to sign in again"
    with world.database.read() as work:
        assert people.identify(work, token) is None
        (mail,) = [row for row in mails.newest(work) if row.template == "password_changed"]
        letter = letters.compose(work, mail, "http://trinh.example")
        assert mail.recipient_id == world.actor("clerk").person_id
        assert letter.link == "http://trinh.example/me/password"
        assert letter.params == {"day": date(2024, 11, 20), "time": "09:00"}
    assert Browser(app).sign_in("clerk").status_code == 422
    assert Browser(app).sign_in("clerk", new).status_code == 303


def test_old_passwords_are_guessed_no_oftener_than_at_the_door(app: Flask, world: World) -> None:
    here = signed_in(app, "clerk")
    sent = {"password": "ba con mèo đi chợ", "again": "ba con mèo đi chợ"}
    for _ in range(5):
        here.post("/me/password", {"old_password": "a guess", **sent})
    assert here.post("/me/password", {"old_password": PASSWORD, **sent}).status_code == 422
    assert Browser(app).sign_in("clerk").status_code == 422
    world.clock.advance(timedelta(minutes=16))
    assert here.post("/me/password", {"old_password": PASSWORD, **sent}).status_code == 303
    named = {"old_password": sent["password"], "password": " CLERK ", "again": " CLERK "}
    assert "Không dùng tên đăng nhập làm" in words(here.post("/me/password", named))


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_too_many_attempts_from_one_address_have_to_wait(app: Flask) -> None:
    browser = Browser(app)
    answers = [browser.sign_in(f"guess{number}", "guess").status_code for number in range(32)]
    assert answers[0] == 422
    assert answers[-1] == 429


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
@pytest.mark.parametrize("proxies", [0, 1])
def test_attempts_are_counted_by_the_address_that_our_own_proxy_names(
    app: Flask, world: World, proxies: int
) -> None:
    settings = replace(app.extensions["trinh"].settings, proxies=proxies)
    behind = create_app(Services(settings, world.database, world.clock))
    behind.testing = True
    attacked, elsewhere = Browser(behind), Browser(behind)
    attacked.client.environ_base["HTTP_X_FORWARDED_FOR"] = "203.0.113.1, 198.51.100.7"
    elsewhere.client.environ_base["HTTP_X_FORWARDED_FOR"] = "203.0.113.1, 198.51.100.8"
    last = [attacked.sign_in(f"guess{number}", "guess").status_code for number in range(32)][-1]
    assert last == 429
    assert elsewhere.sign_in("labour").status_code == (303 if proxies else 429)


def test_signing_out_ends_the_session_also_for_a_copied_cookie(app: Flask) -> None:
    browser, thief = signed_in(app, "clerk"), Browser(app)
    copied = browser.client.get_cookie("trinh")
    assert copied is not None
    browser.post("/sign-out")
    thief.client.set_cookie("trinh", copied.value)
    assert thief.get("/inbox/mine").status_code == 303


def test_signing_in_gives_a_new_session(app: Flask) -> None:
    browser = Browser(app)
    browser.get("/sign-in")
    before = browser.token
    browser.sign_in("clerk")
    with browser.client.session_transaction() as session:
        assert session["_user_id"]
    assert browser.post("/dossiers", {"title": "x"}, token=before).status_code == 400


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_the_cookie_is_kept_from_scripts_and_other_sites(app: Flask) -> None:
    browser = Browser(app)
    cookie = browser.get("/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_an_expired_session_leads_to_sign_in_and_back(app: Flask, world: World) -> None:
    browser = signed_in(app, "clerk")
    world.clock.advance(timedelta(hours=11))
    answer = browser.get("/inbox/done?q=hoa")
    assert answer.location == "/sign-in?next=/inbox/done?q%3Dhoa"


def test_a_form_sent_after_the_session_ended_says_that_nothing_is_lost(app: Flask, world: World) -> None:
    task = world.task(world.open_dossier())
    browser = signed_in(app, "clerk")
    world.clock.advance(timedelta(hours=11))
    answer = browser.post(
        f"/tasks/{task.id}/complete?folder=mine",
        {"letter_number": "15/TTr"},
        headers={"Referer": f"http://localhost/tasks/{task.id}?folder=mine"},
    )
    assert answer.status_code == 401
    assert f'href="/sign-in?next=/tasks/{task.id}?folder%3Dmine"' in answer.text
    assert "data-sign-out" not in answer.text, "the frontend would take the kept words for arrived"
    assert world.task(task.dossier_id).id == task.id


def test_a_part_asked_for_after_the_session_ended_is_answered_in_place(app: Flask, world: World) -> None:
    browser = signed_in(app, "clerk")
    world.clock.advance(timedelta(hours=11))
    assert browser.get("/inbox/mine/counts", fragment=True).status_code == 401


@pytest.mark.parametrize("token", ["", "forged"])
def test_a_change_without_the_token_is_refused(app: Flask, world: World, token: str) -> None:
    task = world.task(world.carry_to("select"))
    browser = signed_in(app, "labour")
    assert browser.post(f"/tasks/{task.id}/claim", token=token).status_code == 400
    assert world.task(task.dossier_id).assignee_id is None


def test_the_language_is_remembered_for_the_person(app: Flask) -> None:
    browser = signed_in(app, "clerk")
    assert '<html lang="vi">' in browser.get("/inbox/mine").text
    assert browser.post("/language", {"language": "en", "next": "/dossiers"}).location == "/dossiers"
    assert '<html lang="en">' in browser.get("/inbox/mine").text
    assert '<html lang="en">' in signed_in(app, "clerk").get("/inbox/mine").text


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_refused_form_leads_back_to_its_page_in_the_other_language(app: Flask, world: World) -> None:
    dossier_id = world.open_dossier("clerk")
    sent_to, asked_on = f"/dossiers/{dossier_id}/nominations", f"/dossiers/{dossier_id}/nominations/new"
    browser = signed_in(app, "clerk")
    for referrer, back in (
        (f"http://localhost{asked_on}", asked_on),
        (f"http://localhost{sent_to}", "/"),
        (f"http://elsewhere.example{asked_on}", "/"),
    ):
        refused = browser.post(sent_to, {}, headers={"Referer": referrer})
        assert refused.status_code == 422
        assert f'name="next" value="{back}"' in refused.text, referrer


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_the_language_is_chosen_before_signing_in_too(app: Flask) -> None:
    browser = Browser(app)
    browser.get("/sign-in")
    browser.post("/language", {"language": "en", "next": "/sign-in"})
    assert "Password" in words(browser.get("/sign-in"))
    assert browser.post("/language", {"language": "fr"}).status_code == 400


def test_only_forms_that_keep_a_draft_promise_to_come_back_with_it(app: Flask) -> None:
    for address, kept in (("/papers/decide?task=7", True), ("/inbox/assign", False)):
        browser = Browser(app)
        browser.get("/sign-in")
        answer = browser.post(address)
        assert answer.status_code == 401
        assert ("biểu mẫu sẽ hiện lại" in words(answer)) is kept
