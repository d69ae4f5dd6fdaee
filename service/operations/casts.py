"""The people of the demo. All of them are invented."""

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
    DemoPerson("vanphu", "Võ Thị Lan", (("van_phu", "proposer"),)),
    DemoPerson("vankhanh", "Đỗ Minh Đông", (("van_khanh", "proposer"),)),
    DemoPerson("vanluong", "Huỳnh Thị Mai", (("van_luong", "proposer"),)),
    DemoPerson("vanhung", "Bùi Văn Nam", (("van_hung", "proposer"),)),
    DemoPerson("xuanson", "Cao Thị Phượng", (("xuan_son", "proposer"),)),
    DemoPerson("laodong1", "Đặng Thị Thu", (("labour_office", "labour_reviewer"),)),
    DemoPerson("laodong2", "Ngô Văn Ân", (("labour_office", "labour_reviewer"),)),
    DemoPerson("laodong.truong", "Dương Thị Yến", (("labour_office", "labour_head"),)),
    DemoPerson("noivu1", "Hồ Văn Quý", (("interior_office", "interior_reviewer"),)),
    DemoPerson("noivu2", "Lý Thị Ánh", (("interior_office", "interior_reviewer"),)),
    DemoPerson("noivu.truong", "Mai Văn Sơn", (("interior_office", "interior_head"),)),
    DemoPerson("chutich", "Trịnh Văn Vinh", (("chairman", "chairman"),)),
    DemoPerson("vanphong", "Tạ Thị Xuân", (("chairman_office", "chairman_office"),)),
)
