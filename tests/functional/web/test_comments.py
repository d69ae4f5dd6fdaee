"""Comments on a dossier, the people they call, files to look at, and the way in words."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from service.mail import Letter
from service.operations.dossier import comments
from service.operations.mail import letters, subscriptions
from service.operations.watch import verification
from service.store import dossiers, mails
from service.store.tables import OutgoingMail
from tests.builders import World
from tests.functional.web.browsers import in_english, signed_in, words


def queued(world: World, dossier_id: int) -> list[OutgoingMail]:
    """The mails about mentions in a dossier."""
    with world.database.read() as work:
        return [mail for mail in mails.of_dossier(work, dossier_id) if mail.template == "mentioned"]


def composed(world: World, mail_id: int) -> Letter:
    """A mail as it would leave now."""
    with world.database.read() as work:
        return letters.compose(work, mails.some(work, [mail_id])[0], "http://localhost")


def test_a_comment_calls_people_and_is_no_part_of_the_history(app: Flask, world: World) -> None:
    dossier_id = world.carry_to("select")
    address = f"/dossiers/{dossier_id}/comments"
    labour, interior = signed_in(app, "labour"), signed_in(app, "interior")
    with world.database.read() as work:
        version = dossiers.get(work, dossier_id).version
    found = labour.get(f"{address}/people?q=interior").json
    assert found is not None
    assert [one["name"] for one in found["people"]] == ["Interior Head", "Interior"]
    body = "Nhờ @Interior xem <b>biên bản</b> https://a.example/x"
    made = labour.post(address, {"body": body, "scope": "dossier"})
    assert made.status_code == 303
    world.clock.advance(timedelta(seconds=9))
    again = labour.post(address, {"body": f"{body} ", "scope": "dossier"})
    assert (again.status_code, again.location) == (303, made.location), "a second click"
    page = labour.get(address)
    assert "<b>@Interior</b>" in page.text
    assert "&lt;b&gt;biên bản&lt;/b&gt;" in page.text
    assert 'href="https://a.example/x"' in page.text
    (mail,) = queued(world, dossier_id)
    letter = composed(world, mail.id)
    assert letter.link == f"http://localhost{made.location!s}"
    assert letter.params["words"] == body
    hint = interior.get("/mentions", fragment=True)
    assert "VN-HN2024-0001" in words(hint)
    for number in range(6):
        labour.post(address, {"body": f"{number}: @Interior", "scope": "dossier"})
    many = interior.get("/mentions", fragment=True)
    assert many.text.count("#comment-") == 5
    assert '<a href="/mentions">và 2 trao đổi khác</a>' in many.text
    assert interior.get("/mentions").text.count("#comment-") == 7
    interior.get(address)
    assert words(interior.get("/mentions", fragment=True)) == ""
    with world.database.read() as work:
        assert dossiers.get(work, dossier_id).version == version
        assert verification.verify(work, world.folder).sound
    world.clock.advance(timedelta(seconds=2))
    for later in (labour, interior):
        assert later.post(address, {"body": body, "scope": "dossier"}).location != made.location
    with world.database.read() as work:
        assert comments.count(work, world.actor("labour"), dossier_id) == 9


def test_an_office_talks_among_itself(app: Flask, world: World) -> None:
    dossier_id = world.carry_to("select")
    address = f"/dossiers/{dossier_id}/comments"
    labour = signed_in(app, "labour")
    assert labour.post(address, {"body": "Nội bộ @Interior", "scope": "office"}).status_code == 303
    assert queued(world, dossier_id) == [], "nobody is called who may not read it"
    assert labour.get(f"{address}/people?q=interior&scope=office").json == {"people": []}
    for who, reads in (("labour2", True), ("admin", True), ("interior", False), ("clerk", False)):
        assert ("Nội bộ" in signed_in(app, who).get(address).text) is reads, who
    neighbour = signed_in(app, "neighbour")
    assert neighbour.get(address).status_code == 404
    assert neighbour.post(address, {"body": "x", "scope": "dossier"}).status_code == 404
    assert signed_in(app, "admin").post(address, {"body": "x", "scope": "dossier"}).status_code == 403
    wrong = labour.post(address, {"body": " ", "scope": "dossier"})
    assert wrong.status_code == 422
    assert '<a href="#field-body">' in wrong.text


def test_a_comment_can_be_changed_for_a_while_and_its_removal_leaves_a_trace(
    app: Flask, world: World
) -> None:
    dossier_id = world.carry_to("select")
    address = f"/dossiers/{dossier_id}/comments"
    labour, colleague = signed_in(app, "labour"), signed_in(app, "labour2")
    made = labour.post(address, {"body": "Thiếu biên bản @Clerk", "scope": "dossier"})
    number = str(made.location).rpartition("-")[2]
    assert "Thiếu biên bản" in labour.get(f"{address}/{number}").text
    world.clock.advance(timedelta(minutes=14))
    assert labour.post(f"{address}/{number}", {"body": "Thiếu dấu"}).status_code == 303
    page = words(colleague.get(address))
    assert "Đã sửa lúc 20/11/2024 09:14" in page
    assert "Thiếu biên bản" in page
    assert composed(world, queued(world, dossier_id)[0].id).params["words"] == "", "nobody is called any more"
    assert colleague.post(f"{address}/{number}", {"body": "x"}).status_code == 403
    assert colleague.post(f"{address}/{number}/remove").status_code == 403
    world.clock.advance(timedelta(minutes=2))
    assert labour.post(f"{address}/{number}", {"body": "Muộn"}).status_code == 409
    assert labour.post(f"{address}/{number}/remove").status_code == 303
    page = words(colleague.get(address))
    assert "Labour đã gỡ lúc 20/11/2024 09:16" in page
    assert "Thiếu" not in page


def test_a_mail_about_a_mention_can_be_declined(app: Flask, world: World) -> None:
    dossier_id = world.carry_to("select")
    with world.database.write() as work:
        subscriptions.choose(work, world.actor("interior"), digest_hour=None, declined=["mentioned"])
    labour = signed_in(app, "labour")
    labour.post(f"/dossiers/{dossier_id}/comments", {"body": "@interior @interior_head", "scope": "dossier"})
    assert len(queued(world, dossier_id)) == 1
    assert "VN-HN2024-0001" in words(signed_in(app, "interior").get("/mentions"))


def test_files_are_looked_at_in_a_sealed_place(app: Flask, world: World) -> None:
    dossier_id = world.carry_to("select")
    labour = signed_in(app, "labour")
    links = re.findall(
        rf'href="(/dossiers/{dossier_id}/attachments/\d+/preview)"',
        labour.get(f"/dossiers/{dossier_id}").text,
    )
    assert links
    page = labour.get(links[0])
    assert 'sandbox="allow-scripts"' in page.text
    assert "Tải về" in words(page)
    content = labour.get(links[0].replace("/preview", "/content"))
    assert content.mimetype == "application/pdf"
    assert content.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert content.headers["X-Content-Type-Options"] == "nosniff"
    assert content.headers["Content-Disposition"].startswith("inline")
    policy = labour.get("/previews/frame").headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-scripts; default-src 'none'; script-src http://localhost;")
    assert "connect-src" not in policy
    neighbour = signed_in(app, "neighbour")
    for link in (links[0], links[0].replace("/preview", "/content")):
        assert neighbour.get(link).status_code == 404


def test_the_way_of_a_dossier_is_told_in_words(app: Flask, world: World) -> None:
    dossier_id = world.carry_to("select")
    world.complete("labour", world.task(dossier_id).id, {"outcome": "return_unit", "reason": "Thiếu"})
    world.submit(dossier_id)
    world.select(dossier_id)
    page = words(signed_in(app, "labour").get(f"/dossiers/{dossier_id}/diagram"))
    assert "Lập và nộp hồ sơ đề nghị đã xong Đơn vị" in page
    assert page.count("Clerk, UBND xã Vạn Giã: nộp hồ sơ") == 2 or page.count("Clerk, ") >= 2
    assert "Lập tờ trình gửi cơ quan Nội vụ đang ở đây Cơ quan Lao động" in page
    assert "Thẩm định hồ sơ còn ở phía trước" in page
    assert "chờ đến 0" in page
    assert "quay lại Lập và nộp hồ sơ đề nghị" in page
    english = words(in_english(app, "interior").get(f"/dossiers/{dossier_id}/diagram"))
    assert "Prepare and submit the dossier done Unit" in english
    assert "now here Labour office" in english


@pytest.mark.parametrize("world", ["sqlite", "postgresql"], indirect=True)
def test_what_was_never_reached_is_not_on_the_way(app: Flask, world: World) -> None:
    dossier_id = world.carry_to("nowhere")
    page = words(signed_in(app, "clerk").get(f"/dossiers/{dossier_id}/diagram"))
    assert "Xem xét, quyết định khen thưởng đã xong" in page
    assert "Trình cấp trên khen thưởng không đi qua" in page
    assert "Đã quyết định khen thưởng đang ở đây" in page
