"""Searching, the progress of a round and files of rows on the screens and over the API."""

import re
from io import BytesIO

import pytest
from flask import Flask
from openpyxl import load_workbook

from service.operations.report import export_writing, exports
from tests.builders import World
from tests.functional.api.clients import problem, told, with_token
from tests.functional.web.browsers import in_english, signed_in, words

ANNUAL = "/rounds/annual-2024/progress"
LINK = re.compile(r'href="(/search\?[^"]*)">(\d+)')


def test_search_marks_what_fits_and_lists_only_what_one_may_open(app: Flask, world: World) -> None:
    dossier_id = world.open_dossier(title="Hồ sơ <b>thôn</b> Phú Cang")
    clerk = in_english(app, "clerk")
    page = clerk.get("/search?q=phu+tho")
    assert "<mark>Phú</mark>" in page.text
    assert "&lt;b&gt;<mark>thô</mark>n&lt;/b&gt;" in page.text
    said = words(clerk.get("/search?q=nguyen+van"))
    assert "Nominees" in said
    assert "Dossiers" in said
    said = words(signed_in(app, "neighbour").get("/search?q=phu+cang"))
    assert "Phú Cang" not in said
    assert "Không có kết quả nào mà bạn được xem" in said
    code = "VN-HN2024-0001"
    assert "With this very code" in words(clerk.get(f"/search?q={code.lower()}"))
    assert "Also filtered by" in clerk.get("/search?step=prepare&overdue=1").text
    huge = "1".zfill(20) + "9" * 20
    numbers = [f"{name}={number}" for name in ("round", "unit", "before") for number in (huge, "²", "0")]
    for wrong in ("status=other", "round=x", "in=x", "sent=perhaps", *numbers):
        assert clerk.get(f"/search?{wrong}").status_code == 400, wrong
    assert "What can be found" in words(clerk.get("/search"))
    api = with_token(app, world, "clerk")
    found = told(api.get("/search?q=phu+cang"), 200)
    assert [hit["dossier_id"] for group in found["groups"] for hit in group["hits"]] == [dossier_id]
    assert told(api.get(f"/search?q={code}"), 200)["exact"]["dossier_id"] == dossier_id
    problem(api.get("/search?in=other"), 422)


def test_every_number_of_the_progress_leads_to_a_list_as_long(app: Flask, world: World) -> None:
    world.open_dossier()
    world.carry_to("select")
    world.carry_to("appraise")
    world.carry_to("nowhere")
    world.on("2024-12-06 09:00")
    labour = in_english(app, "labour")
    assert str(labour.get("/progress").location).startswith(ANNUAL)
    page = labour.get(ANNUAL)
    links = LINK.findall(page.text)
    assert len(links) > 10
    for address, number in links:
        answer = labour.get(address.replace("&amp;", "&"))
        rows = answer.text.count("data-inbox-row") + answer.text.count('<li class="result">')
        assert rows == int(number), address
    said = words(page)
    assert "Only the dossiers of your own unit" not in said
    assert "No dossier opened" in said
    own = words(in_english(app, "clerk").get(ANNUAL))
    assert "Only the dossiers of your own unit" in own
    assert "Vạn Thạnh" not in own
    assert "Progress" not in words(in_english(app, "clerk").get("/rounds")).split("Calendar")[0]
    assert labour.get("/rounds/other/progress").status_code == 404
    whole = told(with_token(app, world, "interior").get("/rounds/van-ninh/annual-2024/progress"), 200)
    assert (whole["whole"], whole["submitted"], whole["drafts"]) == (True, 3, 1)
    assert {step["element_id"]: step["overdue"] for step in whole["steps"]}["select"] == 1


def test_a_file_comes_at_once_or_tells_how_far_it_is(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.carry_to("select")
    labour = in_english(app, "labour")
    labour.get("/search?sent=yes")
    answer = labour.post("/exports", {"what": "dossiers", "sent": "yes"})
    assert answer.status_code == 200
    assert "List of dossiers" in answer.headers["Content-Disposition"]
    assert load_workbook(BytesIO(answer.data))["Dossiers"].max_row == 2
    monkeypatch.setattr(exports, "SMALL", 0)
    asked = labour.post("/exports", {"what": "dossiers", "sent": "yes"})
    assert asked.status_code == 303
    address = str(asked.location)
    waiting = labour.get(address)
    assert 'http-equiv="refresh"' in waiting.text
    assert "waits its turn" in words(waiting)
    assert labour.get(f"{address}/file").status_code == 409
    assert labour.get(f"{address}/progress", fragment=True).status_code == 200
    assert signed_in(app, "interior").get(address).status_code == 404
    assert export_writing.write_due(app.extensions["trinh"]) == 1
    assert labour.get(f"{address}/progress", fragment=True).headers["HX-Redirect"] == address
    assert "Download" in words(labour.get(address))
    assert labour.get(f"{address}/file").status_code == 200
    assert signed_in(app, "interior").get(f"{address}/file").status_code == 404
    assert "My files" in words(labour.get("/exports"))
    assert labour.post(f"{address}/remove").status_code == 303
    assert labour.get(address).status_code == 404
    assert labour.post("/exports", {"what": "other"}).status_code == 400
    assert labour.post("/exports", {"what": "nominations"}).status_code == 422
    api = with_token(app, world, "labour")
    assert list(problem(api.post("/exports", {"kind": "inbox"}), 422)["fields"]) == ["folder"]
    inbox = {"folder": "group", "act": "select", "holder": 99, "sort": "-code"}
    of_inbox = told(api.post("/exports", {"kind": "inbox", "inbox": inbox, "language": "en"}), 201)
    export_writing.write_due(app.extensions["trinh"])
    with api.get(f"/exports/{of_inbox['id']}/file") as file:
        book = load_workbook(BytesIO(file.data))
    notes = {row[0].value: row[1].value for row in book["Notes and sources"].rows}
    assert (notes["Folder"], notes["Order"]) == ("Unclaimed", "Code ↓")
    assert notes["Held by"] == "somebody of another office", "a filter tells nobody's name"
    assert "somebody of another office" in words(labour.get("/inbox/group?holder=99"))
    made = told(api.post("/exports", {"kind": "dossiers", "filters": {"sent": "yes"}}), 201)
    assert (made["state"], made["size"]) == ("queued", None)
    export_writing.write_due(app.extensions["trinh"])
    assert told(api.get(f"/exports/{made['id']}"), 200)["state"] == "ready"
    with api.get(f"/exports/{made['id']}/file") as file:
        assert file.data.startswith(b"PK")
    assert len(told(api.get("/exports"), 200)["exports"]) == 3
    assert api.delete(f"/exports/{made['id']}").status_code == 204
    problem(api.get(f"/exports/{made['id']}"), 404)
