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
    "author": "Lê Thị Bình",
    "office": "Phòng Nội vụ",
    "words": "Nhờ anh xem lại biên bản.",
    "in_place": "",
    "to": "Lê Văn Khải",
    "asker": "Hồ Văn Quý",
    "council": False,
    "question": "Có đồng ý không?",
    "late": False,
    "answer": "agree",
    "said": "",
    "results": (),
}

DIGEST: dict[str, object] = {
    "today": date(2024, 12, 1),
    "hour": 7,
    "overdue": 1,
    "soon": 12,
    "mine": 0,
    "group": 0,
    "sections": [
        {
            "key": "overdue",
            "total": 1,
            "lines": [
                {
                    "code": "VN-2024-0003",
                    "title": "Hồ sơ xã Vạn Thạnh",
                    "step": "Tiếp nhận và xét chọn",
                    "last_day": date(2024, 11, 28),
                    "days_left": -3,
                    "held": True,
                    "link": "http://127.0.0.1:8000/tasks/3",
                }
            ],
        },
        {
            "key": "soon",
            "total": 12,
            "lines": [
                {
                    "code": "VN-2024-0007",
                    "title": "Hồ sơ xã Vạn Phú",
                    "step": "Thẩm định",
                    "last_day": date(2024, 12, 4),
                    "days_left": 3,
                    "held": False,
                    "link": "http://127.0.0.1:8000/tasks/12",
                }
            ],
        },
    ],
}
"""What a daily digest tells."""

SUBSTITUTION: dict[str, object] = {
    "absent": "Ngô Văn Ân",
    "substitute": "Đặng Thị Thu",
    "first_day": date(2024, 12, 4),
    "last_day": date(2024, 12, 6),
    "reason": "Nghỉ phép năm",
    "roles": "Chuyên viên",
    "ended": False,
}
"""What is told of an absence: it belongs to no dossier."""
_OWN = {"digest": DIGEST, "substitution": SUBSTITUTION}


def letter(**changes: Any) -> Letter:
    """A reminder to a reviewer; `params` are merged, other changes replace."""
    usual = _OWN.get(changes.get("template", ""), PARAMS)
    params = usual | changes.pop("params", {})
    made = Letter(
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
    return replace(made, **changes)
