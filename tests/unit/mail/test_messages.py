"""What mails say, and what can never get into their headers."""

from datetime import date
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import Invalid
from service.mail import TEMPLATES, compose, make_message_id
from service.mail.messages import LANGUAGES
from tests.support.letters import PARAMS, letter

SENDER = "trinh@trinh.example"
OF_A_DOSSIER = TEMPLATES - {"digest", "substitution", "password_changed"}
FOLDER = Path(__file__).parents[3] / "service" / "mail" / "templates"


def received(**changes: Any) -> EmailMessage:
    """The letter as its reader's program sees it, after the wire."""
    content = compose(letter(**changes), SENDER).as_bytes(policy=SMTP)
    mail = message_from_bytes(content, policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def body(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return part.get_content()


def test_every_template_exists_in_every_language_and_form() -> None:
    expected = {
        f"{name}.{language}.{kind}"
        for name in TEMPLATES
        for language in LANGUAGES
        for kind in ("subject", "txt", "html")
    }
    shared = {path.name for path in FOLDER.iterdir() if path.name.startswith(("frame.", "layout.", "facts."))}
    assert {path.name for path in FOLDER.iterdir()} - shared == expected


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("template", sorted(OF_A_DOSSIER))
def test_every_mail_names_the_dossier_and_says_why_with_one_link(template: str, language: str) -> None:
    mail = received(template=template, language=language)
    why = "Bạn nhận được thư này vì" if language == "vi" else "You receive this mail because"
    for kind in ("plain", "html"):
        text = " ".join(body(mail, kind).split())
        assert why in text
        assert text.count("http://") == 1
        assert "VN-2024-0007" in text
        assert ("Thứ Tư, 04/12/2024" if language == "vi" else "Wednesday, 04/12/2024") in text
    assert str(mail["Subject"]).startswith("[VN-2024-0007] ")
    assert "Nguyễn" not in str(mail["Subject"])
    assert mail["Content-Language"] == language


@pytest.mark.parametrize(
    ("language", "subject", "told"),
    [
        ("vi", "Việc của bạn ngày 01/12/2024: 1 việc quá hạn, 12 việc sắp đến hạn", "quá hạn 3 ngày"),
        ("en", "Your work on 01/12/2024: 1 overdue, 12 due soon", "3 days late"),
    ],
)
def test_a_digest_lists_tasks_with_their_links_and_names_nobody_in_its_subject(
    language: str, subject: str, told: str
) -> None:
    mail = received(template="digest", language=language, link="http://127.0.0.1:8000/inbox/mine")
    assert str(mail["Subject"]) == subject
    for kind in ("plain", "html"):
        text = " ".join(body(mail, kind).split())
        assert told in text
        for address in ("tasks/3", "tasks/12", "inbox/mine"):
            assert text.count(f"http://127.0.0.1:8000/{address}") == 1
        assert "11" in text  # of twelve tasks one is listed


@pytest.mark.parametrize(
    ("language", "ended", "subject", "told"),
    [
        (
            "vi",
            False,
            "Có làm thay từ 04/12/2024 đến 06/12/2024",
            "Đặng Thị Thu làm thay Ngô Văn Ân từ Thứ Tư",
        ),
        ("vi", True, "Kết thúc làm thay từ 04/12/2024 đến 06/12/2024", "không còn làm thay Ngô Văn Ân"),
        ("en", False, "A substitution from 04/12/2024 to 06/12/2024", "Thu stands in for Ngô Văn Ân from"),
    ],
)
def test_a_mail_about_an_absence_belongs_to_no_dossier(
    language: str, *, ended: bool, subject: str, told: str
) -> None:
    mail = received(template="substitution", language=language, params={"ended": ended})
    assert str(mail["Subject"]) == subject
    for kind in ("plain", "html"):
        assert told in " ".join(body(mail, kind).split())
        assert "Nghỉ phép năm" in body(mail, kind)


@pytest.mark.parametrize(
    ("language", "subject", "told"),
    [
        ("vi", "Mật khẩu của bạn đã được đổi ngày 04/12/2024", "được đổi lúc 09:30, Thứ Tư, 04/12/2024."),
        ("en", "Your password was changed on 04/12/2024", "changed at 09:30 on Wednesday, 04/12/2024."),
    ],
)
def test_a_mail_about_a_password_tells_when_and_what_to_do(language: str, subject: str, told: str) -> None:
    params = {"day": date(2024, 12, 4), "time": "09:30"}
    mail = received(template="password_changed", language=language, params=params)
    assert str(mail["Subject"]) == subject
    for kind in ("plain", "html"):
        text = " ".join(body(mail, kind).split())
        assert told in text
        assert ("quản trị viên" if language == "vi" else "administrator") in text
        assert text.count("http://") == 1


def test_a_digest_without_anything_left_says_so() -> None:
    nothing = {"overdue": 0, "soon": 0, "mine": 0, "group": 0, "sections": []}
    assert "Không còn việc nào đang chờ bạn." in body(received(template="digest", params=nothing))


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("template", ["decided", "digest", "escalation", "returned"])
def test_a_mail_that_may_be_declined_tells_readers_and_programs_how(template: str, language: str) -> None:
    address = "https://trinh.example/unsubscribe/" + "x" * 120
    mail = received(template=template, language=language, unsubscribe=address)
    assert str(mail["List-Unsubscribe"]) == f"<{address}>"
    assert str(mail["List-Unsubscribe-Post"]) == "List-Unsubscribe=One-Click"
    for kind in ("plain", "html"):
        assert body(mail, kind).count(address) == 1


def test_one_click_is_not_offered_over_an_open_connection() -> None:
    mail = received(template="digest", unsubscribe="http://trinh.example/unsubscribe/x")
    assert "List-Unsubscribe" in mail
    assert "List-Unsubscribe-Post" not in mail


def test_a_mail_that_the_plan_orders_offers_no_way_out() -> None:
    mail = received()
    assert "List-Unsubscribe" not in mail
    assert "thôi nhận" not in body(mail)


def test_the_headers_tell_machines_what_it_is() -> None:
    mail = received()
    assert str(mail["From"]) == "Trình <trinh@trinh.example>"
    assert str(mail["To"]) == "Nguyễn Văn Ân <an.nguyen@vanninh.example>"
    assert mail["Date"].datetime == letter().sent_at
    assert mail["Message-ID"] == "<0123abcd@trinh.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Trinh-Key"] == "reminder:12:before-3:2024-12-04:5"


@pytest.mark.parametrize(
    ("days", "working", "subject", "text"),
    [
        (3, 2, "Sắp đến hạn 04/12/2024: Tiếp nhận và xét chọn", "Còn 3 ngày, trong đó có 2 ngày làm việc"),
        (0, 0, "Hôm nay là ngày cuối 04/12/2024: Tiếp nhận và xét chọn", "Hôm nay là ngày cuối cùng"),
        (-3, -1, "Quá hạn 04/12/2024: Tiếp nhận và xét chọn", "quá hạn 3 ngày, trong đó có 1 ngày làm việc"),
    ],
)
def test_a_reminder_says_how_much_time_is_left(days: int, working: int, subject: str, text: str) -> None:
    mail = received(params={"days_left": days, "working_days_left": working})
    assert str(mail["Subject"]) == f"[VN-2024-0007] {subject}"
    assert text in body(mail)


@pytest.mark.parametrize(
    ("status", "subject"),
    [
        ("decided", "Đã có quyết định khen thưởng"),
        ("handed_over", "Hồ sơ đã trình cấp trên"),
        ("refused", "Hồ sơ không được khen thưởng"),
    ],
)
def test_the_result_is_named(status: str, subject: str) -> None:
    mail = received(template="decided", params={"status": status})
    assert str(mail["Subject"]) == f"[VN-2024-0007] {subject}"


def test_a_return_gives_the_reason() -> None:
    assert "Thiếu biên bản xét khen thưởng" in body(received(template="returned"))


@pytest.mark.parametrize("template", sorted(OF_A_DOSSIER - {"reminder"}))
def test_a_deadline_that_is_unset_is_left_out(template: str) -> None:
    text = body(received(template=template, params={"last_day": None}))
    assert "Hạn cuối" not in text


def test_a_notice_needs_no_task() -> None:
    params = {name: PARAMS[name] for name in ("code", "title", "unit", "round", "status")}
    for template in ("unit_overdue", "decided"):
        bare = letter(template=template)
        assert compose(type(bare)(**{**_fields(bare), "params": params}), SENDER)


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def test_a_missing_parameter_stops_the_mail() -> None:
    bare = letter()
    with pytest.raises(Invalid, match="reminder lacks a parameter"):
        compose(type(bare)(**{**_fields(bare), "params": {"code": "x"}}), SENDER)


@pytest.mark.parametrize("template", ["../../settings", "layout", "unknown"])
def test_only_known_templates_are_used(template: str) -> None:
    with pytest.raises(Invalid):
        compose(letter(template=template), SENDER)


def test_an_unknown_language_is_vietnamese() -> None:
    assert received(language="../x")["Content-Language"] == "vi"


def test_markup_is_escaped_in_html() -> None:
    html = body(received(template="returned", params={"reason": "<script>alert(1)</script>"}), "html")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_expressions_in_parameters_stay_text() -> None:
    text = body(received(template="returned", params={"reason": "{{ 7 * 7 }} {% raise %}"}))
    assert "{{ 7 * 7 }} {% raise %}" in text


INJECTIONS = [
    "a\r\nBcc: b@x.example",
    "a\nBcc: b@x.example",
    "a\rb",
    "a\x00b",
    "a\x0bb",
    "a\x85b",
    "a\u2028b",
    "=?utf-8?q?a=0ABcc:_b?=",
    "=?utf-8?b?DQpCY2M6IGI=?=",
    "a =?x",
]


@pytest.mark.parametrize("text", INJECTIONS)
def test_headers_take_no_injection(text: str) -> None:
    for changes in (
        {"to_name": text},
        {"to_address": f"{text}@x.example"},
        {"to_address": f"a@x.example{text}"},
        {"message_id": f"<{text}@x.example>"},
        {"key": text},
        {"params": {"code": text}},
        {"params": {"step": text}},
    ):
        with pytest.raises(Invalid):
            compose(letter(**changes), SENDER)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "@x",
        "a@",
        "a@b@c",
        "a b@x",
        "a@x y",
        "a,b@x",
        "<a@x>",
        "a@-x",
        ".a@x",
        "a..b@x",
        "ă@x.vn",
        "a@" + "x" * 300,
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(Invalid):
        compose(letter(to_address=address), SENDER)


@given(name=st.text(max_size=80), step=st.text(max_size=80))
def test_no_text_adds_a_header(name: str, step: str) -> None:
    try:
        mail = received(to_name=name, params={"step": step})
    except Invalid:
        return
    assert set(mail.keys()) == {
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "X-Trinh-Key",
        "Content-Language",
        "MIME-Version",
        "Content-Type",
    }
    assert len(mail["To"].addresses) == 1
    assert mail["To"].addresses[0].addr_spec == "an.nguyen@vanninh.example"


def test_a_long_subject_survives_the_wire() -> None:
    step = "Thẩm định hồ sơ đề nghị khen thưởng của các cơ quan, đơn vị, địa phương " * 3
    assert str(received(params={"step": step.strip()})["Subject"]).endswith(step.strip())


def test_a_message_id_is_the_same_at_every_attempt_and_tells_nothing() -> None:
    first = make_message_id("reminder:12:5", "https://trinh.example:8443/x")
    assert first == make_message_id("reminder:12:5", "https://trinh.example:8443/x")
    assert first != make_message_id("reminder:12:6", "https://trinh.example:8443/x")
    assert first.endswith("@trinh.example>")
    assert make_message_id("k", "http://[::1]:8000").endswith("@localhost>")
    assert received(message_id=first)["Message-ID"] == first
