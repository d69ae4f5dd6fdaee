"""Pages as PDF: taken in by the service itself, with letters that can be read and searched."""

import unicodedata
from datetime import UTC, datetime
from io import BytesIO

from pypdf import PdfReader

from service.documents.pages import Line, write_page
from service.documents.pdfs import check_pdf
from service.operations.demo.scans import scan

AT = datetime(2024, 11, 12, 1, 0, tzinfo=UTC)


def words_of(content: bytes) -> str:
    """The text of the only page."""
    (page,) = PdfReader(BytesIO(content)).pages
    return page.extract_text()


def test_a_demo_paper_names_itself_its_unit_and_year_in_vietnamese() -> None:
    content = scan("Biên bản xét khen thưởng", "UBND xã Vạn Phú", 2024, AT)
    assert check_pdf(content) == "application/pdf"
    said = words_of(content)
    for words in ("BIÊN BẢN XÉT KHEN THƯỞNG", "UBND XÃ VẠN PHÚ", "Năm 2024", "giả định"):
        assert words in said
    assert content != scan("Biên bản xét khen thưởng", "UBND xã Vạn Phú", 2023, AT)


def test_every_vietnamese_letter_has_its_glyph() -> None:
    tones = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
    letters = [unicodedata.normalize("NFC", one + tone) for one in "aăâeêioôơuưy" for tone in tones]
    text = "".join([*letters, "đ"])
    for line in (text, text.upper()):
        assert words_of(write_page([Line(line, 8)], "x", AT)).replace("\n", "") == line


def test_a_long_line_goes_on_below() -> None:
    lines = words_of(write_page([Line("Khen thưởng " * 40)], "x", AT)).splitlines()
    assert len(lines) > 5
    assert " ".join(lines).split() == ["Khen", "thưởng"] * 40


def test_the_same_page_at_the_same_instant_is_the_same_file() -> None:
    assert write_page([Line("Một")], "x", AT) == write_page([Line("Một")], "x", AT)
