"""Checks of PDF files: whole, one format only, nothing that runs when opened.

JavaScript and launch actions are refused, also inside compressed object streams; so are files
under a password, whose objects cannot be looked at. Links and form fields are allowed.
"""

import re
import zlib

from service.documents.contents import Content
from service.documents.refusals import damaged, too_much_inside, two_formats
from service.domain.errors import Invalid, message

MEDIA_TYPE = "application/pdf"
MAX_UNPACKED = 50 * 1024**2
"""Bytes that all object streams together may unpack to."""
_MAX_OBJECT_STREAMS = 10_000
_MAX_HEADER = 4096
_CHUNK = 64 * 1024
_END = rb"(?=[\x00\t\n\f\r ()<>\[\]{}/%]|\Z)"
_EOF = re.compile(rb"startxref\s+\d+\s+%%EOF[\x00\s]*\Z")
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
_PREDICTOR = re.compile(rb"/Predictor\s+(?!1\b)\d")


def check_pdf(content: Content) -> str:
    """Checks a PDF and returns its media type.

    Raises:
        Invalid: when it is damaged, protected, or does something when it is opened.
    """
    if content[:5] != b"%PDF-":
        raise damaged("PDF")
    if _EOF.search(content, max(0, len(content) - 2048)) is None:
        raise two_formats() if content.rfind(b"%%EOF") >= 0 else damaged("PDF")
    if _ENCRYPTED.search(content):
        raise Invalid(
            message("The PDF is protected by a password: save it without protection and send it again.")
        )
    _check_inactive(content)
    left = MAX_UNPACKED
    for number, found in enumerate(_OBJECT_STREAM.finditer(content)):
        if number == _MAX_OBJECT_STREAMS:
            raise too_much_inside(MAX_UNPACKED)
        unpacked = _unpack(content, found.start(), left)
        left -= len(unpacked)
        _check_inactive(unpacked)
    return MEDIA_TYPE


def _check_inactive(content: Content | bytes) -> None:
    if any(name.search(content) for name in _ACTIVE):
        raise Invalid(
            message(
                "The PDF contains JavaScript or starts another program: print it to a new PDF and send that."
            )
        )


def _unpack(content: Content, position: int, limit: int) -> bytes:
    """The unpacked object stream in whose dictionary `position` lies."""
    earliest = max(0, position - _MAX_HEADER)
    body = _STREAM.search(content, position, position + _MAX_HEADER)
    if body is None:
        raise damaged("PDF")
    header = content[max(content.rfind(b" obj", earliest, position), earliest) : body.start()]
    if _FILTER.search(header) is None:
        # It is not packed: the search through the whole file has seen it.
        return b""
    if b"#" in header or _DECODERS.findall(header) != [b"/FlateDecode"] or _PREDICTOR.search(header):
        raise damaged("PDF")
    unpacking = zlib.decompressobj()
    unpacked = bytearray()
    start = body.end()
    try:
        while not unpacking.eof and start < len(content):
            unpacked += unpacking.decompress(content[start : start + _CHUNK], limit + 1 - len(unpacked))
            if len(unpacked) > limit:
                raise too_much_inside(MAX_UNPACKED)
            start += _CHUNK
    except zlib.error:
        raise damaged("PDF") from None
    return bytes(unpacked)
