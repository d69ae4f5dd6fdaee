"""Checks of Word and Excel files: a ZIP that unpacks to little, without macros, of the right kind."""

import re
import struct
import zlib
from dataclasses import dataclass
from typing import IO, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from service.documents.contents import Content
from service.documents.refusals import damaged, too_much_inside, two_formats
from service.domain.errors import Invalid, message

MAX_UNPACKED = 200 * 1024**2
MAX_ENTRIES = 5000
MAX_RATIO = 200
"""How many times larger an entry may become, once it is above `RATIO_COUNTS_FROM` bytes."""
RATIO_COUNTS_FROM = 1024**2
ZIP_SIGNATURE = b"PK\x03\x04"
_DIRECTORY_END = struct.Struct("<4s4H2LH")
_LOCAL_HEADER = struct.Struct("<26x2H")
_MAX_DIRECTORY = MAX_ENTRIES * 300
_CONTENT_TYPES = "[Content_Types].xml"
_MACROS = re.compile(rb"macroEnabled|vbaProject", re.IGNORECASE)
_MACRO_PARTS = re.compile(r"(^|/)(vbaProject\.bin|vbaData\.xml|macrosheets/|activeX/)", re.IGNORECASE)
_DTD = re.compile(rb"<\0?!\0?D\0?O\0?C\0?T\0?Y\0?P\0?E")
_CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    main_part: str
    media_type: str

    @property
    def main_content_type(self) -> bytes:
        return f"{self.media_type}.main+xml".encode()


_OOXML = "application/vnd.openxmlformats-officedocument"
_WORD = _Kind("DOCX", "word/document.xml", f"{_OOXML}.wordprocessingml.document")
_EXCEL = _Kind("XLSX", "xl/workbook.xml", f"{_OOXML}.spreadsheetml.sheet")


def check_docx(content: Content) -> str:
    """Checks a Word document and returns its media type.

    Raises:
        Invalid: when it is damaged, another kind of file, a bomb, or has macros.
    """
    return _check(content, _WORD)


def check_xlsx(content: Content) -> str:
    """Checks an Excel workbook and returns its media type; raises like `check_docx`."""
    return _check(content, _EXCEL)


def _check(content: Content, kind: _Kind) -> str:
    _check_directory(content, kind)
    try:
        with ZipFile(cast(IO[bytes], content)) as archive:
            entries = archive.infolist()
            _check_entries(content, entries, kind)
            _check_kind(archive, kind)
            for entry in entries:
                _check_unpacked(archive, entry)
    except (BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError):
        raise damaged(kind.name) from None
    return kind.media_type


def _check_directory(content: Content, kind: _Kind) -> None:
    """Reads the end of the directory before `ZipFile` builds a list from a size that may lie."""
    if content[:4] != ZIP_SIGNATURE:
        raise damaged(kind.name)
    start = len(content) - _DIRECTORY_END.size
    if start < 0 or content[start : start + 4] != b"PK\x05\x06":
        raise two_formats() if content.rfind(b"PK\x05\x06") >= 0 else damaged(kind.name)
    _, _, _, _, entries, size, offset, comment = _DIRECTORY_END.unpack_from(content, start)
    if entries > MAX_ENTRIES or size > _MAX_DIRECTORY:
        raise Invalid(
            message("The file is packed of more than {limit} parts: save it again.", limit=MAX_ENTRIES)
        )
    if comment or offset + size != start:
        raise two_formats()


def _check_entries(content: Content, entries: list[ZipInfo], kind: _Kind) -> None:
    names = [entry.filename for entry in entries]
    if not names or len(set(names)) != len(names):
        raise damaged(kind.name)
    if any(_MACRO_PARTS.search(name) for name in names):
        raise _macros()
    if min(entry.header_offset for entry in entries) != 0:
        raise two_formats()
    position = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < position or not _is_plain(entry):
            raise damaged(kind.name)
        name_length, extra_length = _LOCAL_HEADER.unpack_from(content, entry.header_offset)
        position = entry.header_offset + 30 + name_length + extra_length + entry.compress_size
        if entry.file_size > max(RATIO_COUNTS_FROM, entry.compress_size * MAX_RATIO):
            raise too_much_inside(MAX_UNPACKED)
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise too_much_inside(MAX_UNPACKED)


def _is_plain(entry: ZipInfo) -> bool:
    """Whether it is an unencrypted part inside the archive: no link, no path that leads outside."""
    name = entry.filename
    outside = name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/")
    is_link = entry.external_attr >> 28 == 0o12
    is_encrypted = bool(entry.flag_bits & 1)
    return (
        not outside and not is_link and not is_encrypted and entry.compress_type in {ZIP_STORED, ZIP_DEFLATED}
    )


def _check_kind(archive: ZipFile, kind: _Kind) -> None:
    names = set(archive.namelist())
    if not {_CONTENT_TYPES, kind.main_part} <= names:
        raise damaged(kind.name)
    if archive.getinfo(_CONTENT_TYPES).file_size > RATIO_COUNTS_FROM:
        raise too_much_inside(MAX_UNPACKED)
    types = archive.read(_CONTENT_TYPES)
    if _MACROS.search(types):
        raise _macros()
    if kind.main_content_type not in types:
        raise damaged(kind.name)


def _check_unpacked(archive: ZipFile, entry: ZipInfo) -> None:
    """Unpacks a part to nowhere: sizes and checksums that lie, and document types, come out."""
    with archive.open(entry) as part:
        beginning = part.read(_CHUNK)
        if entry.filename.endswith((".xml", ".rels", ".vml")) and _DTD.search(beginning):
            raise Invalid(
                message("The file has parts that Word and Excel never write: save it again and send that.")
            )
        size = len(beginning)
        while chunk := part.read(_CHUNK):
            size += len(chunk)
    if size != entry.file_size:
        raise BadZipFile


def _macros() -> Invalid:
    return Invalid(
        message(
            "The file contains macros or controls: save it as .docx or .xlsx without macros and send that."
        )
    )
