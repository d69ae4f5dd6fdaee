"""openpyxl's home: the cells of workbooks. Formulas are never computed, links never followed."""

import warnings
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import IO, Any, cast

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from service.documents.refusals import damaged
from service.documents.workbooks import Template
from service.domain.errors import TrinhError, message
from service.domain.nominee_lists import Cell, Row, Table

MAX_ROWS = 2_000
MAX_COLUMNS = 40
_FORMULA = message("This cell holds a formula: copy it and paste its value only.")
_ERROR = message("This cell holds an error instead of a text: write the text.")
_MERGED = message("This cell is merged with its neighbours: unmerge them and fill in each cell.")

# Parts that it does not read (validations of newer versions, pictures) are not worth a line in any log.
warnings.filterwarnings("ignore", module=r"openpyxl\..*")


def read(file: IO[bytes]) -> tuple[tuple[Table, ...], tuple[str, ...]]:
    """The visible sheets of a file that was found harmless, and the names of the others.

    Raises:
        Invalid: when it cannot be read.
    """
    try:
        book = load_workbook(file, keep_links=False)
        tables = [
            _table(cast(Worksheet, sheet)) for sheet in book.worksheets if sheet.sheet_state == "visible"
        ]
    except TrinhError:
        raise
    except Exception:  # noqa: BLE001 - whatever the library meets in a broken file is one answer to people
        raise damaged("XLSX") from None
    hidden = [str(sheet.title) for sheet in book.worksheets if sheet.sheet_state != "visible"]
    return tuple(tables), tuple(hidden)


def write(template: Template) -> bytes:
    """A workbook with an empty table, its instructions and its lists."""
    book = Workbook()
    sheet = cast(Worksheet, book.active)
    sheet.title = template.sheet
    first = _write_heading(sheet, template)
    lists = book.create_sheet(template.lists_sheet)
    for number, (heading, choices) in enumerate(template.choices.items(), start=1):
        _write(lists, 1, number, choices.heading).font = Font(bold=True)
        for row, value in enumerate(choices.values, start=2):
            _write(lists, row, number, value)
        lists.column_dimensions[get_column_letter(number)].width = 44
        _offer(sheet, template, heading, f"{get_column_letter(number)}", len(choices.values), first)
    _write_instructions(book.create_sheet(template.instructions_sheet, 1), template)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _table(sheet: Worksheet) -> Table:
    last = min(sheet.max_row or 0, MAX_ROWS)
    width = min(sheet.max_column or 0, MAX_COLUMNS)
    merged = set(_merged(sheet, last, width))
    rows = [
        _row(sheet, number, cells, merged)
        for number, cells in enumerate(sheet.iter_rows(max_row=last, max_col=width), start=1)
        if last
    ]
    return Table(str(sheet.title), rows)


def _row(sheet: Worksheet, number: int, cells: Iterable[Any], merged: set[tuple[int, int]]) -> Row:
    found: dict[str, Cell] = {}
    for column, cell in enumerate(cells, start=1):
        letter = get_column_letter(column)
        place = f"{letter}{number}"
        if (number, column) in merged:
            found[letter] = Cell(place, "", _MERGED)
        elif cell.value is not None:
            found[letter] = _cell(place, cell)
    return Row(number, found, hidden=bool(sheet.row_dimensions[number].hidden))


def _cell(place: str, cell: SheetCell) -> Cell:
    if cell.data_type == "f":
        return Cell(place, "", _FORMULA)
    if cell.data_type == "e":
        return Cell(place, "", _ERROR)
    return Cell(place, _text(cell.value))


def _text(value: object) -> str:
    match value:
        case bool():
            return str(value).upper()
        case datetime() if value.time() != time():
            return f"{value:%d/%m/}{value.year:04d} {value:%H:%M}"
        case date():
            return f"{value:%d/%m/}{value.year:04d}"
        case time():
            return f"{value:%H:%M}"
        case timedelta():
            return str(value)
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value).strip()


def _merged(sheet: Worksheet, last: int, width: int) -> Iterator[tuple[int, int]]:
    """The cells that a merge has taken; the one that shows the text is not among them."""
    for merge in sheet.merged_cells.ranges:
        left, top, right, bottom = cast(tuple[int, int, int, int], range_boundaries(merge.coord))
        for row in range(top, min(bottom, last) + 1):
            for column in range(left, min(right, width) + 1):
                if (row, column) != (top, left):
                    yield row, column


def _write(sheet: Worksheet, row: int, column: int, text: str) -> SheetCell:
    """Writes a text as a text, whatever it begins with."""
    cell = cast(SheetCell, sheet.cell(row, column))
    cell.value = text
    cell.data_type = "s"
    return cell


_LINE = Side(style="thin", color="8A94A6")
_HEAD = PatternFill("solid", fgColor="E7ECF5")


def _write_heading(sheet: Worksheet, template: Template) -> int:
    """Title, notes and heading; returns the number of the first row to fill in."""
    _write(sheet, 1, 1, template.title).font = Font(bold=True, size=14)
    for row, note in enumerate(template.notes, start=2):
        _write(sheet, row, 1, note).font = Font(italic=True, color="444444")
    heading = len(template.notes) + 3
    for column, (words, width) in enumerate(template.columns.items(), start=1):
        cell = _write(sheet, heading, column, words)
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.border = Border(_LINE, _LINE, _LINE, _LINE)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = width
        for row in range(heading + 1, heading + 1 + min(template.rows, 50)):
            sheet.cell(row, column).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = f"A{heading + 1}"
    sheet.page_setup.orientation, sheet.page_setup.fitToWidth = "landscape", 1
    sheet.page_setup.fitToHeight = 0
    return heading + 1


def _offer(sheet: Worksheet, template: Template, heading: str, letter: str, count: int, first: int) -> None:
    """Lets the cells of a column be chosen from a list only."""
    column = get_column_letter(list(template.columns).index(heading) + 1)
    formula = f"'{template.lists_sheet}'!${letter}$2:${letter}${count + 1}"
    offered = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=True)
    offered.errorTitle, offered.error = heading[:32], template.hints.get(heading, "")[:250]
    offered.add(f"{column}{first}:{column}{first + template.rows - 1}")
    sheet.add_data_validation(offered)


def _write_instructions(sheet: Worksheet, template: Template) -> None:
    for row, line in enumerate(template.instructions, start=1):
        cell = _write(sheet, row, 1, line)
        cell.alignment = Alignment(wrap_text=False, vertical="top")
        if row == 1:
            cell.font = Font(bold=True, size=14)
    start = len(template.instructions) + 2
    for number, words in enumerate(template.example):
        for column, text in enumerate(words, start=1):
            cell = _write(sheet, start + number, column, text)
            cell.border = Border(_LINE, _LINE, _LINE, _LINE)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if number == 0:
                cell.font, cell.fill = Font(bold=True), _HEAD
    for column, width in enumerate(template.columns.values(), start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
