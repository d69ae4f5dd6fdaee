"""Letters for tests of mail."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from service.mail import Letter

PARAMS: dict[str, object] = {
    "code": "VN-2024-0007",
    "title": "Hồ sơ xã Vạn Phú",
    "unit": "UBND xã Vạn Phú",
    "round": "Hằng năm 2024",
    "status": "decided",
    "step": "Tiếp nhận và xét chọn",
    "reason": "Thiếu biên bản xét khen thưởng",
    "last_day": date(2024, 12, 4),
    "days_left": 3,
    "working_days_left": 2,
    "document": "Kế hoạch huyện Vạn Ninh",
    "section": "IV.2",
}


def letter(**changes: Any) -> Letter:
    """A reminder to a reviewer; `params` are merged, other changes replace."""
    params = PARAMS | changes.pop("params", {})
    usual = Letter(
        template="reminder",
        language="vi",
        to_name="Nguyễn Văn Ân",
        to_address="an.nguyen@vanninh.example",
        params=params,
        link="http://127.0.0.1:8000/tasks/12",
        key="reminder:12:before-3:2024-12-04:5",
        message_id="<0123abcd@trinh.example>",
        sent_at=datetime(2024, 12, 1, 1, tzinfo=UTC),
    )
    return replace(usual, **changes)
