"""What differs, what came on paper, lists of nominees, newer files and the slip, over the API."""

from io import BytesIO
from typing import Any

from flask import Flask
from openpyxl import load_workbook
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests.builders import World
from tests.functional.api.clients import Client, with_token
from tests.support.files import paper


def send(client: Client, path: str, content: bytes, name: str, **fields: str) -> TestResponse:
    data: dict[str, Any] = {"file": FileStorage(BytesIO(content), filename=name), **fields}
    boundary, body = encode_multipart(data)
    return client.post(path, data=body, content_type=f'multipart/form-data; boundary="{boundary}"')


def test_a_corrected_dossier_is_told_with_its_differences(app: Flask, world: World) -> None:
    dossier_id = world.carry_to("select")
    clerk, labour = with_token(app, world, "clerk"), with_token(app, world, "labour")
    here = f"/dossiers/{dossier_id}"
    assert labour.get(f"{here}/differences").get_json()["since"] is None
    world.select(dossier_id, outcome="return_unit", reason="Thiếu dấu.")
    file = clerk.get(f"{here}/attachments").get_json()["attachments"][0]
    answer = send(clerk, f"{here}/attachments/{file['id']}/replace", paper("x"), "x.pdf", reason="Có dấu.")
    assert answer.status_code == 201, answer.text
    assert (answer.get_json()["version"], answer.get_json()["replaces_id"]) == (2, file["id"])
    book = load_workbook(BytesIO(clerk.get(f"{here}/nominations/template").data))
    for column, value in enumerate(("Bà Lê Thị C", "individual", None, "giay_khen", "Tốt."), 2):
        book["Danh sách đề nghị"].cell(6, column).value = value
    book["Danh sách đề nghị"].cell(7, 2).value = "Thiếu"
    beside = book.create_sheet("Nháp")
    beside["A1"].value, beside.sheet_state = "Bà Lê Thị D", "hidden"
    out = BytesIO()
    book.save(out)
    refused = send(clerk, f"{here}/nominations/import", out.getvalue(), "ds.xlsx")
    assert refused.status_code == 422
    assert refused.get_json()["fields"].keys() == {"C7", "E7", "F7"}
    assert refused.get_json()["unread_sheets"] == ["Nháp"]
    taken = send(clerk, f"{here}/nominations/import?good_rows_only=1", out.getvalue(), "ds.xlsx").get_json()
    assert (taken["imported"], {one["cell"] for one in taken["problems"]}) == (1, {"C7", "E7", "F7"})
    assert taken["unread_sheets"] == ["Nháp"]
    world.submit(dossier_id)
    told = labour.get(f"{here}/differences").get_json()
    assert [one["reason"] for one in told["returns"]] == ["Thiếu dấu."]
    assert [(one["change"], one["nominee"]) for one in told["nominations"]] == [("added", "Bà Lê Thị C")]
    assert [(one["change"], one["before_id"], one["reason"]) for one in told["files"]] == [
        ("replaced", file["id"], "Có dấu.")
    ]
    fields = {one["field"]: one["after"] for one in told["nominations"][0]["fields"]}
    assert (fields["kind"], fields["award"]) == (
        "Individual",
        "Certificate of merit of the District Chairman",
    )
    assert labour.get(f"{here}/differences?since={told['version'] + 5}").status_code == 404


def test_receipts_and_the_slip_are_told(app: Flask, world: World) -> None:
    dossier_id = world.carry_to("select")
    labour, clerk = with_token(app, world, "labour"), with_token(app, world, "clerk")
    here = f"/dossiers/{dossier_id}"
    body = {
        "received_on": "2024-11-20", "received_from": "Xã",
        "sets": [{"award_key": "giay_khen", "paper_key": "nominee_list", "sets": 1}],
    }  # fmt: skip
    assert clerk.post(f"{here}/receipts", body).status_code == 403
    made = labour.post(f"{here}/receipts", body)
    assert made.status_code == 201, made.text
    again = f"{here}/receipts/{made.get_json()['id']}/correct"
    corrected = labour.post(again, {**body, "sets": [], "reason": "Nhầm hồ sơ"})
    assert corrected.get_json()["corrects_id"] == made.get_json()["id"]
    assert labour.post(again, {**body, "reason": "Lại"}).status_code == 409
    unknown = {**body, "sets": [{"award_key": "giay_khen", "paper_key": "none", "sets": 1}]}
    assert "sets.0.paper_key" in labour.post(f"{here}/receipts", unknown).text
    sheet = clerk.get(f"{here}/receipts").get_json()
    assert [one["number"] for one in sheet["receipts"]] == [2, 1]
    assert (sheet["may_record"], sheet["awards"][0]["missing"]) == (False, 1)
    lines = labour.get(f"{here}/slip").get_json()["lines"]
    assert [(one["element_id"], one["result"], one["holder"]) for one in lines] == [
        ("prepare", "early", "Clerk"),
        ("select", "open", ""),
    ]
