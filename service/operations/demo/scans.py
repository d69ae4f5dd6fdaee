"""The papers of the demo's dossiers as PDF: one readable page each, with Vietnamese letters in any reader.

No font that every reader has knows all Vietnamese letters, so each file carries the font with it: Be Vietnam
Pro (SIL Open Font License, beside this module), cut down to Vietnamese and ASCII.
"""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_FONT = Path(__file__).with_name("fonts") / "be-vietnam-pro-regular.ttf"
_NAME = "BeVietnamPro-Regular"
_WIDTH, _HEIGHT, _MARGIN = 595, 842, 57
"""A page of A4 and its margin, in points."""
_LEADING = 1.45


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text: its size in points, and where its middle stands as a share of the page's width.

    `above` is the space left free before it, in points.
    """

    text: str
    size: float = 12
    middle: float = 0.5
    above: float = 0


def scan(title: str, unit: str, year: int, code: str) -> bytes:
    """One page that looks like the paper of that name, by a unit, in a dossier; all of it is invented."""
    lines = [
        Line(unit.upper(), 10, 0.27),
        Line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 10, 0.7, above=-10 * _LEADING),
        Line("Độc lập - Tự do - Hạnh phúc", 10, 0.7),
        Line(title.upper(), 16, above=60),
        Line("Phong trào thi đua “Vì người nghèo - Không để ai bị bỏ lại phía sau”", 12, above=8),
        Line(f"Năm {year}", 12),
        Line(f"Kèm theo hồ sơ {code}", 11, above=40),
        Line("Bản minh họa của bản trình diễn: tên người và số liệu đều là giả định.", 9, above=440),
    ]
    return write_page(lines, f"{title}, {unit}, {year} ({code})")


def write_page(lines: Sequence[Line], title: str) -> bytes:
    """A PDF of one page with these lines, top down; those too long for the page go on below."""
    font = _font()
    page = (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDTH} {_HEIGHT}] /Contents 4 0 R "
        "/Resources << /Font << /F 6 0 R >> >> >>"
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (vi) >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page.encode(),
        _stream(_drawn(lines, font).encode()),
        f"<< /Title <feff{title.encode('utf-16-be').hex()}> >>".encode(),
        *font.objects,
    ]
    body, offsets = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", list[int]()
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start, size = len(body), len(objects) + 1
    return (
        body
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
        + b"trailer\n<< /Size %d /Root 1 0 R /Info 5 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    )


@dataclass(frozen=True, slots=True)
class _Font:
    """A TrueType font as PDF needs it: `glyphs` by character, `advances` in thousandths by glyph.

    `objects` are the font's own, to stand from number 6 on.
    """

    glyphs: dict[str, int]
    advances: Sequence[int]
    objects: Sequence[bytes]

    def width(self, text: str, size: float) -> float:
        """How wide a text is, in points."""
        return sum(self.advances[self.glyphs.get(character, 0)] for character in text) * size / 1000

    def encoded(self, text: str) -> str:
        """A text as the numbers of its glyphs."""
        return "".join(f"{self.glyphs.get(character, 0):04x}" for character in text)


def _drawn(lines: Sequence[Line], font: _Font) -> str:
    said, top = ["BT"], float(_HEIGHT - _MARGIN)
    for line in lines:
        top -= line.above
        room = 2 * min(line.middle, 1 - line.middle) * _WIDTH - _MARGIN
        for text in _wrapped(line.text, line.size, room, font):
            top -= line.size * _LEADING
            left = line.middle * _WIDTH - font.width(text, line.size) / 2
            said.append(f"/F {line.size:g} Tf 1 0 0 1 {left:.2f} {top:.2f} Tm <{font.encoded(text)}> Tj")
    return "\n".join([*said, "ET"])


def _wrapped(text: str, size: float, room: float, font: _Font) -> list[str]:
    found: list[str] = []
    for word in text.split():
        longer = f"{found[-1]} {word}" if found else word
        if found and font.width(longer, size) <= room:
            found[-1] = longer
        else:
            found.append(word)
    return found


@lru_cache(maxsize=1)
def _font() -> _Font:
    content = _FONT.read_bytes()
    tables = {
        content[place : place + 4].decode(): struct.unpack_from(">II", content, place + 8)
        for place in range(12, 12 + 16 * struct.unpack_from(">H", content, 4)[0], 16)
    }

    def start(name: str) -> int:
        return tables[name][0]

    glyphs = _characters(content, start("cmap"))
    units, *_, left, low, right, high = struct.unpack_from(">H16x4h", content, start("head") + 18)
    ascent, descent = struct.unpack_from(">hh", content, start("hhea") + 4)
    count, measured = (
        struct.unpack_from(">H", content, start(table) + place)[0]
        for table, place in (("maxp", 4), ("hhea", 34))
    )
    scale = 1000 / units
    kept = [struct.unpack_from(">H", content, start("hmtx") + 4 * glyph)[0] for glyph in range(measured)]
    advances = [round(width * scale) for width in [*kept, *kept[-1:] * (count - measured)]]
    box = " ".join(str(round(value * scale)) for value in (left, low, right, high))
    font = f"/Type /Font /BaseFont /{_NAME}"
    whole = f"<< {font} /Subtype /Type0 /Encoding /Identity-H /DescendantFonts [7 0 R] /ToUnicode 10 0 R >>"
    system = "<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
    measures = f"/CIDSystemInfo {system} /CIDToGIDMap /Identity /W [0 [{' '.join(map(str, advances))}]]"
    part = f"<< {font} /Subtype /CIDFontType2 /FontDescriptor 8 0 R {measures} >>"
    above, below = round(ascent * scale), round(descent * scale)
    look = f"/ItalicAngle 0 /StemV 80 /Ascent {above} /Descent {below} /CapHeight {above} /FontBBox [{box}]"
    described = f"<< /Type /FontDescriptor /FontName /{_NAME} /Flags 32 {look} /FontFile2 9 0 R >>"
    return _Font(
        glyphs,
        advances,
        (
            *(one.encode() for one in (whole, part, described)),
            _stream(content, f"/Length1 {len(content)} "),
            _stream(_to_unicode(glyphs).encode()),
        ),
    )


def _characters(content: bytes, start: int) -> dict[str, int]:
    """The glyphs of a font by character, of its table of Unicode's first plane (cmap format 4)."""
    records = range(start + 4, start + 4 + 8 * struct.unpack_from(">H", content, start + 2)[0], 8)
    places = (start + struct.unpack_from(">I", content, record + 4)[0] for record in records)
    table = next(place for place in places if struct.unpack_from(">H", content, place)[0] == 4)
    segments = struct.unpack_from(">H", content, table + 6)[0] // 2
    ends, starts, deltas, offsets = (
        struct.unpack_from(f">{segments}H", content, table + 14 + 2 * segments * part + (2 if part else 0))
        for part in range(4)
    )
    found: dict[str, int] = {}
    for place, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code
            if offsets[place]:
                there = table + 16 + 6 * segments + 2 * place + offsets[place] + 2 * (code - first)
                glyph = struct.unpack_from(">H", content, there)[0]
            if glyph or not offsets[place]:
                found[chr(code)] = (glyph + deltas[place]) & 0xFFFF
    return found


def _to_unicode(glyphs: dict[str, int]) -> str:
    """What the glyphs mean, so that text can be searched, copied and read aloud."""
    pairs = [f"<{glyph:04x}> <{ord(character):04x}>" for character, glyph in glyphs.items()]
    blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    said = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{said}\nendcmap CMapName currentdict /CMap defineresource pop end end"
    )


def _stream(content: bytes, more: str = "") -> bytes:
    packed = zlib.compress(content, 9)
    head = f"<< /Length {len(packed)} /Filter /FlateDecode {more}>>"
    return b"%s\nstream\n%s\nendstream" % (head.encode(), packed)
