"""What a search goes by: words without accents, and the places in a text where they stand."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from service.domain.dossiers import DossierStatus
from service.domain.searches import Sent, Wanted, fits, fragments, words_of


def test_words_have_neither_case_nor_accents_and_come_once() -> None:
    assert words_of("Đỗ Động, VN-HN2024-0003", "đỗ") == ("do", "dong", "vn", "hn2024", "0003")
    assert words_of(unicodedata.normalize("NFD", "Hộ ông")) == ("ho", "ong")
    assert words_of("", None, " - ") == ()


def test_the_beginnings_of_words_are_marked_and_nothing_inside_them() -> None:
    assert fragments("Đỗ Động", ("do",)) == [("Đỗ", True), (" ", False), ("Độ", True), ("ng", False)]
    assert fragments("phong", ("ong",)) == [("phong", False)]
    assert fragments("HN2024-0003", ("hn2024", "00")) == [
        ("HN2024", True),
        ("-", False),
        ("00", True),
        ("03", False),
    ]
    assert fits("Hộ ông Tâm", ("tam",))
    assert not fits("Hộ ông Tâm", ("am",))


@given(st.text(), st.lists(st.text(min_size=1), max_size=3))
def test_the_pieces_make_the_whole_text(text: str, typed: list[str]) -> None:
    pieces = fragments(text, words_of(*typed))
    assert "".join(piece for piece, _ in pieces) == unicodedata.normalize("NFC", text)


@given(st.text(min_size=1))
def test_what_has_a_word_is_found_by_it(text: str) -> None:
    for word in words_of(text):
        assert fits(text, (word,)) or len(word) == 64


def test_a_search_survives_being_written_down() -> None:
    wanted = Wanted("đỗ", "van-ninh", 3, DossierStatus.DRAFT, sent=Sent.LATE, overdue=True)
    assert Wanted.from_json(wanted.as_json()) == wanted
    assert Wanted.from_json(Wanted().as_json()) == Wanted()
    assert Wanted(text="x").filtered is False
    assert wanted.but(text="").filtered
