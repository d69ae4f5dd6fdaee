"""Tables in workbooks that people send, and templates of such tables.

A workbook is looked at before openpyxl reads it (see `office_files`): packed bombs, macros and document
types are refused, and so is one with so many parts that reading it would cost more than a list is worth.
"""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, BinaryIO, cast
from zipfile import ZipFile

from service.documents.contents import Content
from service.documents.names import clean_display_name, extension_of
from service.documents.office_files import check_xlsx
from service.documents.receiving import check_signature
from service.documents.refusals import megabytes
from service.domain.errors import Invalid, message
from service.domain.nominee_lists import Table

MAX_WORKBOOK = 2 * 1024**2
MAX_PART = 16 * 1024**2
MAX_MARKUP = 250_000
"""Tags in one part: a list of a thousand long rows has a tenth of that."""
_CHUNK = 64 * 1024


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
        # Loading openpyxl takes longer than most commands run: who reads no workbook does without.
        from service.documents import books  # noqa: PLC0415

        tables, hidden = books.read(file)
        return Book(name, tables, hidden)


def write_template(template: Template) -> bytes:
    """A workbook with an empty table, its instructions and its lists."""
    from service.documents import books  # noqa: PLC0415 - as above

    return books.write(template)


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
