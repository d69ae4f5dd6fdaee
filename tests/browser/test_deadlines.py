"""An administrator gives an awaited deadline its date; whoever reviews sees it at once."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from service.clock import FakeClock
from service.domain.tasks import Folder
from service.store import dossiers
from service.store.work import Database
from tests.browser.demos import Demo
from tests.browser.desks import Desk
from tests.builders import World, local

QUOTE = "Phòng Lao động gửi hồ sơ trước ngày 10 tháng 11 năm 2025"


def test_guidance_sets_the_awaited_date_of_the_final_round(
    own_demo: Demo, new_page: Callable[..., Page]
) -> None:
    code = _submitted_to_the_final_round(own_demo)
    reviewer = Desk(new_page(), own_demo.address).sign_in("laodong1")
    reviewer.claim(code)
    expect(reviewer.page.locator(".banner")).to_contain_text(reviewer.words("no deadline"))

    administrator = Desk(new_page(), own_demo.address).sign_in("quantri")
    page = administrator.page
    administrator.go("/rounds/final-2025")
    page.locator("#labour_review").get_by_role("link", name=administrator.words("Set the date")).click()
    _fill(page, day="10/11/2025", reason="UBND tỉnh đã hướng dẫn tổng kết")
    administrator.press("See what would move")
    _expect_refusal_without_the_document(administrator)
    _fill(
        page,
        number="12/HD-UBND",
        issuer="UBND tỉnh Khánh Hòa",
        issued_on="01/11/2024",
        section="2.b",
        quote=QUOTE,
    )
    administrator.press("See what would move")
    _expect_numbers(administrator)
    administrator.press("Confirm")
    administrator.expect_done()
    expect(page.locator("#labour_review")).to_contain_text("09/11/2025")

    reviewer.page.reload()
    banner = reviewer.page.locator(".banner")
    expect(banner).to_contain_text("09/11/2025")
    expect(banner).to_contain_text("Văn bản số 12/HD-UBND ngày 01/11/2024 của UBND tỉnh Khánh Hòa")
    expect(banner).to_contain_text(QUOTE)
    reviewer.open_folder(Folder.MINE)
    expect(reviewer.row(code)).to_contain_text("09/11/2025")


def _submitted_to_the_final_round(demo: Demo) -> str:
    clock = FakeClock(local("2024-11-25 08:31"))
    database = Database(f"sqlite:///{demo.folder}/trinh.sqlite3", clock)
    world = World(database, clock, demo.folder / "attachments")
    dossier_id = world.open_dossier("vanphu", round_key="final-2025", title="Tổng kết phong trào")
    world.submit(dossier_id, "vanphu")
    with database.read() as work:
        code = dossiers.get(work, dossier_id).code
    database.dispose()
    return code


def _fill(page: Page, **answers: str) -> None:
    for name, answer in answers.items():
        page.locator(f"#field-{name}").fill(answer)


def _expect_refusal_without_the_document(administrator: Desk) -> None:
    page = administrator.page
    expect(page.locator(".error-summary")).to_contain_text("UBND tỉnh Khánh Hòa")
    expect(page.locator("#field-day")).to_have_value("10/11/2025")


def _expect_numbers(administrator: Desk) -> None:
    """One dossier with one open task follows; the change is told in words and counted."""
    page = administrator.page
    expect(page.locator("main")).to_contain_text("09/11/2025")
    numbers = page.locator(".facts--numbers")
    expect(numbers).to_contain_text(administrator.words("Dossiers that follow"))
    counts = numbers.locator("dd").all_inner_texts()
    assert counts[:2] == ["1", "1"], counts
    assert int(counts[2]) > 0, counts
