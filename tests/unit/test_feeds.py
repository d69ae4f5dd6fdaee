"""Calendars against the rules of RFC 5545, checked by hand and not by the library that writes them."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import vobject
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from service.feeds import Event, Feed, write

CHANGED = datetime(2024, 11, 20, 2, 0, 0, 123456, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n"), max_size=300)


def event(uid: str = "task-1@trinh.example.vn", *, summary: str = "Xét chọn", description: str = "") -> Event:
    return Event(
        uid=uid,
        day=date(2024, 11, 30),
        summary=summary,
        description=description,
        address="https://trinh.example.vn/tasks/1",
        categories=("Khen thưởng hằng năm 2024",),
        sequence=3,
        changed_at=CHANGED,
    )


def feed(*events: Event, name: str = "Trình", language: str = "vi") -> Feed:
    return Feed(name, "Việc cần làm", language, "Asia/Ho_Chi_Minh", events)


def unfolded(content: bytes) -> list[str]:
    """The content lines, after checking how they are folded and ended (RFC 5545, 3.1)."""
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")
    lines = content.removesuffix(b"\r\n").split(b"\r\n")
    for line in lines:
        assert len(line) <= 75
        line.decode("utf-8")  # no letter is torn apart
    return content.decode("utf-8").replace("\r\n ", "").split("\r\n")[:-1]


def value(lines: list[str], name: str) -> str:
    """The value of the one line of a property."""
    (line,) = [line for line in lines if re.match(rf"{name}[:;]", line)]
    return line.partition(":")[2]


def of_event(content: bytes) -> list[str]:
    lines = unfolded(content)
    return lines[lines.index("BEGIN:VEVENT") + 1 : lines.index("END:VEVENT")]


def test_a_calendar_has_what_the_standard_requires_of_it() -> None:
    lines = unfolded(write(feed(event())))
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert value(lines, "VERSION") == "2.0"
    assert value(lines, "PRODID")
    assert value(lines, "METHOD") == "PUBLISH"
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in lines
    assert "X-PUBLISHED-TTL:PT1H" in lines
    assert value(lines, "X-WR-CALNAME") == value(lines, "NAME") == "Trình"


def test_an_event_has_what_the_standard_requires_of_it() -> None:
    lines = of_event(write(feed(event())))
    assert value(lines, "UID") == "task-1@trinh.example.vn"
    assert value(lines, "DTSTAMP") == value(lines, "LAST-MODIFIED") == "20241120T020000Z"
    assert "DTSTART;VALUE=DATE:20241130" in lines
    # The end of a whole day is the day after: RFC 5545, 3.6.1.
    assert "DTEND;VALUE=DATE:20241201" in lines
    assert value(lines, "SEQUENCE") == "3"
    assert value(lines, "STATUS") == "CONFIRMED"
    assert value(lines, "URL") == "https://trinh.example.vn/tasks/1"
    assert value(lines, "CATEGORIES") == "Khen thưởng hằng năm 2024"
    names = [re.split("[:;]", line, maxsplit=1)[0] for line in lines]
    assert len(names) == len(set(names))  # each of these may stand once only


def test_an_empty_calendar_is_still_a_calendar() -> None:
    """RFC 5545, 3.6 wants a component in each; an event could only be an invented one."""
    lines = unfolded(write(feed()))
    assert lines[-1] == "END:VCALENDAR"
    assert "BEGIN:VEVENT" not in lines
    zone = lines[lines.index("BEGIN:VTIMEZONE") : -1]
    assert zone == [
        "BEGIN:VTIMEZONE", "TZID:UTC", "BEGIN:STANDARD", "DTSTART:19700101T000000",
        "TZOFFSETFROM:+0000", "TZOFFSETTO:+0000", "TZNAME:UTC", "END:STANDARD", "END:VTIMEZONE",
    ]  # fmt: skip
    assert "BEGIN:VTIMEZONE" not in unfolded(write(feed(event())))
    assert vobject.readOne(write(feed()).decode()).name == "VCALENDAR"


def test_texts_are_escaped() -> None:
    lines = of_event(write(feed(event(summary="a, b; c\\d", description="một\nhai"))))
    assert value(lines, "SUMMARY") == "a\\, b\\; c\\\\d"
    assert value(lines, "DESCRIPTION") == "một\\nhai"


@given(TEXTS, TEXTS, st.sampled_from(("vi", "en")))
def test_any_text_is_folded_between_letters_and_read_back(
    summary: str, description: str, language: str
) -> None:
    content = write(feed(event(summary=summary, description=description), name=summary, language=language))
    of_event(content)
    (read,) = Calendar.from_ical(content).walk("VEVENT")
    assert str(read["SUMMARY"]) == summary
    assert str(read["DESCRIPTION"]) == description
    assert read["SUMMARY"].params["LANGUAGE"] == language


@settings(max_examples=30)
@given(TEXTS, TEXTS)
def test_a_second_program_reads_the_same(summary: str, description: str) -> None:
    """Another parser than the library that writes them, as the programs of our readers are."""
    cancelled = replace(
        event("task-2@trinh.example.vn", summary=summary, description=description), cancelled=True
    )
    read = vobject.readOne(write(feed(event(), cancelled)).decode())
    first, second = read.vevent_list
    assert (first.uid.value, first.dtstart.value, first.sequence.value, first.status.value) == (
        "task-1@trinh.example.vn",
        date(2024, 11, 30),
        "3",
        "CONFIRMED",
    )
    assert (second.uid.value, second.status.value) == ("task-2@trinh.example.vn", "CANCELLED")
    ours = Calendar.from_ical(write(feed(event(), cancelled))).walk("VEVENT")[1]
    assert second.summary.value == str(ours["SUMMARY"])
