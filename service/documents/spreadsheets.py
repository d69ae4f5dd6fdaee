"""Writing XLSX: sheets of typed columns, row by row in little memory, with nothing that could run.

A text that a spreadsheet would take for a formula is kept as a text, with an apostrophe before it: it
stays harmless also after somebody has saved the sheet as CSV and opened that. Reading workbooks:
`service.documents.workbooks`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_TEXT = 32_000
"""Characters; a cell takes 32 767 at most."""
_STARTS_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
_DAY, _INSTANT = "dd/mm/yyyy", "dd/mm/yyyy hh:mm"
_NOT_IN_TITLES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))

Cell = str | int | float | date | datetime | None


class Kind(StrEnum):
    """How the cells of a column are shown; long texts are wrapped."""

    TEXT = "text"
    LONG = "long"
    NUMBER = "number"
    DAY = "day"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, its width in characters, what its cells are."""

    title: str
    width: int = 14
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: the rows are taken one by one while it is written. Instants in them are local and naive."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]


def write(file: BinaryIO, sheets: Iterable[Sheet]) -> None:
    """Writes a workbook; headers stay in sight when the rows are scrolled."""
    book = Workbook(write_only=True)
    try:
        for sheet in sheets:
            _write(book, sheet)
    except BaseException:
        # Sheets begun lie in files beside the book, which only saving it closes and removes.
        with TemporaryFile() as nowhere:
            book.save(nowhere)
        raise
    book.save(file)


def harmless(text: str) -> str:
    """A text as a cell may hold it: no control characters, not too long, never the start of a formula."""
    kept = ILLEGAL_CHARACTERS_RE.sub("", text)
    if len(kept) > LONGEST_TEXT:
        kept = kept[: LONGEST_TEXT - 1] + "…"
    first = kept[:1] + kept.lstrip()[:1]
    return f"'{kept}" if any(character in _STARTS_FORMULA for character in first) else kept


def _write(book: Workbook, sheet: Sheet) -> None:
    target: Any = book.create_sheet(harmless(sheet.title).translate(_NOT_IN_TITLES)[:31])
    for number, column in enumerate(sheet.columns, start=1):
        target.column_dimensions[get_column_letter(number)].width = column.width
    target.freeze_panes = "A2"
    target.append([_header(target, column) for column in sheet.columns])
    last = 1
    for row in sheet.rows:
        target.append(
            [_cell(target, value, column) for value, column in zip(row, sheet.columns, strict=True)]
        )
        last += 1
    target.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{last}"


def _header(target: Any, column: Column) -> Any:
    cell = _text(target, column.title)
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="FFECEEF2")
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _cell(target: Any, value: Cell, column: Column) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        cell = _text(target, value)
        if column.kind is Kind.LONG:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        return cell
    content: Any = value
    cell: Any = WriteOnlyCell(target, content)
    if isinstance(value, datetime):
        cell.number_format = _INSTANT
    elif isinstance(value, date):
        cell.number_format = _DAY
    return cell


def _text(target: Any, text: str) -> Any:
    cell: Any = WriteOnlyCell(target, harmless(text))
    # Never guessed: a text like #N/A would become an error, one like =1+1 a formula.
    cell.data_type = "s"
    return cell
