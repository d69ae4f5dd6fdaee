"""Filling in forms without losing anything; talking about a dossier and looking at its papers."""

from collections.abc import Callable

from playwright.sync_api import FilePayload, Page, expect

from tests.browser.demos import Demo
from tests.browser.desks import Desk
from tests.support import axe, files

PHONE = {"width": 390, "height": 844}
MINUTES = FilePayload(name="bien-ban.pdf", mimeType="application/pdf", buffer=files.pdf())


def test_a_draft_with_a_file_survives_signing_out_and_is_reviewed_before_it_is_sent(
    shared_demo: Demo, new_page: Callable[..., Page], submitted: Callable[..., str]
) -> None:
    code = submitted("laodong2")
    person = Desk(new_page(), shared_demo.address).sign_in("laodong2").open_mine(code)
    person.fill({"reason": "Đã họp xét ngày 25/11"})
    expect(person.page.locator("[data-draft-status]")).to_contain_text("Đã lưu nháp lúc")
    person.page.locator("#field-papers").set_input_files([MINUTES])
    expect(person.page.locator(".files")).to_contain_text("bien-ban.pdf")
    person.page.locator(".masthead .menu summary").click()
    person.press("Sign out")
    person.sign_in("laodong2").open_mine(code)
    expect(person.page.locator(".restored")).to_be_visible()
    expect(person.page.locator("#field-reason")).to_have_value("Đã họp xét ngày 25/11")
    person.fill({"outcome": "accept"}).press("Review before sending")
    expect(person.page.locator("main")).to_contain_text("bien-ban.pdf")
    expect(person.page.locator(".foreseen")).to_contain_text("Lập tờ trình gửi cơ quan Nội vụ")
    person.send()
    person.expect_done()
    person.open_dossier_page(code)
    expect(person.page.locator("#papers")).to_contain_text("bien-ban.pdf")


def test_a_change_by_somebody_else_is_told_while_typing(
    desk: Callable[..., Desk], submitted: Callable[..., str]
) -> None:
    code = submitted("laodong1")
    reviewer, clerk = desk("laodong1").open_mine(code), desk("vanphu").open_dossier_page(code)
    reviewer.fill({"reason": "Đang xem"})
    clerk.follow("Withdraw the dossier")
    clerk.page.locator("#field-reason").fill("Nộp nhầm đợt")
    clerk.press("Withdraw, finally")
    expect(clerk.page.locator(".alert-success")).to_be_visible()
    told = reviewer.page.locator("[data-changes-url]")
    told.dispatch_event("trinh:look")
    expect(told).to_contain_text(code)
    expect(reviewer.page.locator("#field-reason")).to_have_value("Đang xem")


def test_papers_are_looked_at_and_people_called_on_a_phone(
    desk: Callable[..., Desk], submitted: Callable[..., str]
) -> None:
    code = submitted()
    phone = desk("laodong1", **PHONE).open_dossier_page(code)
    phone.page.locator("a[href$='/preview']").first.click()
    expect(phone.page.locator("iframe[data-preview-ready]")).to_be_visible()
    expect(phone.page.frame_locator("iframe").get_by_role("img", name="Trang 1/1")).to_be_visible()
    phone.open_dossier_page(code, "comments")
    phone.page.locator("#field-body").press_sequentially("Nhờ @noivu2")
    expect(phone.page.get_by_role("option").first).to_be_visible()
    assert not axe.grave_violations(phone.page)
    phone.page.keyboard.press("Enter")
    sent: list[str] = []
    phone.page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    phone.button("Write the comment").dblclick()
    expect(phone.page.locator(".comment b")).to_have_count(1)
    assert len([one for one in sent if one.startswith("POST") and one.endswith("/comments")]) == 1
    colleague = desk("noivu2").go("/inbox/mine")
    expect(colleague.page.locator(".hint-line")).to_contain_text(code)
    colleague.page.locator(".hint-line a").first.click()
    expect(colleague.page.locator(".comment__words")).to_contain_text("Nhờ @")
