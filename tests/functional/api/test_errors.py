"""What the API answers to wrong input: a problem document that says what to do, and nothing changes."""

import io
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from service.api.bodies import LARGEST_BODY
from service.api.limits import SIGN_IN_ATTEMPTS
from tests.builders import PASSWORD, World
from tests.functional.api.clients import PREFIX, Client, problem, told, with_session, with_token
from tests.functional.api.test_journey import NOMINATION
from tests.support import files

on_one_database = pytest.mark.parametrize("world", ["sqlite"], indirect=True)
"""For what is settled before any database is asked."""

NEW = {"locality": "van-ninh", "round": "annual-2024", "title": "Hồ sơ"}
UNREADABLE = (
    b'{"title": "x"',
    b'{"title": NaN}',
    b'{"title": -Infinity}',
    b'{"title": 1e999}',
    b'{"title": %s}' % (b"9" * 5000),
    b'{"title": "x", "title": "y"}',
    b'{"title": "\xff"}',
    b"[" * 100_000,
    b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
)
STRANGE_NUMBERS = ["0", "-1", "abc", "1.5", "9223372036854775808", "9" * 400, "%00", "١"]


@pytest.fixture
def clerk(app: Flask, world: World) -> Client:
    return with_token(app, world, "clerk")


@on_one_database
def test_without_a_good_token_nobody_is_let_in(anybody: Client) -> None:
    for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic eDp5"}):
        answer = anybody.get("/tasks", headers=headers)
        problem(answer, 401, "not-signed-in")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_ends_when_its_time_is_over(app: Flask, world: World) -> None:
    clerk = with_session(app, "clerk")
    made = told(clerk.post("/tokens", {"label": "script", "days": 2}), 201)
    assert made["expires_at"] == "2024-11-22T09:00:00+07:00"
    caller = Client(app, {"Authorization": f"Bearer {made['token']}"})
    assert told(caller.get("/me"), 200)["csrf_token"] is None
    world.clock.advance(timedelta(days=2))
    problem(caller.get("/me"), 401)


def test_an_ended_token_and_an_ended_session_stay_ended(app: Flask, world: World) -> None:
    caller, session = with_token(app, world, "clerk"), with_session(app, "clerk")
    told(caller.delete("/tokens/current"), 204)
    problem(caller.get("/me"), 401)
    cookie = session.browser.get_cookie("trinh")
    assert cookie is not None
    told(session.post("/sign-out"), 204)
    problem(session.get("/me"), 401)
    session.browser.set_cookie("trinh", cookie.value)
    problem(session.get("/me"), 401)


def test_a_token_makes_no_tokens(clerk: Client) -> None:
    problem(clerk.post("/tokens", {}), 403, "not-allowed")


def test_name_and_password_make_a_token_and_leave_no_session(app: Flask, anybody: Client) -> None:
    given = {"sign_in_name": "clerk", "password": PASSWORD, "label": "script"}
    token = told(anybody.post("/tokens", given), 201)["token"]
    problem(anybody.get("/me"), 401)
    caller = Client(app, {"Authorization": f"Bearer {token}"})
    assert [seat["role"] for seat in told(caller.get("/me"), 200)["seats"]] == ["proposer"]


def test_a_password_is_changed_and_every_other_token_ends(anybody: Client, app: Flask) -> None:
    given = {"sign_in_name": "clerk", "password": PASSWORD}
    tokens = [told(anybody.post("/tokens", given), 201)["token"] for _ in range(2)]
    mine, other = (Client(app, {"Authorization": f"Bearer {token}"}) for token in tokens)
    new = {"old_password": PASSWORD, "password": "ba con mèo đi chợ"}
    wrong = problem(mine.post("/me/password", new | {"old_password": "not this one"}), 422)
    assert list(wrong["fields"]) == ["old_password"]
    short = problem(mine.post("/me/password", new | {"password": "short"}), 422)
    assert list(short["fields"]) == ["password"]
    told(mine.post("/me/password", new), 204)
    told(mine.get("/me"), 200)
    problem(other.get("/me"), 401)
    problem(anybody.post("/tokens", given), 401)


def test_wrong_names_and_wrong_passwords_get_the_same_answer(anybody: Client) -> None:
    for path in ("/sign-in", "/tokens"):
        unknown = problem(anybody.post(path, {"sign_in_name": "nobody", "password": "x" * 12}), 401)
        wrong = problem(anybody.post(path, {"sign_in_name": "clerk", "password": "x" * 12}), 401)
        assert unknown == wrong


def test_five_failures_lock_a_person_for_a_while(anybody: Client, world: World) -> None:
    for _ in range(5):
        problem(anybody.post("/sign-in", {"sign_in_name": "clerk", "password": "x" * 12}), 401)
    right = {"sign_in_name": "clerk", "password": PASSWORD}
    problem(anybody.post("/sign-in", right), 401)
    world.clock.advance(timedelta(minutes=16))
    told(anybody.post("/sign-in", right), 200)


@on_one_database
def test_one_address_cannot_try_without_end(anybody: Client) -> None:
    allowed = int(SIGN_IN_ATTEMPTS.split(maxsplit=1)[0])
    tries = [anybody.post("/sign-in", {"sign_in_name": "x"}).status_code for _ in range(allowed)]
    assert set(tries) == {422}
    problem(anybody.post("/tokens", {"sign_in_name": "x"}), 429, "too-many-requests")


def test_a_session_changes_nothing_without_its_csrf_token(app: Flask) -> None:
    clerk = with_session(app, "clerk")
    right = clerk.headers.pop("X-CSRFToken")
    told(clerk.get("/me"), 200)
    problem(clerk.post("/dossiers", NEW), 403, "not-allowed")
    foreign = with_session(app, "neighbour").headers["X-CSRFToken"]
    problem(clerk.post("/dossiers", NEW, headers={"X-CSRFToken": foreign}), 403)
    told(clerk.post("/dossiers", NEW, headers={"X-CSRFToken": right}), 201)


def test_signing_in_again_starts_a_session_of_its_own(app: Flask) -> None:
    clerk = with_session(app, "clerk")
    before = clerk.browser.get_cookie("trinh")
    del clerk.headers["X-CSRFToken"]
    told(clerk.post("/sign-in", {"sign_in_name": "labour", "password": PASSWORD}), 200)
    assert clerk.browser.get_cookie("trinh") != before
    assert told(clerk.get("/me"), 200)["name"] == "Labour"


@on_one_database
def test_unknown_addresses_and_wrong_methods_are_told(clerk: Client) -> None:
    problem(clerk.get("/nothing"), 404, "not-found")
    answer = clerk.put("/dossiers", NEW)
    problem(answer, 405, "wrong-method")
    assert "POST" in answer.headers["Allow"]


def test_the_number_of_nothing_is_not_found(clerk: Client) -> None:
    for path in (
        "/dossiers/{}",
        "/tasks/{}",
        "/dossiers/1/attachments/{}",
        "/submissions/{}",
        "/decisions/{}",
    ):
        for number in STRANGE_NUMBERS:
            problem(clerk.get(path.format(number)), 404, "not-found")


@on_one_database
def test_what_is_no_json_is_refused(clerk: Client) -> None:
    for body in UNREADABLE:
        problem(clerk.post("/dossiers", data=body, content_type="application/json"), 400, "unreadable")


@on_one_database
def test_another_kind_of_body_is_refused(clerk: Client) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        problem(clerk.post("/dossiers", data=b"title=x", content_type=kind), 415, "wrong-media-type")


@on_one_database
def test_a_file_sent_as_json_is_refused(clerk: Client, world: World) -> None:
    problem(clerk.post(f"/dossiers/{world.open_dossier()}/attachments", {"file": "x"}), 415)


@on_one_database
def test_a_body_beyond_its_limit_is_read_to_its_end_and_told_the_limit(clerk: Client, world: World) -> None:
    body = io.BytesIO(b'{"title": "%s"}' % (b"x" * 3 * LARGEST_BODY))
    sent = clerk.post(
        "/dossiers",
        input_stream=body,
        content_length=len(body.getvalue()),
        content_type="application/json",
    )
    assert "at most 1 MB" in problem(sent, 413, "too-large")["detail"]
    assert body.read() == b""
    sent = clerk.send_file(world.open_dossier(), files.pdf(padding=4 * 1024**2))
    assert "at most 2 MB" in problem(sent, 413, "too-large")["detail"]


def test_a_file_too_large_or_not_what_it_says_is_refused_in_words(clerk: Client, world: World) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    large = problem(clerk.send_file(dossier_id, files.pdf(padding=2 * 1024**2 + 1)), 422)
    assert "larger than 2 MB" in large["detail"]
    fake = problem(clerk.send_file(dossier_id, b"MZ\x90\x00 this is a program", "report.pdf"), 422)
    assert fake["detail"]
    no_file = clerk.post(
        f"/dossiers/{dossier_id}/attachments", data={"file": "text"}, content_type="multipart/form-data"
    )
    assert set(problem(no_file, 422)["fields"]) == {"file"}
    assert told(clerk.get(f"/dossiers/{dossier_id}/attachments"), 200) == {"attachments": []}


def test_a_field_that_is_not_declared_is_refused(clerk: Client, world: World) -> None:
    dossier_id = world.open_dossier()
    for extra in ("status", "id", "code", "version", "locality_id", "created_by_id", "role", "state"):
        wrong = problem(clerk.post("/dossiers", NEW | {extra: "decided"}), 422, "invalid")
        assert set(wrong["fields"]) == {extra}
        problem(clerk.patch(f"/dossiers/{dossier_id}", {"title": "Tên", extra: 1}), 422)
        inside = problem(clerk.post("/dossiers", NEW | {"nominations": [NOMINATION | {extra: 1}]}), 422)
        assert set(inside["fields"]) == {f"nominations.0.{extra}"}
        assert set(problem(clerk.get(f"/dossiers?{extra}s=1"), 422)["fields"]) == {f"{extra}s"}
    page = told(clerk.get(f"/dossiers/{dossier_id}"), 200)
    assert (page["status"], page["title"]) == ("draft", "Hồ sơ khen thưởng")


def test_wrong_values_are_named_one_by_one(clerk: Client) -> None:
    wrong = {"title": "x" * 301, "nominations": [NOMINATION | {"nominee_kind": "pet", "achievement": ""}]}
    found = problem(clerk.post("/dossiers", NEW | wrong), 422)["fields"]
    assert set(found) == {"title", "nominations.0.nominee_kind", "nominations.0.achievement"}
    assert set(problem(clerk.post("/dossiers", {}), 422)["fields"]) == {"locality", "round", "title"}
    assert set(problem(clerk.post("/dossiers", []), 422)["fields"]) == {"body"}
    unknown = problem(clerk.post("/dossiers", NEW | {"nominations": [NOMINATION | {"award_key": "x"}]}), 422)
    assert set(unknown["fields"]) == {"nominations.0.award_key"}


def test_characters_that_cannot_be_stored_are_refused(clerk: Client, world: World) -> None:
    dossier_id = world.open_dossier()
    for text in ("a\u0000b", "a\ud800b", "a\u0007b"):
        assert set(problem(clerk.post("/dossiers", NEW | {"title": text}), 422)["fields"]) == {"title"}
        achievement = NOMINATION | {"achievement": text}
        problem(clerk.post(f"/dossiers/{dossier_id}/nominations", achievement), 422)
        form = {"values": {"letter_number": text, "letter_date": "2024-11-20"}, "seen_version": 1}
        problem(clerk.post(f"/dossiers/{dossier_id}/submit", form), 422)
        problem(clerk.post("/sign-in", {"sign_in_name": text, "password": "x"}), 422)


def test_a_search_for_strange_characters_finds_nothing(clerk: Client) -> None:
    problem(clerk.get("/dossiers?q=%00"), 422)
    assert told(clerk.get("/dossiers?q=%25_%27%22--"), 200)["dossiers"] == []


def test_a_round_of_nobody_and_a_unit_of_others_are_refused(clerk: Client) -> None:
    for wrong in ({"round": "annual-1999"}, {"unit": "van_thanh"}, {"locality": "nowhere"}):
        problem(clerk.post("/dossiers", NEW | wrong), 403, "not-allowed")


def test_a_form_with_a_missing_reason_is_refused_and_can_be_sent_again(app: Flask, world: World) -> None:
    task = world.task(world.carry_to("select"))
    labour = with_token(app, world, "labour")
    version = told(labour.post(f"/tasks/{task.id}/claim"), 200)["dossier"]["version"]
    body = {"values": {"outcome": "return_unit"}, "seen_version": version}
    assert set(problem(labour.post(f"/tasks/{task.id}/complete", body), 422)["fields"]) == {"reason"}
    body["values"] = {"outcome": "return_unit", "reason": "Thiếu biên bản."}
    assert told(labour.post(f"/tasks/{task.id}/complete", body), 200)["task"]["outcome"] == "return_unit"


def test_a_form_with_a_list_for_a_value_is_refused(app: Flask, world: World) -> None:
    task = world.task(world.carry_to("select"))
    labour = with_token(app, world, "labour")
    body = {"values": {"outcome": ["accept"]}, "seen_version": 1}
    assert set(problem(labour.post(f"/tasks/{task.id}/complete", body), 422)["fields"]) == {"values.outcome"}
    twice = [{"nomination_id": 1, "verdict": "select"}] * 2
    body = {"values": {"outcome": "accept"}, "seen_version": 1, "judgements": twice}
    assert set(problem(labour.post(f"/tasks/{task.id}/complete", body), 422)["fields"]) == {"judgements"}


def test_a_dossier_that_has_changed_meanwhile_is_a_conflict(world: World, clerk: Client) -> None:
    dossier_id = world.open_dossier()
    version = told(clerk.get(f"/dossiers/{dossier_id}"), 200)["version"]
    told(clerk.patch(f"/dossiers/{dossier_id}", {"title": "Tên khác"}), 200)
    form = {"letter_number": "15/TTr", "letter_date": "2024-11-20"}
    late = {"values": form, "seen_version": version}
    problem(clerk.post(f"/dossiers/{dossier_id}/submit", late), 409, "conflict")
    told(clerk.post(f"/dossiers/{dossier_id}/submit", late | {"seen_version": version + 1}), 200)
    problem(clerk.post(f"/dossiers/{dossier_id}/submit", late), 409)


def test_a_task_that_somebody_else_holds_or_completed_is_told_with_the_name(app: Flask, world: World) -> None:
    task = world.task(world.carry_to("select"))
    first, second = with_token(app, world, "labour"), with_token(app, world, "labour2")
    version = told(first.post(f"/tasks/{task.id}/claim"), 200)["dossier"]["version"]
    assert "Labour" in problem(second.post(f"/tasks/{task.id}/claim"), 409)["detail"]
    body = {"values": {"outcome": "refuse", "reason": "Không đủ điều kiện."}, "seen_version": version}
    problem(second.post(f"/tasks/{task.id}/complete", body), 403)
    told(first.post(f"/tasks/{task.id}/complete", body), 200)
    assert "Labour" in problem(first.post(f"/tasks/{task.id}/complete", body), 409)["detail"]


def test_a_task_released_is_free_for_others(app: Flask, world: World) -> None:
    task = world.task(world.carry_to("select"))
    first, second = with_token(app, world, "labour"), with_token(app, world, "labour2")
    told(first.post(f"/tasks/{task.id}/claim"), 200)
    assert told(first.post(f"/tasks/{task.id}/release"), 200)["assignee"] is None
    assert told(second.post(f"/tasks/{task.id}/claim"), 200)["assignee"]["name"] == "Labour2"


def test_a_letter_over_nothing_or_over_strange_tasks_is_refused(app: Flask, world: World) -> None:
    labour = with_token(app, world, "labour")
    values = {"number": "1/TTr", "signed_on": "2024-11-20"}

    def sent(*ids: int) -> TestResponse:
        versions = [{"task_id": one, "seen_version": 1} for one in ids] or [{"task_id": 1, "seen_version": 1}]
        body = {"task_ids": list(ids), "values": values, "seen_versions": versions}
        return labour.post("/submissions", body)

    assert set(problem(sent(), 422)["fields"]) == {"task_ids"}
    problem(sent(2**62), 404)
    problem(sent(2**63), 422)


@on_one_database
def test_an_error_speaks_the_language_that_was_asked_for(clerk: Client) -> None:
    english = problem(clerk.get("/dossiers/77"), 404)
    vietnamese = clerk.get("/dossiers/77", headers={"Accept-Language": "vi-VN,vi;q=0.9,en;q=0.5"})
    assert problem(vietnamese, 404)["detail"] != english["detail"]
    assert vietnamese.headers["Content-Language"] == "vi"
    own = clerk.get("/dossiers/77", headers={"Accept-Language": "fr"})
    assert own.headers["Content-Language"] == "vi"


@on_one_database
def test_a_fault_of_ours_is_told_by_a_reference_and_nothing_else(
    app: Flask, clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("service.operations.work.folders.count", break_down)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = clerk.get("/folders")
    assert problem(answer, 500, "failure")["reference"]
    assert "secret detail" not in answer.text


@on_one_database
def test_answers_are_not_kept_by_anybody_on_the_way(clerk: Client) -> None:
    for answer in (clerk.get("/me"), clerk.get("/nothing")):
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@on_one_database
def test_addresses_outside_the_api_are_no_affair_of_the_api(anybody: Client) -> None:
    answer = anybody.browser.get("/no-such-page")
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    assert anybody.browser.get(f"{PREFIX}/docs").status_code == 404
