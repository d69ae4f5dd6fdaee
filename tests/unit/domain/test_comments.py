"""Calling people in comments, and what a comment may say."""

import pytest

from service.domain.comments import LONGEST, MOST_MENTIONS, Candidate, clean_body, mentions_in
from service.domain.errors import Invalid

HOA = Candidate(1, "Trần Thị Hoà", "noivu1")
HOA_LONGER = Candidate(2, "Trần Thị Hoà Bình", "noivu2")
LAN, OTHER_LAN = Candidate(3, "Lê Thị Lan", "laodong1"), Candidate(4, "Lê Thị Lan", "laodong2")
PEOPLE = [HOA, HOA_LONGER, LAN, OTHER_LAN]


@pytest.mark.parametrize(
    ("body", "called"),
    [
        ("Nhờ @Trần Thị Hoà xem", [1]),
        ("Nhờ @tran thi hoa xem", [1]),
        ("@Trần Thị Hoà Bình và @noivu1", [2, 1]),
        ("@Trần Thị Hoàng", []),
        ("gửi tới noivu1@vanninh.example", []),
        ("@noivu1, @noivu1 và @Trần Thị Hoà", [1]),
        ("@laodong2 xem lại", [4]),
        ("@ai đó\n@noivu2", [2]),
        ("@@noivu1 @", []),
    ],
)
def test_names_after_an_at_call_people_without_regard_to_accents(body: str, called: list[int]) -> None:
    assert [mention.person_id for mention in mentions_in(body, PEOPLE)] == called


def test_a_name_that_two_people_share_asks_for_the_sign_in_name() -> None:
    with pytest.raises(Invalid) as refused:
        mentions_in("@Lê Thị Lan ơi", PEOPLE)
    assert refused.value.fields["body"].params["choices"] == "laodong1, laodong2"


def test_one_comment_does_not_call_a_whole_district() -> None:
    many = [
        Candidate(number, f"Người {number:03}", f"nguoi{number:03}") for number in range(MOST_MENTIONS + 1)
    ]
    with pytest.raises(Invalid):
        mentions_in(" ".join(f"@{one.sign_in_name}" for one in many), many)


def test_a_comment_is_kept_as_plain_text_line_by_line() -> None:
    assert clean_body("  Xem   lại\u200b \n\n <b>biên bản</b> \n") == "Xem lại\n\n<b>biên bản</b>"
    for wrong in (" \n ", "x" * (LONGEST + 1)):
        with pytest.raises(Invalid):
            clean_body(wrong)
