"""openpyxl's home: tables in workbooks that people send, and templates of such tables.

A workbook is looked at before openpyxl reads it (see `office_files`): packed bombs, macros and document
types are refused, and so is one with so many parts that reading it would cost more than a list is worth.
Formulas are never computed, links never followed.
"""

import tempfile
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import IO, Any, BinaryIO, cast
from zipfile import ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from service.documents.contents import Content
from service.documents.names import clean_display_name, extension_of
from service.documents.office_files import check_xlsx
from service.documents.receiving import check_signature
from service.documents.refusals import damaged, megabytes
from service.domain.errors import Invalid, TrinhError, message
from service.domain.nominee_lists import Cell, Row, Table

MAX_WORKBOOK = 2 * 1024**2
MAX_PART = 16 * 1024**2
MAX_MARKUP = 250_000
"""Tags in one part: a list of a thousand long rows has a tenth of that."""
MAX_ROWS = 2_000
MAX_COLUMNS = 40
_CHUNK = 64 * 1024
_FORMULA = message("This cell holds a formula: copy it and paste its value only.")
_ERROR = message("This cell holds an error instead of a text: write the text.")
_MERGED = message("This cell is merged with its neighbours: unmerge them and fill in each cell.")

# Parts that it does not read (validations of newer versions, pictures) are not worth a line in any log.
warnings.filterwarnings("ignore", module=r"openpyxl\..*")


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook as it was read: its visible sheets, the names of the others, and its own name."""

    name: str
    tables: tuple[Table, ...]
    hidden: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """A list from which the cells of a column are chosen, kept on the sheet of lists under a heading."""

    heading: str
    values: Sequence[str]


@dataclass(frozen=True, slots=True)
class Template:
    """A table to be filled in: sheets for the rows, for instructions with an example, and for lists.

    `columns` maps each heading to its width in characters; `choices` names those that have a list.
    """

    sheet: str
    title: str
    notes: Sequence[str]
    columns: Mapping[str, int]
    choices: Mapping[str, Choices]
    instructions_sheet: str
    instructions: Sequence[str]
    example: Sequence[Sequence[str]]
    lists_sheet: str
    rows: int
    hints: Mapping[str, str] = field(default_factory=dict[str, str])


def read_workbook(stream: BinaryIO, display_name: str) -> Book:
    """Reads the visible sheets of a workbook, every cell as text with its place.

    Raises:
        Invalid: when it is no workbook, too large, or holds what a list of texts never holds.
    """
    name = clean_display_name(display_name)
    if extension_of(name).lower() != ".xlsx":
        raise Invalid(
            message('"{name}" is no .xlsx workbook: save it as "Excel Workbook (.xlsx)".', name=name)
        )
    with tempfile.TemporaryFile() as file:
        _copy(stream, file, name)
        with Content.of(file) as content:
            check_signature(content, name)
            check_xlsx(content)
            _check_parts(content)
        return _read(file, name)


def write_template(template: Template) -> bytes:
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


def _copy(stream: BinaryIO, file: IO[bytes], name: str) -> None:
    size = 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > MAX_WORKBOOK:
            raise Invalid(
                message(
                    '"{name}" is larger than {limit} MB: a list of nominees is smaller. Remove its pictures, '
                    "or split it.",
                    name=name,
                    limit=megabytes(MAX_WORKBOOK),
                )
            )
        file.write(chunk)
    if not size:
        raise Invalid(message('"{name}" is empty: choose the file again.', name=name))
    file.flush()


def _check_parts(content: Content) -> None:
    """Counts the tags of every part: what openpyxl needs of memory and time grows with them."""
    with ZipFile(cast(IO[bytes], content)) as archive:
        for entry in archive.infolist():
            tags = 0
            with archive.open(entry) as part:
                while chunk := part.read(_CHUNK):
                    tags += chunk.count(b"<")
            if entry.file_size > MAX_PART or tags > MAX_MARKUP:
                raise Invalid(
                    message(
                        "The workbook holds far more than a list of nominees: copy the list into a new "
                        "workbook, or into our template, and send that."
                    )
                )


def _read(file: IO[bytes], name: str) -> Book:
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
    return Book(name, tuple(tables), tuple(hidden))


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
