"""An administrator gives an awaited deadline its date; whoever reviews sees it at once."""

from collections.abc import Callable

from playwright.sync_api import Page, expect
from sqlalchemy import select

from service.domain.tasks import Folder
from service.store import dossiers
from service.store.tables import Dossier
from tests.browser.demos import Demo, demo_world
from tests.browser.desks import Desk

QUOTE = "Phòng Lao động gửi hồ sơ trước ngày 10 tháng 11 năm 2025"


def test_guidance_sets_the_awaited_date_of_the_final_round(
    ruled_demo: Demo, ruled_desk: Callable[..., Desk]
) -> None:
    code, running = _submitted_to_the_final_round(ruled_demo)
    reviewer = ruled_desk("laodong1").claim(code)
    expect(reviewer.page.locator(".banner")).to_contain_text(reviewer.words("no deadline"))

    administrator = ruled_desk("quantri")
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
    _expect_numbers(administrator, running)
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


def _submitted_to_the_final_round(demo: Demo) -> tuple[str, int]:
    """The code of the dossier, and how many run in the round now."""
    with demo_world(demo) as world:
        dossier_id = world.open_dossier("vanphu", round_key="final-2025", title="Tổng kết phong trào")
        world.submit(dossier_id, "vanphu")
        with world.database.read() as work:
            dossier = dossiers.get(work, dossier_id)
            others = select(Dossier.id).where(Dossier.round_id == dossier.round_id)
            return dossier.code, len(work.session.scalars(others).all())


def _fill(page: Page, **answers: str) -> None:
    for name, answer in answers.items():
        page.locator(f"#field-{name}").fill(answer)


def _expect_refusal_without_the_document(administrator: Desk) -> None:
    page = administrator.page
    expect(page.locator(".error-summary")).to_contain_text("UBND tỉnh Khánh Hòa")
    expect(page.locator("#field-day")).to_have_value("10/11/2025")


def _expect_numbers(administrator: Desk, running: int) -> None:
    """Every dossier of the round follows with its one open task; the change is told in words and counted."""
    page = administrator.page
    expect(page.locator("main")).to_contain_text("09/11/2025")
    numbers = page.locator(".facts--numbers")
    expect(numbers).to_contain_text(administrator.words("Dossiers that follow"))
    counts = numbers.locator("dd").all_inner_texts()
    assert counts[:2] == [str(running)] * 2, counts
    assert int(counts[2]) > 0, counts
