"""Nominees from a workbook: all or nothing, every wrong cell named, the right rows when asked for."""

from collections.abc import Sequence
from io import BytesIO

import pytest
from openpyxl import load_workbook

from service.domain.errors import Conflict, Invalid, NotAllowed
from service.operations.dossier import nomination_imports
from service.operations.watch import verification
from service.store import dossiers as dossier_rows
from tests.builders import World

GOOD = ("", "Hộ ông Trần A", "Hộ gia đình", "Thôn 1", "Giấy khen của Chủ tịch UBND huyện", "Thoát nghèo.")


def workbook(world: World, dossier_id: int, rows: Sequence[Sequence[object]]) -> bytes:
    """The template of a dossier with some rows filled in."""
    with world.database.read() as work:
        book = load_workbook(BytesIO(nomination_imports.template(work, world.actor("clerk"), dossier_id)))
    sheet = book["Danh sách đề nghị"]
    for number, row in enumerate(rows, start=6):
        for column, value in enumerate(row, start=1):
            if value != "":
                sheet.cell(number, column).value = value
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def names(world: World, dossier_id: int) -> list[str]:
    with world.database.read() as work:
        return [one.nominee_name for one in dossier_rows.get(work, dossier_id).nominations]


def test_a_list_that_is_right_is_imported_with_one_step_of_the_history(world: World) -> None:
    dossier_id = world.open_dossier()
    rows = [
        GOOD,
        ("", "Thôn Tân Phu\u0301", "community", "", "giay khen cua chu tich ubnd huyen", "Giảm hộ nghèo."),
    ]
    with world.database.write() as work:
        content = BytesIO(workbook(world, dossier_id, rows))
        report = nomination_imports.send(
            work, world.actor("clerk"), dossier_id, display_name="ds.xlsx", stream=content
        )
    assert (report.imported, report.problems) == (2, ())
    assert names(world, dossier_id)[1:] == ["Hộ ông Trần A", "Thôn Tân Phú"]
    with world.database.read() as work:
        last = dossier_rows.history(work, dossier_id)[-1]
        assert (last.kind, last.params["file"], len(last.params["added"])) == (
            "nominations_imported", "ds.xlsx", 2,
        )  # fmt: skip
        assert verification.verify(work, world.folder).sound


def test_every_wrong_cell_is_named_and_nothing_is_imported_until_somebody_says_so(world: World) -> None:
    dossier_id = world.open_dossier()
    clerk = world.actor("clerk")
    standing = ("", "HỘ ÔNG NGUYỄN VĂN 1", *GOOD[2:4], GOOD[4], "Thoát nghèo bền vững.")
    rows = [
        GOOD,
        ("", "", "Hộ gia đình", "", "Huân chương Sao vàng", "Tốt"),
        ("", "=A1", "cá nhâm", "", "giay_khen", 12),
        GOOD,
        standing,
        ("", "x" * 201, "household", "", "giay_khen", "Tốt"),
    ]
    with world.database.write() as work:
        content = BytesIO(workbook(world, dossier_id, rows))
        nomination_imports.send(work, clerk, dossier_id, display_name="ds.xlsx", stream=content)
    assert len(names(world, dossier_id)) == 1
    with world.database.read() as work:
        report = nomination_imports.waiting(work, clerk, dossier_id)
    assert report is not None
    told = {problem.place: str(problem.text) for problem in report.problems}
    assert told.keys() == {"B7", "E7", "B8", "C8", "B9", "B10", "B11"}
    assert "Huân chương Sao vàng" in told["E7"]
    assert "formula" in told["B8"]
    assert "row 6" in told["B9"]
    assert "in the dossier already" in told["B10"]
    assert "200" in told["B11"]
    with pytest.raises(Conflict), world.database.write() as work:
        nomination_imports.take_over(work, clerk, dossier_id, "another report")
    with world.database.write() as work:
        assert nomination_imports.take_over(work, clerk, dossier_id, report.sha256).imported == 1
    assert names(world, dossier_id) == ["Hộ ông Nguyễn Văn 1", "Hộ ông Trần A"]
    with world.database.read() as work:
        assert nomination_imports.waiting(work, clerk, dossier_id) is None


def test_a_workbook_without_the_table_or_from_somebody_else_is_refused(world: World) -> None:
    dossier_id = world.open_dossier()
    empty = workbook(world, dossier_id, [])
    book = load_workbook(BytesIO(empty))
    book["Danh sách đề nghị"].delete_cols(5)
    lacking = BytesIO()
    book.save(lacking)
    for content, word in ((empty, "nobody"), (lacking.getvalue(), "lacks columns")):
        with pytest.raises(Invalid, match=word), world.database.write() as work:
            nomination_imports.send(
                work, world.actor("clerk"), dossier_id, display_name="a.xlsx", stream=BytesIO(content)
            )
    submitted = world.carry_to("select")
    with pytest.raises(NotAllowed), world.database.write() as work:
        nomination_imports.send(
            work, world.actor("clerk"), submitted, display_name="a.xlsx", stream=BytesIO(empty)
        )
