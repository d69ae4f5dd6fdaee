"""The papers of the demo's dossiers: one readable page each, all of it invented."""

from datetime import datetime

from service.documents.pages import Line, write_page

_LEADING = 1.45


def scan(title: str, unit: str, year: int, at: datetime) -> bytes:
    """One page that looks like the paper of that name, by a unit in a year, scanned at an instant."""
    lines = [
        Line(unit.upper(), 10, 0.27),
        Line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 10, 0.7, above=-10 * _LEADING),
        Line("Độc lập - Tự do - Hạnh phúc", 10, 0.7),
        Line(title.upper(), 16, above=60),
        Line("Phong trào thi đua “Vì người nghèo - Không để ai bị bỏ lại phía sau”", 12, above=8),
        Line(f"Năm {year}", 12),
        Line("Bản minh họa của bản trình diễn: tên người và số liệu đều là giả định.", 9, above=440),
    ]
    return write_page(lines, f"{title}, {unit}, {year}", at)
