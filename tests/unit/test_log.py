"""Log lines: their form, and what must not stand in them."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog

from service.clock import FakeClock
from service.documents.pages import Line, write_page
from service.log import configure, get_logger, mask_text


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Where a configured log goes; the process's logging is put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = io.StringIO()
    yield written
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def json_log(stream: io.StringIO) -> None:
    configure(level="INFO", form="json", clock=FakeClock(datetime(2024, 12, 5, 1, tzinfo=UTC)), stream=stream)


def test_a_line_says_when_who_and_what(stream: io.StringIO) -> None:
    json_log(stream)
    get_logger("service.jobs").info("tick", fired=3, step="Xét chọn")
    assert lines(stream) == [
        {
            "at": "2024-12-05T01:00:00.000+00:00",
            "event": "tick",
            "fired": 3,
            "level": "info",
            "logger": "service.jobs",
            "step": "Xét chọn",
        }
    ]


def test_lower_levels_are_left_out(stream: io.StringIO) -> None:
    json_log(stream)
    get_logger("x").debug("quiet")
    logging.getLogger("x").debug("quiet")
    assert lines(stream) == []


def test_writing_a_document_says_nothing_of_its_fonts(stream: io.StringIO) -> None:
    json_log(stream)
    assert write_page([Line("Tờ trình số 12")], "Tờ trình", datetime(2024, 12, 5, 1, tzinfo=UTC))
    assert lines(stream) == []


def test_personal_data_and_secrets_are_masked_at_any_depth(stream: io.StringIO) -> None:
    json_log(stream)
    get_logger("x").info(
        "550 nguyen.van.a@xa.gov.vn unknown",
        to=["a.b@xa.gov.vn"],
        request={"password": "hunter2", "body": {"mail": "c@xa.gov.vn"}},
        session_token="t",
        url="postgresql://u:hunter2@db/trinh",
    )
    text = stream.getvalue()
    for private in ("nguyen", "a.b@", "hunter2", '"t"', "c@xa"):
        assert private not in text
    assert "n***@xa.gov.vn" in text


def test_exceptions_and_other_libraries_are_masked_too(stream: io.StringIO) -> None:
    json_log(stream)
    try:
        raise ValueError("no mail for nguyen@xa.gov.vn")
    except ValueError:
        get_logger("x").exception("failed")
    logging.getLogger("apscheduler").warning("missed %s", "nguyen@xa.gov.vn")
    failed, missed = lines(stream)
    assert "n***@xa.gov.vn" in failed["exception"]
    assert missed["event"] == "missed n***@xa.gov.vn"
    assert "nguyen" not in stream.getvalue()


def test_people_get_plain_lines(stream: io.StringIO) -> None:
    configure(
        level="INFO", form="console", clock=FakeClock(datetime(2024, 12, 5, 1, tzinfo=UTC)), stream=stream
    )
    get_logger("x").info("sent", to="nguyen@xa.gov.vn")
    assert "sent" in stream.getvalue()
    assert "to=n***@xa.gov.vn" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("<a@b.vn>, <long.name+x@sub.b.vn>", "<a***@b.vn>, <l***@sub.b.vn>"),
        ("no address here: 5 @ 6", "no address here: 5 @ 6"),
    ],
)
def test_addresses_in_text_are_masked(text: str, masked: str) -> None:
    assert mask_text(text) == masked
