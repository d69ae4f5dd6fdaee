"""Writing XLSX: typed cells, headers that stay, and texts that no program runs."""

import csv
from datetime import date, datetime
from io import BytesIO, StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from service.documents.spreadsheets import LONGEST_TEXT, Column, Kind, Sheet, harmless, write

COLUMNS = [Column("Tên", 30, Kind.LONG), Column("=Số", 8, Kind.NUMBER), Column("Ngày", 12, Kind.DAY)]


def read_back(*rows: tuple[object, ...]):
    file = BytesIO()
    write(file, [Sheet("Trang: [1]/2", COLUMNS, rows)])  # type: ignore[arg-type]
    return load_workbook(BytesIO(file.getvalue())).active


def test_cells_keep_their_kind_and_the_header_stays_in_sight() -> None:
    moment = datetime(2024, 11, 30, 9, 5)  # noqa: DTZ001 - cells know no zones
    sheet = read_back(("Đỗ Động", 3, date(2024, 11, 30)), ("#N/A", 1.5, moment), (None, 0, None))
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:C4"
    assert sheet.column_dimensions["A"].width == 30
    assert [cell.value for cell in sheet[1]] == ["Tên", "'=Số", "Ngày"]
    assert [cell.value for cell in sheet[2]] == ["Đỗ Động", 3, datetime(2024, 11, 30)]  # noqa: DTZ001
    assert sheet["C2"].is_date
    assert sheet["C2"].number_format == "dd/mm/yyyy"
    assert sheet["C3"].number_format == "dd/mm/yyyy hh:mm"
    assert (sheet["A3"].data_type, sheet["A3"].value) == ("s", "#N/A")
    assert sheet["A4"].value is None


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40))
def test_no_text_is_a_formula_in_a_cell_or_in_a_csv_made_of_it(text: str) -> None:
    kept = harmless(text)
    assert not kept.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert not kept.startswith(("\t", "\r", "\n"))
    line = StringIO()
    csv.writer(line).writerow([kept])
    assert not line.getvalue().lstrip('" ').startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize("text", ["=1+1", "+84", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1"])
def test_an_apostrophe_goes_before_what_could_run(text: str) -> None:
    sheet = read_back((text, 1, None))
    assert sheet["A2"].data_type == "s"
    assert str(sheet["A2"].value).startswith("'")


def test_what_a_cell_cannot_hold_is_left_out() -> None:
    assert harmless("a\x00b\x0bc") == "abc"
    assert len(harmless("x" * 40_000)) == LONGEST_TEXT


def test_rows_that_break_off_leave_no_open_sheet() -> None:
    def rows():
        yield ("Một", 1, None)
        raise LookupError

    with pytest.raises(LookupError):
        write(BytesIO(), [Sheet("Một", COLUMNS, rows())])
