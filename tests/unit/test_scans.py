"""The demo's papers: PDF that the service itself takes in, with letters that can be read and searched."""

import re
import unicodedata
import zlib

from service.documents.pdfs import check_pdf
from service.operations.demo.scans import Line, scan, write_page

STREAM = re.compile(rb"stream\n(.*?)\nendstream", re.DOTALL)


def words_of(content: bytes) -> str:
    """The text of a page, read back through what the file says of its glyphs."""
    page, _, meanings = (zlib.decompress(packed).decode("latin-1") for packed in STREAM.findall(content))
    pairs = re.findall(r"^<(\w{4})> <(\w{4})>$", meanings, re.MULTILINE)
    known = {glyph: chr(int(character, 16)) for glyph, character in pairs}
    shown = re.findall(r"<(\w+)> Tj", page)
    return "\n".join("".join(known[glyph] for glyph in re.findall("....", line)) for line in shown)


def test_a_paper_names_itself_its_unit_and_year_in_vietnamese() -> None:
    content = scan("Biên bản xét khen thưởng", "UBND xã Vạn Phú", 2024, "VN-HN2024-0003")
    assert check_pdf(content) == "application/pdf"
    said = words_of(content)
    for words in ("BIÊN BẢN XÉT KHEN THƯỞNG", "UBND XÃ VẠN PHÚ", "Năm 2024", "VN-HN2024-0003", "giả định"):
        assert words in said
    assert content != scan("Biên bản xét khen thưởng", "UBND xã Vạn Phú", 2023, "VN-HN2023-0003")


def test_every_vietnamese_letter_has_its_glyph_and_long_lines_go_on_below() -> None:
    tones = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
    letters = (
        "".join(unicodedata.normalize("NFC", one + tone) for one in "aăâeêioôơuưy" for tone in tones) + "đ"
    )
    assert words_of(write_page([Line(letters + letters.upper())], "x")) == letters + letters.upper()
    lines = words_of(write_page([Line("Khen thưởng " * 40)], "x")).splitlines()
    assert len(lines) > 5
    assert " ".join(lines).split() == ["Khen", "thưởng"] * 40
