"""Checks of PDF files: whole, one format only, nothing that runs when opened.

JavaScript and launch actions are refused, also inside compressed object streams; so are files
under a password, whose objects cannot be looked at. Links and form fields are allowed.
"""

import re
import zlib

from service.documents.contents import Content
from service.documents.predictors import rows_of
from service.documents.refusals import damaged, too_much_inside, two_formats
from service.domain.errors import Invalid, message

MEDIA_TYPE = "application/pdf"
MAX_UNPACKED = 50 * 1024**2
"""Bytes that all object streams together may unpack to."""
_MAX_OBJECT_STREAMS = 10_000
_MAX_HEADER = 4096
_CHUNK = 64 * 1024
_END = rb"(?=[\x00\t\n\f\r ()<>\[\]{}/%]|\Z)"
_EOF = b"%%EOF"
_BEFORE_EOF = re.compile(rb"startxref\s+\d+\s+\Z")
_MAX_PADDING = 64 * 1024
"""Scanners and mail gateways fill files up to whole blocks."""
_PADDING = re.compile(rb"[\x00\s\x1a\xff]*\Z")
_OTHER_FILE = re.compile(
    rb"PK\x03\x04|PK\x05\x06|%PDF-|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|\x89PNG\r\n|\xff\xd8\xff|\x7fELF|"
    rb"<(?:!doctype|html|head|body|script|iframe|svg)[\s>]|<\?(?:xml|php)|\A\s*(?:MZ|#!)",
    re.IGNORECASE,
)
_STREAM = re.compile(rb"\bstream\r?\n")


def _name(word: str) -> re.Pattern[bytes]:
    """A pattern for a PDF name; any of its letters may be written as # and two hexadecimal digits."""
    letters = (f"(?:{letter}|#{ord(letter):02x}|#{ord(letter):02X})" for letter in word)
    return re.compile(b"/" + "".join(letters).encode() + _END)


_ACTIVE = (_name("JavaScript"), _name("Launch"))
_ENCRYPTED = _name("Encrypt")
_OBJECT_STREAM = _name("ObjStm")
_FILTER = _name("Filter")
_DECODERS = re.compile(rb"/\w*Decode\b")
_COST_OF_PREDICTION = 50
"""A byte under a predictor counts as so many: undoing one is that much slower."""


def check_pdf(content: Content) -> str:
    """Checks a PDF and returns its media type.

    Raises:
        Invalid: when it is damaged, protected, or does something when it is opened.
    """
    if content[:5] != b"%PDF-":
        raise damaged("PDF")
    _check_end(content)
    if _ENCRYPTED.search(content):
        raise Invalid(
            message("The PDF is protected by a password: save it without protection and send it again.")
        )
    _check_inactive(content)
    left = MAX_UNPACKED
    for number, found in enumerate(_OBJECT_STREAM.finditer(content)):
        if number == _MAX_OBJECT_STREAMS:
            raise too_much_inside(MAX_UNPACKED)
        unpacked, cost = _unpack(content, found.start(), left)
        left -= cost
        _check_inactive(unpacked)
    return MEDIA_TYPE


def _check_end(content: Content) -> None:
    """Nothing but padding may follow the end; what does is told from a file that was only cut off."""
    mark = content.rfind(_EOF)
    if mark < 0:
        raise damaged("PDF")
    end = mark + len(_EOF)
    if len(content) - end > _MAX_PADDING or _PADDING.match(content, end) is None:
        raise two_formats() if _OTHER_FILE.search(content[end:]) else damaged("PDF")
    if _BEFORE_EOF.search(content[max(0, mark - 256) : mark]) is None:
        raise damaged("PDF")


def _check_inactive(content: Content | bytes) -> None:
    if any(name.search(content) for name in _ACTIVE):
        raise Invalid(
            message(
                "The PDF contains JavaScript or starts another program: print it to a new PDF and send that."
            )
        )


def _unpack(content: Content, position: int, limit: int) -> tuple[bytes, int]:
    """The unpacked object stream in whose dictionary `position` lies, and what of the limit it uses up."""
    earliest = max(0, position - _MAX_HEADER)
    body = _STREAM.search(content, position, position + _MAX_HEADER)
    if body is None:
        raise damaged("PDF")
    header = content[max(content.rfind(b" obj", earliest, position), earliest) : body.start()]
    if _FILTER.search(header) is None:
        # It is not packed: the search through the whole file has seen it.
        return b"", 0
    if b"#" in header or _DECODERS.findall(header) != [b"/FlateDecode"]:
        raise damaged("PDF")
    try:
        rows = rows_of(header)
        if rows is None:
            unpacked = _inflate(content, body.end(), limit)
            return unpacked, len(unpacked)
        filtered = _inflate(content, body.end(), limit // _COST_OF_PREDICTION)
        return rows.undo(filtered), len(filtered) * _COST_OF_PREDICTION
    except (zlib.error, ValueError):
        raise damaged("PDF") from None


def _inflate(content: Content, start: int, limit: int) -> bytes:
    """
    Raises:
        zlib.error: when it is packed otherwise.
    """
    unpacking = zlib.decompressobj()
    unpacked = bytearray()
    while not unpacking.eof and start < len(content):
        unpacked += unpacking.decompress(content[start : start + _CHUNK], limit + 1 - len(unpacked))
        if len(unpacked) > limit:
            raise too_much_inside(MAX_UNPACKED)
        start += _CHUNK
    return bytes(unpacked)
