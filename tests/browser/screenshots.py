"""The pictures of the documentation, taken anew from a fresh demo: `make screenshots`.

The same people, dossiers and simulated time each time, so that a picture changes only with the screens.
"""

import re
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from openpyxl import load_workbook
from playwright.sync_api import Browser, expect

from service.domain.dossiers import Verdict
from service.domain.tasks import Folder
from tests.browser.demos import Demo, running_demo
from tests.browser.desks import Desk
from tests.support.chromium import running_browser

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs" / "images"
MOST_BYTES = 250_000
REHEARSED_WITHIN_MS = 180_000
DESK = (1360, 820)
PHONE = (390, 780)
NARROW = (860, 820)
HELD, UNCLAIMED, DECIDED, LATE = "VN-HN2024-0003", "VN-HN2024-0002", "VN-HN2024-0008", "VN-HN2024-0007"
RETURNED = "VN-HN2024-0004"
COUNCIL = re.compile("^Hội đồng")
GIAY_KHEN = "Giấy khen của Chủ tịch UBND huyện"
FIRST_ROW = 6
NOMINEES = (
    ("1", "Hộ ông Trần Văn Lâm", "Hộ gia đình", "Khu phố 5", GIAY_KHEN, "Thoát nghèo, giúp hai hộ lân cận."),
    ("2", "Tổ hợp tác nuôi cá bớp", "Tập thể", "Khu phố 7", "Giấy khen huyện", "Nhận 12 lao động hộ nghèo."),
    ("3", "", "Cá nhân", "Trưởng khu phố 3", GIAY_KHEN, "Vận động quỹ giúp chín hộ làm nhà."),
)
"""The award of the second row is none of the round's, the third row lacks a name."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Photographer:
    """Takes pictures at the desks of one demo."""

    def __init__(self, browser: Browser, demo: Demo) -> None:
        self.browser = browser
        self.demo = demo

    def desk(self, who: str, size: tuple[int, int] = DESK) -> Desk:
        """Seats a person at a screen of that size; nothing moves there."""
        context = self.browser.new_context(
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            viewport={"width": size[0], "height": size[1]},
            reduced_motion="reduce",
        )
        return Desk(context.new_page(), self.demo.address).sign_in(who)

    def take(self, desk: Desk, name: str, part: str | None = None) -> None:
        """Keeps what the person sees from the top of the page, or one part of it."""
        desk.page.evaluate(
            "() => { document.activeElement?.blur(); scrollTo(0, 0); return document.fonts.ready }"
        )
        path = FOLDER / f"{name}.png"
        if part is None:
            desk.page.screenshot(path=path, animations="disabled")
        else:
            desk.page.locator(part).screenshot(path=path, animations="disabled")
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise ValueError(f"{path.name} has {size} bytes; more than {MOST_BYTES} slow a page down.")
        desk.page.context.close()

    def away(self, who: str, last_day: str) -> None:
        """Enters an absence of somebody from today on; a colleague of the same office stands in."""
        desk = self.desk(who).go("/people/absences")
        desk.page.locator("#field-substitute").select_option(index=1)
        desk.page.locator("#field-last_day").fill(last_day)
        desk.page.locator("#field-reason").fill("Nghỉ phép năm")
        desk.press("Enter the absence")
        expect(desk.page.locator(".alert-success")).to_be_visible()
        desk.page.context.close()


def filled(template: bytes, rows: Sequence[Sequence[str]]) -> bytes:
    """The template of nominations with some rows filled in."""
    book = load_workbook(BytesIO(template))
    for line, row in enumerate(rows, FIRST_ROW):
        for column, value in enumerate(row, 1):
            book.worksheets[0].cell(line, column).value = value or None
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def inbox(photographer: Photographer) -> None:
    """The Labour reviewer's queue, with the task at hand beside it."""
    desk = photographer.desk("laodong1").claim(UNCLAIMED).open_mine(HELD)
    photographer.take(desk, "inbox")


def task(photographer: Photographer) -> None:
    """A task: verdicts on the nominees, the answer, the reason."""
    desk = photographer.desk("laodong1").open_mine(HELD)
    nominee = desk.page.get_by_role("row").filter(has_text="Doanh nghiệp tư nhân Hạt Cát")
    nominee.get_by_label(desk.term(Verdict.DROP), exact=True).check()
    nominee.get_by_role("textbox").fill("Chưa có xác nhận hoàn thành nghĩa vụ thuế.")
    desk.fill({"outcome": "accept", "reason": "Hồ sơ đầy đủ, thành tích rõ ràng."})
    photographer.take(desk, "task", ".split__task")


def dossier(photographer: Photographer) -> None:
    """A dossier in preparation: the form that submits it, papers owed, sets, nominees."""
    desk = photographer.desk("vangia").open_mine("VN-HN2024-0001").open_dossier()
    photographer.take(desk, "dossier", "main")


def diagram(photographer: Photographer) -> None:
    """Where a dossier stands on its diagram."""
    desk = photographer.desk("laodong1").open_dossier_page(LATE, "diagram")
    expect(desk.page.locator(".diagram[data-diagram-ready]")).to_be_visible()
    photographer.take(desk, "diagram", ".diagram")


def decision(photographer: Photographer) -> None:
    """What the Chairman reads once more before signing."""
    desk = photographer.desk("chutich").open_folder(Folder.GROUP)
    desk.row(DECIDED).get_by_role("checkbox").check()
    desk.press("Review the ticked ones for one decision")
    desk.expect_form()
    desk.fill({"decision_number": "2301/QĐ-UBND", "signed_on": "25/11/2024"}).send()
    expect(desk.page.locator("button[name=step][value=sign]")).to_be_visible()
    photographer.take(desk, "decision")


def phone(photographer: Photographer) -> None:
    """The queue on a phone."""
    photographer.take(photographer.desk("laodong1", PHONE).open_folder(Folder.GROUP), "phone")


def rounds(photographer: Photographer) -> None:
    """The rounds with their deadlines."""
    photographer.take(photographer.desk("laodong1").go("/rounds"), "rounds")


def search(photographer: Photographer) -> None:
    """What is found by words without accents."""
    photographer.take(photographer.desk("laodong1").go("/search?q=thoat+ngheo"), "search")


def progress(photographer: Photographer) -> None:
    """Where the round of the year stands."""
    photographer.take(photographer.desk("laodong1").go("/rounds/annual-2024/progress"), "progress")


def rehearsal(photographer: Photographer) -> None:
    """A round rehearsed with another date, beside the round as it is."""
    desk = photographer.desk("quantri", (1100, 1000)).go("/rounds/annual-2024/rehearsals")
    desk.page.locator("#field-units").fill("12")
    desk.page.locator("#field-day-labour_review").fill("03/12/2024")
    desk.press("Start the rehearsal")
    expect(desk.page.locator(".rehearsal")).to_be_visible(timeout=REHEARSED_WITHIN_MS)
    photographer.take(desk, "rehearsal")


def mailbox(photographer: Photographer) -> None:
    """The reminders of a week, in the demo's mailbox."""
    desk = photographer.desk("quantri")
    desk.jump_to("30/11/2024", "08:00")
    desk.go("/demo/mailbox")
    expect(desk.page.locator("#mails tbody tr").first).to_be_visible()
    photographer.take(desk, "mailbox")


def opinion(photographer: Photographer) -> None:
    """A question to the council, as a member of it is asked to vote."""
    asker = photographer.desk("noivu1").claim(LATE)
    asker.page.get_by_role("link", name=asker.words("Ask for an opinion …")).click()
    asker.page.get_by_role("radio", name=COUNCIL).check()
    asker.page.locator("#field-question").fill("Hội đồng có đồng ý đề nghị tặng Giấy khen không?")
    asker.press("Ask")
    member = photographer.desk("laodong.truong", NARROW).go("/opinions")
    member.page.locator("a.queue__subject").first.click()
    expect(member.button("Cast the ballot")).to_be_visible()
    photographer.take(member, "opinion", "main")


def absences(photographer: Photographer) -> None:
    """Who is away, and the form to enter an absence."""
    photographer.away("laodong2", "28/11/2024")
    photographer.take(photographer.desk("laodong1", NARROW).go("/people/absences"), "absences", "main")


def receipt(photographer: Photographer) -> None:
    """The receipt of originals on paper."""
    desk = photographer.desk("laodong1", NARROW).open_dossier_page(HELD)
    desk.follow("Record paper originals")
    desk.press("Record the receipt")
    expect(desk.page.locator("article.paper")).to_be_visible()
    photographer.take(desk, "receipt", "article.paper")


def nominees(photographer: Photographer) -> None:
    """A list of nominees whose wrong cells are named."""
    desk = photographer.desk("vangia", NARROW).open_mine("VN-HN2024-0001").open_dossier()
    desk.follow("Import from a workbook")
    link = desk.page.locator("a[href$='/template.xlsx']").get_attribute("href")
    template = desk.page.request.get(f"{photographer.demo.address}{link}").body()
    desk.page.locator("#field-file").set_input_files(
        {"name": "Danh sách 2024.xlsx", "mimeType": XLSX, "buffer": filled(template, NOMINEES)}
    )
    desk.press("Check and import")
    expect(desk.page.locator("main")).to_contain_text("E7")
    photographer.take(desk, "import", "main")


def differences(photographer: Photographer) -> None:
    """What a unit has changed after a return, as the reviewer is shown it."""
    unit = photographer.desk("vankhanh").open_mine(RETURNED).open_dossier()
    unit.page.get_by_role("link", name=unit.words("Change")).first.click()
    unit.page.locator("#field-achievement").fill(
        "Thoát nghèo bền vững từ năm 2022, giúp ba hộ lân cận vay vốn."
    )
    unit.press("Save")
    unit.go("/").open_mine(RETURNED)
    unit.fill({"letter_number": "21/TTr-UBND", "letter_date": "25/11/2024"}).send()
    unit.expect_done()
    desk = photographer.desk("laodong1", NARROW).open_mine(RETURNED)
    photographer.take(desk, "differences", "[aria-labelledby=differences-title]")


# The clock moves last.
PICTURES: tuple[Callable[[Photographer], None], ...] = (
    inbox, task, dossier, diagram, decision, phone, rounds, search, progress,
    opinion, receipt, nominees, differences, absences, rehearsal, mailbox,
)  # fmt: skip


def main() -> None:
    """Takes every picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory() as folder,
        running_demo(Path(folder) / "data") as demo,
        running_browser() as browser,
    ):
        photographer = Photographer(browser, demo)
        for picture in PICTURES:
            picture(photographer)


if __name__ == "__main__":
    main()
