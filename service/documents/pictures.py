"""Checks of PNG and JPEG pictures by their structure, without decoding them."""

import re
import struct
import zlib

from service.documents.contents import Content
from service.documents.refusals import damaged, two_formats
from service.domain.errors import Invalid, message

PNG_MEDIA_TYPE = "image/png"
JPEG_MEDIA_TYPE = "image/jpeg"
MAX_PIXELS = 150_000_000
"""A0 at 300 dpi; more would fill the memory of whoever opens it."""
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_CHUNK = struct.Struct(">I4s")
_FRAMES = frozenset({*range(0xC0, 0xD0)}) - {0xC4, 0xC8, 0xCC}
_START_OF_SCAN, _END_OF_IMAGE = 0xDA, 0xD9
_MARKER = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
_OTHER_FILE = re.compile(
    rb"PK\x05\x06\x00{4}|%PDF-|Rar!\x1a\x07|<(?:!doctype|html|script|svg)[\s>]", re.IGNORECASE
)


def check_png(content: Content) -> str:
    """Walks the chunks of a PNG, with their checksums, and returns its media type.

    Raises:
        Invalid: when it is damaged, too large to show, or something follows its end.
    """
    if content[:8] != PNG_SIGNATURE:
        raise damaged("PNG")
    position, kind, data_seen = 8, b"", False
    while kind != b"IEND":
        if position + 12 > len(content):
            raise damaged("PNG")
        length, kind = _PNG_CHUNK.unpack_from(content, position)
        end = position + 8 + length
        if end + 4 > len(content) or (position == 8) != (kind == b"IHDR"):
            raise damaged("PNG")
        if zlib.crc32(content[position + 4 : end]) != int.from_bytes(content[end : end + 4], "big"):
            raise damaged("PNG")
        if kind == b"IHDR":
            _check_pixels("PNG", *struct.unpack_from(">II", content, position + 8))
        data_seen |= kind == b"IDAT"
        position = end + 4
    if not data_seen:
        raise damaged("PNG")
    if position != len(content):
        raise two_formats()
    return PNG_MEDIA_TYPE


def check_jpeg(content: Content) -> str:
    """Walks the segments of a JPEG to its end and returns its media type.

    Telephones append depth maps, moving pictures and own notes; these may stay, another file may not.

    Raises:
        Invalid: when it is damaged, too large to show, or carries another file.
    """
    if content[:3] != b"\xff\xd8\xff":
        raise damaged("JPEG")
    position, frame_seen, scan_seen = 2, False, False
    while True:
        marker = _MARKER.search(content, position)
        if marker is None or (not scan_seen and marker.start() != position):
            raise damaged("JPEG")
        kind, position = marker[0][-1], marker.end()
        if kind == _END_OF_IMAGE:
            break
        length = int.from_bytes(content[position : position + 2], "big")
        if length < 2 or position + length > len(content):
            raise damaged("JPEG")
        if kind in _FRAMES:
            frame_seen = True
            if length < 8:
                raise damaged("JPEG")
            height, width = struct.unpack_from(">HH", content, position + 3)
            _check_pixels("JPEG", width, height)
        scan_seen |= kind == _START_OF_SCAN
        position += length
    if not (frame_seen and scan_seen):
        raise damaged("JPEG")
    if _OTHER_FILE.search(content, position):
        raise two_formats()
    return JPEG_MEDIA_TYPE


def _check_pixels(kind: str, width: int, height: int) -> None:
    if not width or not height:
        raise damaged(kind)
    if width * height > MAX_PIXELS:
        raise Invalid(
            message(
                "The picture has {pixels} million pixels, more than {limit}: make it smaller and send it "
                "again.",
                pixels=width * height // 1_000_000,
                limit=MAX_PIXELS // 1_000_000,
            )
        )
