"""Taking in attachments: what is accepted, what is refused with which words, what is left behind."""

import hashlib
import io
from pathlib import Path

import pytest

from service.documents import Limits, accept, list_stored, open_stored
from service.domain.errors import Invalid
from tests.support import files

ACCEPTED = [
    ("Biên bản xét khen thưởng.pdf", files.pdf(), "application/pdf"),
    ("tờ trình.PDF", files.pdf(objects=files.object_stream(b"5 0 << /Type /Font >>")), "application/pdf"),
    ("ảnh.png", files.png(), "image/png"),
    ("ảnh.jpg", files.jpeg(), "image/jpeg"),
    ("điện thoại.jpeg", files.jpeg(trailer=b"\x00\x00Image_UTC_Data1700000000000SEFHSEFT"), "image/jpeg"),
    (
        "báo cáo thành tích.docx",
        files.docx(),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    ("danh sách.xlsx", files.xlsx(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
]


def refusal(folder: Path, name: str, content: bytes) -> str:
    """The words with which a file is refused; nothing of it may be left."""
    with pytest.raises(Invalid) as caught:
        accept(io.BytesIO(content), name, folder)
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    return str(caught.value)


@pytest.mark.parametrize(("name", "content", "media_type"), ACCEPTED, ids=[case[0] for case in ACCEPTED])
def test_an_attachment_is_stored_as_it_came(
    tmp_path: Path, name: str, content: bytes, media_type: str
) -> None:
    received = accept(io.BytesIO(content), name, tmp_path)
    assert (received.display_name, received.media_type, received.size) == (name, media_type, len(content))
    assert received.sha256 == hashlib.sha256(content).hexdigest()
    with open_stored(tmp_path, received.stored_as) as stored:
        assert stored.read() == content
    assert [stored_as for stored_as, _ in list_stored(tmp_path)] == [received.stored_as]


def test_the_same_file_twice_is_stored_twice(tmp_path: Path) -> None:
    stored = {accept(io.BytesIO(files.png()), "a.png", tmp_path).stored_as for _ in range(2)}
    assert len(stored) == 2


class Endless(io.RawIOBase):
    """A stream that never ends, and counts what was taken from it."""

    taken = 0

    def read(self, size: int = -1) -> bytes:
        assert size > 0, "an upload must be read in parts"
        self.taken += size
        return b"%PDF-1.7 "[:size].ljust(size, b".")


def test_reading_stops_at_the_limit(tmp_path: Path) -> None:
    stream = Endless()
    with pytest.raises(Invalid) as caught:
        accept(stream, "lớn.pdf", tmp_path, Limits(size=2 * 1024**2))
    assert str(caught.value) == '"lớn.pdf" is larger than 2 MB: scan it at a lower resolution or split it.'
    assert stream.taken < 2.2 * 1024**2


def test_30_mb_are_refused(tmp_path: Path) -> None:
    assert "larger than 20 MB" in refusal(tmp_path, "a.pdf", files.pdf(padding=30 * 1024**2))


def test_a_file_as_large_as_the_limit_is_accepted(tmp_path: Path) -> None:
    content = files.pdf(padding=1024**2)
    assert accept(io.BytesIO(content), "a.pdf", tmp_path, Limits(size=len(content))).size == len(content)
    with pytest.raises(Invalid):
        accept(io.BytesIO(content), "a.pdf", tmp_path, Limits(size=len(content) - 1))


@pytest.mark.parametrize(
    "name", ["a.svg", "a.html", "a.exe", "a.doc", "a.docm", "a.zip", "pdf", "a.pdf.exe", "a.pdf\u202egpj.js"]
)
def test_other_kinds_are_refused_by_name(tmp_path: Path, name: str) -> None:
    assert "send PDF, PNG, JPEG, DOCX, XLSX" in refusal(tmp_path, name, files.pdf())


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.pdf", files.png(), "PNG"),
        ("a.png", files.jpeg(), "JPEG"),
        ("a.jpg", files.docx(), "ZIP"),
        ("a.docx", files.pdf(), "PDF"),
    ],
)
def test_the_refusal_tells_what_the_content_really_is(
    tmp_path: Path, name: str, content: bytes, kind: str
) -> None:
    assert f"its content is {kind}" in refusal(tmp_path, name, content)


@pytest.mark.parametrize("name", ["a.pdf", "a.png", "a.jpg", "a.docx", "a.xlsx"])
@pytest.mark.parametrize("content", [b"MZ\x90\x00", b"hello", b"\x00" * 4096, b"PK\x03\x04", b"%PDF-"])
def test_a_fake_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    assert refusal(tmp_path, name, content)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert "is empty" in refusal(tmp_path, "a.pdf", b"")


@pytest.mark.parametrize(
    "markup", [b"<script>alert(1)</script>", b"<svg onload=alert(1)>", b"<!DOCTYPE html>"]
)
def test_a_file_that_a_browser_could_take_for_a_page_is_refused(tmp_path: Path, markup: bytes) -> None:
    assert "second file" in refusal(tmp_path, "a.pdf", files.pdf(objects=b"% " + markup + b"\n"))
    assert "second file" in refusal(
        tmp_path, "a.png", files.png(extra=files.png_chunk(b"tEXt", b"x\x00" + markup))
    )


@pytest.mark.parametrize(
    ("name", "content"), [(name, content) for name, content, _ in ACCEPTED if b"SEFT" not in content]
)
def test_a_truncated_file_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    for length in range(1, len(content) - 24, max(1, len(content) // 40)):
        assert refusal(tmp_path, name, content[:length])
