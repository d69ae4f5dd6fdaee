"""Names of files as people see them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.documents.names import MAX_LENGTH, clean_display_name
from service.domain.errors import Invalid


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("Tờ trình số 12 – xã Vạn Phú.pdf", "Tờ trình số 12 – xã Vạn Phú.pdf"),
        ("Bie\u0302n ba\u0309n.pdf", "Biên bản.pdf"),
        ("C:\\Users\\An\\báo cáo.docx", "báo cáo.docx"),
        ("../../etc/passwd.png", "passwd.png"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie x.pdf"),
        ('a"b<c>.pdf', "a b c .pdf"),
        ("  ..hồ  sơ.pdf.. ", "hồ sơ.pdf"),
    ],
)
def test_a_name_is_cleaned(name: str, cleaned: str) -> None:
    assert clean_display_name(name) == cleaned


@pytest.mark.parametrize("name", ["", "..", "/", "\u202e", "\x00", "a/", "\ud800.pdf", " . "])
def test_a_name_of_nothing_is_refused(name: str) -> None:
    with pytest.raises(Invalid):
        clean_display_name(name)


def test_a_long_name_keeps_its_extension() -> None:
    cleaned = clean_display_name("ạ" * 300 + ".xlsx")
    assert len(cleaned) == MAX_LENGTH
    assert cleaned.endswith("ạ.xlsx")


@given(st.text(max_size=300))
def test_a_cleaned_name_is_harmless_and_stays_as_it_is(name: str) -> None:
    try:
        cleaned = clean_display_name(name)
    except Invalid:
        return
    assert 0 < len(cleaned) <= MAX_LENGTH
    assert cleaned.isprintable()
    assert not set(cleaned) & set('/\\:*?"<>|')
    assert clean_display_name(cleaned) == cleaned
