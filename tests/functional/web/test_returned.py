"""A dossier that is returned, corrected and comes back, on the screens; its papers, lists and slip."""

import json
from io import BytesIO
from urllib.parse import urlsplit

from flask import Flask
from openpyxl import load_workbook

from service.store import dossiers as dossier_rows
from tests.builders import World
from tests.functional.web.browsers import seen, signed_in, words
from tests.functional.web.test_tasks import form_data
from tests.support.files import paper


def test_a_reviewer_sees_what_has_changed_since_the_return(app: Flask, world: World) -> None:
    dossier_id = world.carry_to("select")
    world.select(dossier_id, outcome="return_unit", reason="Thiếu xác nhận của xã.")
    clerk, labour = signed_in(app, "clerk"), signed_in(app, "labour")
    again = clerk.get(f"/tasks/{world.task(dossier_id).id}")
    assert form_data(again.text)["letter_number"] == "15/TTr", "what the unit answered before is kept"
    assert "đã được điền sẵn" in words(again)
    clerk.get(f"/dossiers/{dossier_id}")
    with world.database.read() as work:
        nomination = dossier_rows.get(work, dossier_id).nominations[0]
        file = dossier_rows.attachments(work, dossier_id)[0]
    where = f"/dossiers/{dossier_id}/attachments/{file.id}/replace"
    refused = clerk.send_file(where, paper("new"), "moi.pdf")
    assert refused.status_code == 422
    assert "Hãy ghi vì sao thay tệp" in words(refused)
    assert clerk.send_file(where, paper("new"), "moi.pdf", reason="Đã có dấu.").status_code == 303
    page = clerk.get(f"/dossiers/{dossier_id}")
    assert "Các bản trước: 1" in words(page)
    assert clerk.get(f"/dossiers/{dossier_id}/attachments/{file.id}").status_code == 200
    changed = {
        "award_key": "giay_khen", "nominee_kind": "household",
        "nominee_name": nomination.nominee_name, "achievement": "Giúp <b>ba</b> hộ.",
    }  # fmt: skip
    clerk.post(f"/dossiers/{dossier_id}/nominations/{nomination.id}", changed)
    world.submit(dossier_id)
    back = labour.get(f"/tasks/{world.task(dossier_id).id}")
    said = words(back)
    assert "Thay đổi từ lần trước hồ sơ ở bước này (2)" in said
    for part in ("Thiếu xác nhận của xã.", "trước: Thoát nghèo bền vững.", "moi.pdf", "Đã có dấu."):
        assert part in said, part
    assert "&lt;b&gt;ba&lt;/b&gt;" in back.text
    page = labour.get(f"/dossiers/{dossier_id}/differences")
    assert "Thay bản mới" in words(page)
    assert labour.get(f"/dossiers/{dossier_id}/differences?since=1").status_code == 200
    assert labour.get(f"/dossiers/{dossier_id}/differences?since=x").status_code == 400
    assert labour.get(f"/dossiers/{dossier_id}/differences?since=999").status_code == 404
    history = words(labour.get(f"/dossiers/{dossier_id}/history"))
    assert "Trả về bước: Lập và nộp hồ sơ đề nghị" in history
    assert "Tóm tắt thành tích: “Thoát nghèo bền vững.” → “Giúp <b>ba</b> hộ.”" in history
    narrowed = words(labour.get(f"/dossiers/{dossier_id}/history?about=papers&about=content"))
    assert "Trả về bước" not in narrowed
    assert labour.get(f"/dossiers/{dossier_id}/history?about=nothing").status_code == 400
    slip = words(labour.get(f"/dossiers/{dossier_id}/slip"))
    assert "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ" in slip
    assert "chưa kiểm chứng" in slip


def test_the_chairman_chooses_among_the_steps_of_the_diagram(app: Flask, world: World) -> None:
    dossier_id = world.carry_to("decide")
    task = world.task(dossier_id)
    world.claim("chairman", task.id)
    chairman = signed_in(app, "chairman")
    page = chairman.get(f"/tasks/{task.id}").text
    schema = json.loads(page.partition('id="form-schema">')[2].partition("</script>")[0])
    (field,) = [part for part in schema["components"] if part.get("key") == "return_to"]
    labels = [one["label"].partition(" (")[0] for one in field["values"]]
    assert labels == ["Tiếp nhận và xét chọn", "Thẩm định hồ sơ"]
    data = json.loads(page.partition('id="form-data">')[2].partition("</script>")[0])
    assert data["return_to"] == "appraise", "the nearest step is chosen unless somebody chooses another"
    sent = {"outcome": "return_previous", "return_to": "select", "reason": "Xét lại."} | seen(world, task.id)
    assert chairman.post(f"/tasks/{task.id}/complete", sent).status_code == 303
    assert world.task(dossier_id).element_id == "select"


def test_paper_originals_are_recorded_corrected_and_printed(app: Flask, world: World) -> None:
    dossier_id = world.carry_to("select")
    labour = signed_in(app, "labour")
    form = labour.get(f"/dossiers/{dossier_id}/receipts/new").text
    names = sorted({part.partition('"')[0] for part in form.split('name="sets-')[1:]})
    fields = {f"sets-{name}": "1" for name in names} | {"received_on": "20/11/2024", "received_from": "Xã"}
    wrong = labour.post(f"/dossiers/{dossier_id}/receipts", fields | {"received_on": "31/02/2024"})
    assert (wrong.status_code, "Hãy ghi ngày như 05/12/2024" in words(wrong)) == (422, True)
    assert 'value="31/02/2024"' in wrong.text
    foreign = {f"sets-{name}": "1" for name in ("-5", f"1-{'9' * 4400}", "1-²", "1-2-3")}
    made = labour.post(f"/dossiers/{dossier_id}/receipts", fields | foreign)
    receipt = labour.get(urlsplit(made.headers["Location"]).path)
    assert "GIẤY BIÊN NHẬN HỒ SƠ BẢN GIẤY" in words(receipt)
    assert "đã nhận đủ" in words(labour.get(f"/dossiers/{dossier_id}"))
    where = urlsplit(made.headers["Location"]).path + "/correct"
    labour.get(where)
    fewer = fields | {f"sets-{names[0]}": "0", "reason": "Đếm nhầm"}
    assert labour.post(where, fewer).status_code == 303
    assert "còn thiếu 1 bộ" in words(labour.get(f"/dossiers/{dossier_id}"))
    assert labour.get(where).status_code == 409
    assert "Đính chính biên nhận bản giấy" in words(labour.get(f"/dossiers/{dossier_id}/history"))


def test_a_workbook_is_reported_cell_by_cell_and_its_right_rows_taken_over(app: Flask, world: World) -> None:
    dossier_id = world.open_dossier()
    clerk = signed_in(app, "clerk")
    where = f"/dossiers/{dossier_id}/nominations/import"
    assert clerk.get(where).status_code == 200
    book = load_workbook(BytesIO(clerk.get(f"{where}/template.xlsx").data))
    sheet = book["Danh sách đề nghị"]
    award = "Giấy khen của Chủ tịch UBND huyện"
    listed = (("Hộ bà B", "Hộ gia đình", "", award, "Tốt."), ("", "Hộ gia đình", "", award, "x"))
    for row, values in enumerate(listed, 6):
        for column, value in enumerate(values, 2):
            sheet.cell(row, column).value = value or None
    for title in ("Trang khác", "Trang ẩn"):
        book.create_sheet(title).append(("Họ và tên", "Hộ ông C"))
    book["Trang ẩn"].sheet_state = "hidden"
    out = BytesIO()
    book.save(out)
    answer = clerk.send_file(where, out.getvalue(), "ds.xlsx")
    assert answer.status_code == 303
    unread = "chưa được đọc: “Trang khác”, “Trang ẩn”."
    for _ in range(2):
        page = clerk.get(where)
        assert unread in words(page), "as long as the report stands there"
    assert "B7" in words(page)
    assert "Hãy điền mục này." in words(page)
    digest = page.text.partition('name="report" value="')[2].partition('"')[0]
    assert clerk.post(f"{where}/take-over", {"report": "old"}).status_code == 409
    clerk.get(where)
    assert clerk.post(f"{where}/take-over", {"report": digest}).status_code == 303
    taken = words(clerk.get(f"/dossiers/{dossier_id}"))
    assert "Hộ bà B" in taken
    assert unread in taken
    assert clerk.send_file(where, b"x", "ds.pdf").status_code == 422
