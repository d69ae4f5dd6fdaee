"""Lists of nominees in a table: which columns there are, which row is their heading, what each row says.

Nothing here knows of files: a table is rows of cells, each with its place ("B7") and its text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain.errors import Message, message
from service.domain.labels import Label
from service.domain.words import search_key

SHEET = "Danh sách đề nghị"
"""The sheet of the template that takes the nominees."""
INSTRUCTIONS = "Hướng dẫn"
"""The sheet of the template that explains it, with an example."""
HEADING_WITHIN = 20
"""The heading stands in one of the first rows."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: the field of a nomination it fills, and what its heading says."""

    field: str
    heading: Label
    required: bool = True
    width: int = 24
    """In characters."""

    @property
    def known_as(self) -> frozenset[str]:
        """Everything its heading may say, without accents."""
        return frozenset({search_key(self.heading.vi), search_key(self.heading.en), search_key(self.field)})


COLUMNS = (
    Column("nominee_name", Label("Tên cá nhân, tập thể, hộ gia đình", "Name of the nominee"), width=34),
    Column("nominee_kind", Label("Loại đối tượng", "Kind of nominee"), width=16),
    Column("nominee_detail", Label("Chức vụ, nơi công tác hoặc địa chỉ", "Detail"), required=False, width=34),
    Column("award_key", Label("Hình thức khen thưởng", "Award"), width=38),
    Column("achievement", Label("Tóm tắt thành tích", "Summary of the achievement"), width=60),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with its text; `problem` says why its text cannot be taken as it stands."""

    place: str
    text: str
    problem: Message | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table by its number, with its cells by their column letters."""

    number: int
    cells: Mapping[str, Cell]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A visible sheet of a workbook."""

    title: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a cell, and what to do about it."""

    place: str
    text: Message


@dataclass(frozen=True, slots=True)
class Heading:
    """Where the heading of a table was found: its row, and the column letter of each field."""

    table: Table
    row: int
    letters: Mapping[str, str]


def find_heading(tables: Sequence[Table]) -> Heading | None:
    """The heading on the template's own sheet, else the one with the most of our columns.

    The example on the template's page of instructions is none.
    """
    found: list[tuple[bool, int, Heading]] = []
    for table in tables:
        if table.title == INSTRUCTIONS:
            continue
        for row in table.rows:
            if row.number > HEADING_WITHIN:
                break
            letters = _letters(row)
            if len(letters) > 1:
                found.append((table.title == SHEET, len(letters), Heading(table, row.number, letters)))
    return max(found, key=lambda one: one[:2], default=(False, 0, None))[2]


def missing_columns(heading: Heading) -> list[Column]:
    """The columns that the table needs and does not have."""
    return [column for column in COLUMNS if column.required and column.field not in heading.letters]


def rows_below(heading: Heading) -> list[Row]:
    """The rows under the heading that say anything in one of our columns."""
    wanted = set(heading.letters.values())
    return [
        row
        for row in heading.table.rows
        if row.number > heading.row
        and any(cell.text or cell.problem for letter, cell in row.cells.items() if letter in wanted)
    ]


def values_of(row: Row, heading: Heading) -> tuple[dict[str, str], list[Problem]]:
    """What a row says of its nominee, and what is wrong with its cells as such."""
    values: dict[str, str] = {}
    problems: list[Problem] = []
    if row.hidden:
        place = place_of(row, heading, "nominee_name")
        problems.append(Problem(place, message("This row is hidden: show it, or delete it.")))
    for field, letter in heading.letters.items():
        cell = row.cells.get(letter)
        values[field] = cell.text if cell else ""
        if cell is not None and cell.problem is not None:
            problems.append(Problem(cell.place, cell.problem))
    return values, problems


def place_of(row: Row, heading: Heading, field: str) -> str:
    """Where a field of a row stands, such as "B7"; the row alone for a column that is not there."""
    letter = heading.letters.get(field)
    return f"{letter}{row.number}" if letter else str(row.number)


def _letters(row: Row) -> dict[str, str]:
    found: dict[str, str] = {}
    for letter, cell in row.cells.items():
        said = search_key(cell.text.replace("*", " "))
        column = next((one for one in COLUMNS if said in one.known_as), None)
        if column is not None:
            found.setdefault(column.field, letter)
    return found
