"""What the checks of each kind find inside a file."""

import io
import struct
import tempfile
from collections.abc import Callable
from zipfile import ZIP_DEFLATED, ZIP_LZMA, ZipFile, ZipInfo

import pytest

from service.documents.contents import Content
from service.documents.office_files import check_docx, check_xlsx
from service.documents.pdfs import check_pdf
from service.documents.pictures import check_jpeg, check_png
from service.domain.errors import Invalid
from tests.support import files


def run(check: Callable[[Content], str], content: bytes) -> str:
    """Runs a check over bytes as it runs over a file."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        with Content.of(file) as content_of_file:
            return check(content_of_file)


def refusal(check: Callable[[Content], str], content: bytes) -> str:
    with pytest.raises(Invalid) as caught:
        run(check, content)
    return str(caught.value)


@pytest.mark.parametrize(
    "action",
    [
        b"4 0 obj\n<< /S /JavaScript /JS (app.alert(1)) >>\nendobj\n",
        b"4 0 obj\n<</S/J#61vaScr#69pt/JS(x)>>\nendobj\n",
        b"4 0 obj\n<< /S /Launch /F (cmd.exe) >>\nendobj\n",
        files.object_stream(b"4 0 << /S /JavaScript /JS (app.alert(1)) >>"),
        files.object_stream(b"4 0 " + b" " * 300_000 + b"<< /S /Launch >>"),
    ],
)
def test_a_pdf_that_runs_something_is_refused(action: bytes) -> None:
    assert "JavaScript or starts another program" in refusal(check_pdf, files.pdf(objects=action))


def test_words_in_a_pdf_are_no_action() -> None:
    assert run(check_pdf, files.pdf(objects=b"4 0 obj\n<< /Launched true /Title (JavaScript) >>\nendobj\n"))


def test_a_pdf_under_a_password_is_refused() -> None:
    assert "password" in refusal(check_pdf, files.pdf(objects=b"<< /Encrypt 8 0 R >>\n"))


def test_a_pdf_that_unpacks_to_too_much_is_refused() -> None:
    bomb = files.pdf(objects=files.object_stream(b" " * (51 * 1024**2)))
    assert len(bomb) < 200_000
    assert "larger than 50 MB" in refusal(check_pdf, bomb)


@pytest.mark.parametrize(
    "header",
    [
        b"/Filter /LZWDecode",
        b"/Filter [/FlateDecode /FlateDecode]",
        b"/F#69lter /FlateDecode",
        b"/Filter 5 0 R",
    ],
)
def test_a_pdf_with_objects_that_cannot_be_looked_at_is_refused(header: bytes) -> None:
    hidden = files.object_stream(b"").replace(b"/Filter /FlateDecode", header)
    assert "cannot be read as PDF" in refusal(check_pdf, files.pdf(objects=hidden))


@pytest.mark.parametrize("tail", [files.archive({"a.class": b"x"}), b"<html></html>", files.png()])
def test_a_pdf_with_another_file_behind_it_is_refused(tail: bytes) -> None:
    assert "second file" in refusal(check_pdf, files.pdf() + tail)
    assert "second file" in refusal(check_pdf, files.pdf() + b"\0" * 70_000 + tail)


@pytest.mark.parametrize("padding", [b"", b"\r\n", b"\0" * 4096, b" \n" * 9_000, b"\n\x1a", b"\xff" * 512])
def test_what_scanners_fill_up_a_pdf_with_is_accepted(padding: bytes) -> None:
    assert run(check_pdf, files.pdf() + padding) == "application/pdf"


@pytest.mark.parametrize(
    "broken",
    [
        files.pdf()[:-30],
        files.pdf()[: files.pdf().index(b"startxref")] + b"%%EOF",
        files.pdf() + b"0 0 obj",
        files.pdf() + b"\0" * 70_000,
    ],
)
def test_a_pdf_cut_off_or_without_its_end_is_told_to_be_damaged(broken: bytes) -> None:
    assert "cannot be read as PDF" in refusal(check_pdf, broken)


@pytest.mark.parametrize("kind", range(5))
def test_what_word_processors_pack_with_a_predictor_is_looked_into(kind: int) -> None:
    parameters = b"/DecodeParms << /Predictor 15 /Columns 20 >>"
    plain = b"4 0 << /Title (H\xe1\xbb\x93 s\xc6\xa1) /Producer (Writer) /ModDate (D:20241120) >>"
    harmless = files.object_stream(files.filtered_rows(plain, 20, kind), parameters)
    whole = files.pdf(objects=harmless + files.cross_reference_stream())
    assert run(check_pdf, whole) == "application/pdf"
    action = b"4 0 << /S /JavaScript /JS (app.alert(1)) /Next 5 0 R /Type /Action >>"
    hidden = files.object_stream(files.filtered_rows(action, 20, kind), parameters)
    assert "JavaScript" in refusal(check_pdf, files.pdf(objects=hidden))


@pytest.mark.parametrize(
    "parameters",
    [
        b"/DecodeParms 5 0 R",
        b"/DecodeParms << /Predictor 5 0 R >>",
        b"/DecodeParms << /Predictor 2 /Columns 4 >>",
        b"/DecodeParms << /Predictor 12 /Columns 999999 >>",
        b"/DecodeParms << /Predictor 12 /Columns 4 >>",
    ],
)
def test_a_pdf_with_rows_that_cannot_be_restored_is_refused(parameters: bytes) -> None:
    hidden = files.object_stream(b"\x09 is no row filter", parameters)
    assert "cannot be read as PDF" in refusal(check_pdf, files.pdf(objects=hidden))


def test_undoing_predictors_is_bounded() -> None:
    parameters = b"/DecodeParms << /Predictor 12 /Columns 4 >>"
    bomb = files.pdf(objects=files.object_stream(b"\0" * (6 * 1024**2), parameters))
    assert "larger than 50 MB" in refusal(check_pdf, bomb)


def test_a_png_with_a_wrong_checksum_is_refused() -> None:
    content = bytearray(files.png())
    content[20] ^= 1
    assert "cannot be read as PNG" in refusal(check_png, bytes(content))


def test_a_png_with_another_file_behind_it_is_refused() -> None:
    assert "second file" in refusal(check_png, files.png() + files.archive({"a": b"b"}))


@pytest.mark.parametrize("tail", [files.archive({"a": b"b"}), files.pdf(), b"<script>", b"Rar!\x1a\x07\x00"])
def test_a_jpeg_with_another_file_behind_it_is_refused(tail: bytes) -> None:
    assert "second file" in refusal(check_jpeg, files.jpeg(trailer=b"\x00" * 9 + tail))


def test_a_picture_with_too_many_pixels_is_refused() -> None:
    assert "4294 million pixels" in refusal(check_png, files.png(width=65535, height=65535))
    assert "4294 million pixels" in refusal(check_jpeg, files.jpeg(width=65535, height=65535))


@pytest.mark.parametrize(("width", "height"), [(0, 1), (1, 0)])
def test_a_picture_without_pixels_is_refused(width: int, height: int) -> None:
    assert refusal(check_png, files.png(width=width, height=height))
    assert refusal(check_jpeg, files.jpeg(width=width, height=height))


@pytest.mark.parametrize(
    "part",
    ["word/vbaProject.bin", "word/VBAPROJECT.BIN", "word/activeX/activeX1.bin", "xl/macrosheets/a.xml"],
)
def test_macros_are_refused(part: str) -> None:
    assert "macros" in refusal(check_docx, files.docx({part: b"x"}))


def test_a_macro_document_under_another_name_is_refused() -> None:
    types = b'<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
    assert "macros" in refusal(check_docx, files.docx({"[Content_Types].xml": types}))


def test_a_workbook_is_no_document() -> None:
    assert "cannot be read as DOCX" in refusal(check_docx, files.xlsx())
    assert "cannot be read as XLSX" in refusal(check_xlsx, files.docx())
    assert "cannot be read as DOCX" in refusal(check_docx, files.archive({"a.txt": b"x"}))


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "word/../../x", "C:/x", "a/.."])
def test_a_part_that_leads_outside_is_refused(name: str) -> None:
    assert "cannot be read as DOCX" in refusal(check_docx, files.docx({name: b"x"}))


def test_a_bomb_is_refused() -> None:
    one = files.docx({"word/media/a.bin": b"\0" * (30 * 1024**2)})
    assert len(one) < 100_000
    assert "larger than 200 MB" in refusal(check_docx, one)


def test_no_part_is_read_into_memory_whatever_its_size() -> None:
    types = b"<Types>" + b" " * 2 * 1024**2
    assert "larger than" in refusal(check_docx, files.docx({"[Content_Types].xml": types, "a": bytes(99)}))


def test_many_parts_are_refused() -> None:
    assert "5000 parts" in refusal(check_docx, files.docx({f"word/{n}.xml": b"" for n in range(5000)}))


def test_a_size_that_lies_is_refused() -> None:
    honest = files.docx({"word/a.bin": b"\0" * 4000})
    lying = honest.replace(struct.pack("<L", 4000), struct.pack("<L", 10))
    assert lying != honest
    assert "cannot be read as DOCX" in refusal(check_docx, lying)


def test_overlapping_parts_are_refused() -> None:
    content = bytearray(files.docx({"word/a.bin": b"x" * 50, "word/b.bin": b"x" * 50}))
    directory = content.index(b"PK\x01\x02")
    first = content.index(b"word/a.bin", directory) - 46
    second = content.index(b"word/b.bin", directory) - 46
    content[second + 42 : second + 46] = content[first + 42 : first + 46]
    assert "cannot be read as DOCX" in refusal(check_docx, bytes(content))


def _with_entry(entry: ZipInfo, compression: int = ZIP_DEFLATED) -> bytes:
    out = io.BytesIO(files.docx())
    with ZipFile(out, "a") as archive:
        archive.writestr(entry, b"x", compress_type=compression)
    return out.getvalue()


def test_links_and_rare_compressions_are_refused() -> None:
    link = ZipInfo("word/link")
    link.external_attr = 0o120777 << 16
    assert refusal(check_docx, _with_entry(link))
    assert refusal(check_docx, _with_entry(ZipInfo("word/a.bin"), ZIP_LZMA))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused(encoding: str) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'.encode(encoding)
    assert "never write" in refusal(check_docx, files.docx({"word/settings.xml": bomb}))


@pytest.mark.parametrize("wrap", [(b"MZ", b""), (b"", b"tail"), (b"%PDF-1.7\n", b"")])
def test_a_document_inside_something_else_is_refused(wrap: tuple[bytes, bytes]) -> None:
    assert refusal(check_docx, wrap[0] + files.docx() + wrap[1])
