"""Small valid attachments of every accepted kind, to be sent as they are or damaged first."""

import io
import struct
import zlib
from collections.abc import Mapping
from zipfile import ZIP_DEFLATED, ZipFile

_OOXML = "application/vnd.openxmlformats-officedocument"


def pdf(*, objects: bytes = b"", padding: int = 0) -> bytes:
    """A PDF of one empty page; `objects` are put before its end, `padding` bytes in a comment."""
    body = (
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
        b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>\nendobj\n"
    )
    body += objects + b"%" + b"." * padding + b"\n"
    table = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 4 /Root 1 0 R >>\n"
    return body + table + b"startxref\n%d\n%%%%EOF\n" % len(body)


def paper(title: str) -> bytes:
    """A PDF of one empty page; `title` makes each one differ."""
    return pdf(objects=b"% " + title.encode().hex().encode() + b"\n")


def object_stream(content: bytes, parameters: bytes = b"") -> bytes:
    """A compressed object stream, as PDF 1.5 writers make them; `parameters` go into its dictionary."""
    packed = zlib.compress(content)
    return (
        b"9 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode %s /Length %d >>\n"
        b"stream\n%s\nendstream\nendobj\n" % (parameters, len(packed), packed)
    )


def cross_reference_stream() -> bytes:
    """The packed table of places of PDF 1.5, its rows filtered as all its writers do."""
    row = b"\x02\x01\x00\x10\x00"
    packed = zlib.compress(row * 4)
    return (
        b"8 0 obj\n<< /Type /XRef /Size 4 /Root 1 0 R /W [1 2 1] /Filter /FlateDecode "
        b"/DecodeParms << /Columns 4 /Predictor 12 >> /Length %d >>\nstream\n%s\nendstream\nendobj\n"
        % (len(packed), packed)
    )


def filtered_rows(content: bytes, width: int, kind: int) -> bytes:
    """The content in rows under one of PNG's filters, one byte per sample."""
    padded = content.ljust(-len(content) // width * -width, b" ")
    above, filtered = bytes(width), b""
    for start in range(0, len(padded), width):
        row = padded[start : start + width]
        lefts, corners = b"\0" + row[:-1], b"\0" + above[:-1]
        told = {
            0: bytes(width),
            1: lefts,
            2: above,
            3: bytes((left + up) // 2 for left, up in zip(lefts, above, strict=True)),
            4: bytes(
                min(near, key=lambda one, near=near: abs(near[0] + near[1] - near[2] - one))
                for near in zip(lefts, above, corners, strict=True)
            ),
        }[kind]
        filtered += bytes([kind, *((a - b) & 0xFF for a, b in zip(row, told, strict=True))])
        above = row
    return filtered


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG with its checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*, width: int = 1, height: int = 1, extra: bytes = b"") -> bytes:
    """A grey PNG; `extra` chunks are put before the picture's data."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(b"\x00\x80")
    chunks = png_chunk(b"IHDR", header) + extra + png_chunk(b"IDAT", data) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def jpeg(*, width: int = 1, height: int = 1, trailer: bytes = b"") -> bytes:
    """The skeleton of a JPEG: header, one frame, one scan, end, and what a telephone appends."""
    segments = [
        (0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"),
        (0xDB, b"\x00" + b"\x01" * 64),
        (0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"),
        (0xC4, b"\x00\x01" + b"\x00" * 15 + b"\x00"),
        (0xDA, b"\x01\x01\x00\x00\x3f\x00"),
    ]
    body = b"".join(struct.pack(">BBH", 0xFF, kind, len(data) + 2) + data for kind, data in segments)
    return b"\xff\xd8" + body + b"\x12\xff\x00\x34\xff\xd0\x56" + b"\xff\xd9" + trailer


def archive(parts: Mapping[str, bytes]) -> bytes:
    """A ZIP of these parts."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as zip_file:
        for name, content in parts.items():
            zip_file.writestr(name, content)
    return out.getvalue()


def docx(extra: Mapping[str, bytes] | None = None) -> bytes:
    """A Word document with an empty body; `extra` parts are added or replace others."""
    return _office("word/document.xml", f"{_OOXML}.wordprocessingml.document.main+xml", extra)


def xlsx(extra: Mapping[str, bytes] | None = None) -> bytes:
    """An Excel workbook without sheets; `extra` parts are added or replace others."""
    return _office("xl/workbook.xml", f"{_OOXML}.spreadsheetml.sheet.main+xml", extra)


def _office(main_part: str, content_type: str, extra: Mapping[str, bytes] | None) -> bytes:
    override = f'<Override PartName="/{main_part}" ContentType="{content_type}"/>'
    types = f'<?xml version="1.0"?><Types>{override}</Types>'
    parts = {"[Content_Types].xml": types.encode(), main_part: b"<document/>"}
    return archive(parts | dict(extra or {}))
