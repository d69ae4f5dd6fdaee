"""How messages and their parameters read in both languages."""

from datetime import UTC, date, datetime

import pytest

from service.domain.errors import Message, message
from service.domain.labels import Label
from service.domain.tasks import Outcome
from service.translations import catalogue, terms, translate
from tests.builders import ROOT
from tests.support import messages

SHELF = ROOT / "service"
PAGES = (
    *SHELF.glob("mail/templates/*.vi.*"),
    *SHELF.glob("web/templates/**/*.vi.html"),
    *ROOT.glob("docs/**/*.vi.md"),
    *ROOT.glob("bpmn/*.bpmn"),
    *ROOT.glob("forms/*.json"),
    *ROOT.glob("config/localities/*/roles.yaml"),
)
OTHER_NAMES = {
    "ghế": "vai trò (a seat, a role)",
    "nhiệm vụ": "việc (a task)",
    "toàn đơn vị": "toàn cơ quan (a whole office)",
    "ý kiến trao đổi": "trao đổi (a comment); ý kiến is an opinion asked for",
    "lịch sử": "quá trình xử lý (the history of a dossier)",
    "văn phòng chủ tịch": "Văn phòng UBND",
}
"""Words that the screens used for something that has another name: one thing has one name everywhere."""


def test_english_is_the_sentence_itself() -> None:
    assert translate(message("no date: the plan sets none"), "en") == "no date: the plan sets none"


def test_vietnamese_comes_from_the_catalogue() -> None:
    assert translate(message("no date: the plan sets none"), "vi") == "không có ngày: kế hoạch không quy định"


def test_another_language_reads_vietnamese() -> None:
    assert translate(message("no date: the plan sets none"), "fr") == "không có ngày: kế hoạch không quy định"


def test_a_message_inside_a_message_is_translated_too() -> None:
    inner = message("Monday")
    assert translate(message("The last day, {day}, is a rest day ({name}).", day="x", name=inner), "vi") == (
        "Ngày cuối, x, là ngày nghỉ (Thứ Hai)."
    )


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (Label("Huyện", "District"), "Huyện", "District"),
        (date(2024, 12, 5), "05/12/2024", "05/12/2024"),
        (datetime(2024, 12, 5, 7, 30, tzinfo=UTC), "07:30 05/12/2024", "07:30 05/12/2024"),
        (Outcome.REFUSE, "không chấp nhận", "refused"),
        (["a", Label("hai", "two")], "a, hai", "a, two"),
        (3, "3", "3"),
    ],
)
def test_parameters_are_worded(value: object, vi: str, en: str) -> None:
    text = Message("= {value}", {"value": value})
    assert (translate(text, "vi"), translate(text, "en")) == (f"= {vi}", f"= {en}")


def test_braces_in_a_parameter_stay() -> None:
    assert translate(Message("= {value}", {"value": "{x}"}), "vi") == "= {x}"


def test_an_empty_message_stays_empty() -> None:
    assert translate(Message(""), "vi") == ""


def test_the_catalogue_is_read_once() -> None:
    assert catalogue("vi") is catalogue("fr")


def test_a_value_without_words_is_shown_as_it_is() -> None:
    assert terms.of("outcome", "brought_by_a_diagram") == Message("brought_by_a_diagram")


def test_every_member_of_the_worded_enumerations_has_words() -> None:
    lacking = [
        member
        for enumeration, words in terms.ENUMERATIONS.items()
        for member in enumeration
        if member not in words
    ]
    assert lacking == []


def test_one_thing_has_one_vietnamese_name_everywhere() -> None:
    said = {text: catalogue("vi").gettext(text) for text in messages.extracted()}
    said |= {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in PAGES}
    wrong = [
        f"{where}: “{other}”, say {name}"
        for where, text in said.items()
        for other, name in OTHER_NAMES.items()
        if other in " ".join(text.lower().split())
    ]
    assert len(PAGES) > len(OTHER_NAMES)
    assert wrong == []
