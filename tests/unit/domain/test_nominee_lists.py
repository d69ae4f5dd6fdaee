"""Tables of nominees: where their heading is, and which rows say anything."""

from service.domain.errors import message
from service.domain.nominee_lists import (
    Cell,
    Row,
    Table,
    find_heading,
    missing_columns,
    place_of,
    rows_below,
    values_of,
)


def row(number: int, *texts: str, hidden: bool = False) -> Row:
    letters = "ABCDEFG"
    cells = {
        letter: Cell(f"{letter}{number}", text) for letter, text in zip(letters, texts, strict=False) if text
    }
    return Row(number, cells, hidden)


HEADING = row(4, "STT", "Hình thức khen thưởng *", "TÊN CÁ NHÂN,  TẬP THỂ, HỘ GIA ĐÌNH*", "Loại đối tượng")


def test_the_heading_is_found_in_any_order_of_columns_on_the_sheet_that_has_most_of_them() -> None:
    other = Table("Khác", [row(1, "Loại đối tượng", "Hình thức khen thưởng")])
    heading = find_heading([other, Table("Danh sách đề nghị", [row(1, "Tiêu đề"), HEADING])])
    assert heading is not None
    assert (heading.table.title, heading.row) == ("Danh sách đề nghị", 4)
    assert heading.letters == {"award_key": "B", "nominee_name": "C", "nominee_kind": "D"}
    assert [column.field for column in missing_columns(heading)] == ["achievement"]
    assert find_heading([Table("Hướng dẫn", [HEADING])]) is None
    assert find_heading([Table("Trống", [row(1, "Loại đối tượng")])]) is None


def test_rows_that_say_nothing_in_our_columns_are_left_out_and_hidden_ones_are_named() -> None:
    rows = [
        HEADING,
        row(5, "1"),
        row(6, "2", "Giấy khen", "Hộ ông A"),
        row(8, "", "", "Hộ ông B", hidden=True),
    ]
    heading = find_heading([Table("Danh sách", rows)])
    assert heading is not None
    found = rows_below(heading)
    assert [one.number for one in found] == [6, 8]
    values, problems = values_of(found[0], heading)
    assert (values["nominee_name"], values["nominee_kind"], problems) == ("Hộ ông A", "", [])
    (hidden,) = values_of(found[1], heading)[1]
    assert (hidden.place, "hidden" in str(hidden.text)) == ("C8", True)
    assert place_of(found[0], heading, "achievement") == "6"


def test_a_cell_that_cannot_be_read_keeps_its_row_and_tells_why() -> None:
    broken = Row(5, {"C": Cell("C5", "", message("formula"))})
    heading = find_heading([Table("Danh sách", [HEADING, broken])])
    assert heading is not None
    ((only,),) = [values_of(one, heading)[1] for one in rows_below(heading)]
    assert (only.place, str(only.text)) == ("C5", "formula")
