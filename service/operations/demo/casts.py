"""The people of the demo, and when they send their reports. All of it is invented."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """An invented person: sign-in name, name, and (organisation, role) seats."""

    sign_in_name: str
    name: str
    seats: tuple[tuple[str, str], ...] = ()
    administrator: bool = False


PEOPLE = (
    DemoPerson("quantri", "Lê Quản Trị", administrator=True),
    DemoPerson("vangia", "Nguyễn Thị Hoa", (("van_gia", "proposer"),)),
    DemoPerson("vangia.truong", "Trần Văn Bình", (("van_gia", "unit_head"),)),
    DemoPerson("vanthanh", "Phạm Văn Hải", (("van_thanh", "proposer"),)),
    DemoPerson("vanthanh.truong", "Nguyễn Hữu Phước", (("van_thanh", "unit_head"),)),
    DemoPerson("vanphu", "Võ Thị Lan", (("van_phu", "proposer"),)),
    DemoPerson("vanphu.truong", "Trương Thị Cúc", (("van_phu", "unit_head"),)),
    DemoPerson("vankhanh", "Đỗ Minh Đông", (("van_khanh", "proposer"),)),
    DemoPerson("vankhanh.truong", "Lê Văn Khải", (("van_khanh", "unit_head"),)),
    DemoPerson("vanluong", "Huỳnh Thị Mai", (("van_luong", "proposer"),)),
    DemoPerson("vanluong.truong", "Đoàn Văn Lợi", (("van_luong", "unit_head"),)),
    DemoPerson("vanhung", "Bùi Văn Nam", (("van_hung", "proposer"),)),
    DemoPerson("vanhung.truong", "Nguyễn Thị Diệp", (("van_hung", "unit_head"),)),
    DemoPerson("xuanson", "Cao Thị Phượng", (("xuan_son", "proposer"),)),
    DemoPerson("xuanson.truong", "Cao Văn Đảm", (("xuan_son", "unit_head"),)),
    DemoPerson("dailanh", "Nguyễn Văn Khoa", (("dai_lanh", "proposer"),)),
    DemoPerson("dailanh.truong", "Lê Thị Én", (("dai_lanh", "unit_head"),)),
    DemoPerson("vanphuoc", "Trần Thị Liên", (("van_phuoc", "proposer"),)),
    DemoPerson("vanphuoc.truong", "Phạm Đình Giáp", (("van_phuoc", "unit_head"),)),
    DemoPerson("vanlong", "Lê Minh Phúc", (("van_long", "proposer"),)),
    DemoPerson("vanlong.truong", "Huỳnh Văn Hậu", (("van_long", "unit_head"),)),
    DemoPerson("vanbinh", "Phan Thị Hạnh", (("van_binh", "proposer"),)),
    DemoPerson("vanbinh.truong", "Võ Minh Khôi", (("van_binh", "unit_head"),)),
    DemoPerson("vantho", "Đinh Văn Toàn", (("van_tho", "proposer"),)),
    DemoPerson("vantho.truong", "Trần Thị Loan", (("van_tho", "unit_head"),)),
    DemoPerson("vanthang", "Hồ Thị Nga", (("van_thang", "proposer"),)),
    DemoPerson("vanthang.truong", "Đặng Văn Mười", (("van_thang", "unit_head"),)),
    DemoPerson("mattran", "Vũ Thị Oanh", (("fatherland_front", "proposer"),)),
    DemoPerson("mattran.truong", "Nguyễn Văn Nghĩa", (("fatherland_front", "unit_head"),)),
    DemoPerson("vanhoa", "Lương Văn Sang", (("culture_office", "proposer"),)),
    DemoPerson("vanhoa.truong", "Phan Thị Quế", (("culture_office", "unit_head"),)),
    DemoPerson("trungtam", "Châu Thị Uyên", (("culture_centre", "proposer"),)),
    DemoPerson("trungtam.truong", "Lưu Văn Rạng", (("culture_centre", "unit_head"),)),
    DemoPerson("laodong1", "Đặng Thị Thu", (("labour_office", "labour_reviewer"),)),
    DemoPerson("laodong2", "Ngô Văn Ân", (("labour_office", "labour_reviewer"),)),
    DemoPerson(
        "laodong.truong", "Dương Thị Yến", (("labour_office", "labour_head"), ("council", "council_member"))
    ),
    DemoPerson("noivu1", "Hồ Văn Quý", (("interior_office", "interior_reviewer"),)),
    DemoPerson("noivu2", "Lý Thị Ánh", (("interior_office", "interior_reviewer"),)),
    DemoPerson(
        "noivu.truong", "Mai Văn Sơn", (("interior_office", "interior_head"), ("council", "council_member"))
    ),
    DemoPerson("chutich", "Trịnh Văn Vinh", (("chairman", "chairman"), ("council", "council_chair"))),
    DemoPerson(
        "vanphong", "Tạ Thị Xuân", (("chairman_office", "chairman_office"), ("council", "council_member"))
    ),
)

REPORT = "result_report-2024"
REMINDED, RECEIVING = "", "noivu1"
_SUMMARY = {
    "summary": "Vận động Quỹ Vì người nghèo đạt kế hoạch; tỷ lệ hộ nghèo đa chiều giảm so với năm trước."
}
REPORTS: tuple[tuple[str, str, Mapping[str, object]], ...] = (
    ("11-06 09:00", "vangia", _SUMMARY),
    ("11-07 10:15", "mattran", _SUMMARY),
    ("11-08 14:40", "xuanson", _SUMMARY),
    ("11-11 08:20", "vanthang", _SUMMARY),
    ("11-11 15:05", RECEIVING, {}),
    ("11-12 08:00", REMINDED, {}),
    ("11-12 09:30", "vanluong", {"summary": "Đang tổng hợp."}),
    (
        "11-13 08:10",
        RECEIVING,
        {"outcome": "return_unit", "reason": "Thiếu số hộ thoát nghèo và kinh phí vận động."},
    ),
    ("11-13 09:00", "vanthanh", _SUMMARY),
    ("11-14 16:20", "vanhung", _SUMMARY),
    ("11-15 10:00", "dailanh", _SUMMARY),
    ("11-15 11:00", "vanphuoc", _SUMMARY),
    ("11-15 15:30", RECEIVING, {}),
    ("11-16 08:00", REMINDED, {}),
    (
        "11-18 09:00",
        "trungtam",
        {
            "outcome": "not_applicable",
            "reason": "Không được giao chỉ tiêu; báo cáo chung với Phòng Văn hóa.",
        },
    ),
    ("11-18 09:20", "vanhoa", _SUMMARY),
    ("11-18 10:00", RECEIVING, {}),
    ("11-18 14:00", "vanlong", _SUMMARY),
    ("11-19 08:00", REMINDED, {}),
    ("11-19 09:10", "vanbinh", _SUMMARY),
    ("11-19 16:50", "vantho", _SUMMARY),
    ("11-20 08:00", REMINDED, {}),
    ("11-21 09:15", "vanphu", {**_SUMMARY, "late_reason": "Chờ số liệu rà soát hộ nghèo của các thôn."}),
    ("11-22 08:00", REMINDED, {}),
)
"""When who reports, receives, or is reminded, in the order of time."""
