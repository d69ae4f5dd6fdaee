"""Workbooks that people send: what is read of them, and what is refused before anything is read."""

from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook, load_workbook

from service.documents import Choices, Template, read_workbook, write_template
from service.documents.workbooks import MAX_MARKUP, MAX_WORKBOOK
from service.domain.errors import Invalid


def saved(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The same workbook with one part more, or another one in its place."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as before, ZipFile(out, "w", ZIP_DEFLATED) as after:
        for entry in before.infolist():
            if entry.filename != name:
                after.writestr(entry.filename, before.read(entry))
        after.writestr(name, part)
    return out.getvalue()


def test_cells_come_as_texts_with_their_places_and_what_is_none_is_named() -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = "Một"
    for row in (
        ["Hộ ông A", 12.0, datetime.fromisoformat("2024-11-05"), True],
        ["=1+1", '=HYPERLINK("http://x")', "#N/A", " chữ "],
        ["gộp", None, 3.5, datetime.fromisoformat("2024-11-05T08:30")],
    ):
        sheet.append(row)
    sheet["A5"] = "'=không phải công thức"
    sheet.merge_cells("A3:B4")
    sheet.row_dimensions[5].hidden = True
    book.create_sheet("Ẩn").sheet_state = "hidden"
    read = read_workbook(BytesIO(saved(book)), "danh sách.xlsx")
    (table,) = read.tables
    assert (read.hidden, table.title) == (("Ẩn",), "Một")
    texts = {cell.place: cell.text for row in table.rows for cell in row.cells.values() if not cell.problem}
    assert texts == {
        "A1": "Hộ ông A", "B1": "12", "C1": "05/11/2024", "D1": "TRUE",
        "D2": "chữ", "A3": "gộp", "C3": "3.5", "D3": "05/11/2024 08:30", "A5": "'=không phải công thức",
    }  # fmt: skip
    cells = [cell for row in table.rows for cell in row.cells.values()]
    wrong = {cell.place: str(cell.problem) for cell in cells if cell.problem}
    assert wrong.keys() == {"A2", "B2", "C2", "B3", "A4", "B4"}
    assert ["formula" in wrong[place] for place in ("A2", "B2")] == [True, True]
    assert "error" in wrong["C2"]
    assert "merged" in wrong["B3"]
    assert [row.number for row in table.rows if row.hidden] == [5]


def test_what_is_no_list_is_refused_with_a_word_on_what_to_do() -> None:
    plain = saved(Workbook())
    crowded = b"<a>" + b"<b/>" * (MAX_MARKUP + 1) + b"</a>"
    entity = b'<!DOCTYPE x [<!ENTITY y "z">]><x>&y;</x>'
    refused = {
        "a.xls": (plain, ".xlsx"),
        "a.pdf": (plain, ".xlsx"),
        "empty.xlsx": (b"", "empty"),
        "large.xlsx": (plain + b" " * MAX_WORKBOOK, "larger"),
        "text.xlsx": ("Họ tên;Hình thức".encode(), "XLSX"),
        "macro.xlsx": (with_part(plain, "xl/vbaProject.bin", b"x"), "macros"),
        "entity.xlsx": (with_part(plain, "xl/sharedStrings.xml", entity), "save it again"),
        "crowded.xlsx": (with_part(plain, "xl/worksheets/sheet1.xml", crowded), "far more"),
        "bomb.xlsx": (with_part(plain, "xl/worksheets/sheet1.xml", b" " * 60_000_000), "larger"),
        "broken.xlsx": (with_part(plain, "xl/worksheets/sheet1.xml", b"<worksheet>"), "XLSX"),
    }
    for name, (content, word) in refused.items():
        with pytest.raises(Invalid) as caught:
            read_workbook(BytesIO(content), name)
        assert word in str(caught.value.message), name


def test_links_to_other_workbooks_are_not_followed_and_their_cells_are_named() -> None:
    book = Workbook()
    book.active["B7"] = "='[other.xlsx]Sheet1'!A1"
    (table,) = read_workbook(BytesIO(saved(book)), "a.xlsx").tables
    assert "formula" in str(table.rows[6].cells["B"].problem)


def test_a_template_offers_its_lists_and_holds_no_formula_whatever_it_is_called() -> None:
    content = write_template(
        Template(
            sheet="Danh sách", title="=1+1", notes=("=cmd",), columns={"STT": 6, "Loại *": 20},
            choices={"Loại *": Choices("Loại", ["Hộ", "=Tập thể"])},
            instructions_sheet="Hướng dẫn", instructions=("HƯỚNG DẪN",),
            example=(("STT", "Loại"), ("1", "Hộ")),
            lists_sheet="Danh mục", rows=500, hints={"Loại *": "Chọn"},
        )
    )  # fmt: skip
    book = load_workbook(BytesIO(content))
    assert book.sheetnames == ["Danh sách", "Hướng dẫn", "Danh mục"]
    sheet = book["Danh sách"]
    (offered,) = sheet.data_validations.dataValidation
    assert (str(offered.sqref), offered.formula1) == ("B5:B504", "'Danh mục'!$A$2:$A$3")
    assert all(cell.data_type != "f" for each in book for row in each.iter_rows() for cell in row)
    assert [cell.value for cell in sheet[4]] == ["STT", "Loại *"]
