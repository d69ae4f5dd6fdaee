"""Pages of plain text as PDF, with Vietnamese letters in any reader: the font travels in the file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos

_MARGIN_MM = 20
_LEADING = 1.45
_MM_OF_POINT = 25.4 / 72


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text: its size in points, and where its middle stands as a share of the page's width.

    `above` is the space left free before it, in points; a negative one goes back up.
    """

    text: str
    size: float = 12
    middle: float = 0.5
    above: float = 0


def write_page(lines: Sequence[Line], title: str, at: datetime) -> bytes:
    """An A4 page, made at an instant, with lines top down; one too long for its place goes on below."""
    page = FPDF(format="A4")
    page.set_creation_date(at)
    page.set_title(title)
    page.set_lang("vi")
    page.set_margin(_MARGIN_MM)
    page.add_font("text", fname=_font())
    page.add_page()
    for line in lines:
        page.set_font("text", size=line.size)
        room = 2 * min(line.middle, 1 - line.middle) * page.w - _MARGIN_MM
        page.set_xy(line.middle * page.w - room / 2, page.get_y() + line.above * _MM_OF_POINT)
        height = line.size * _LEADING * _MM_OF_POINT
        page.multi_cell(room, height, line.text, align=Align.C, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    return bytes(page.output())


def _font() -> Path:
    """Source Sans Pro (SIL Open Font License), which knows all Vietnamese letters, from its package."""
    package = find_spec("font_source_sans_pro")
    if package is None or package.origin is None:
        raise FileNotFoundError("The package font-source-sans-pro is not installed: make setup.")
    return Path(package.origin).parent / "files" / "SourceSansPro-Regular.ttf"
