"""The inbox in other hands: in English, on a phone, by keyboard alone."""

from collections.abc import Callable
from urllib.parse import urlencode

from playwright.sync_api import expect

from service.domain.tasks import Folder
from tests.browser.desks import Desk, expect_fits

APPRAISED = "VN-HN2024-0007"
PHONE = {"width": 390, "height": 844}


def test_the_inbox_speaks_english(desk: Callable[..., Desk]) -> None:
    person = desk("noivu2", language="en").open_folder(Folder.GROUP)
    row = person.row(APPRAISED)
    expect(row).to_contain_text("09/12/2024")
    expect(row).to_contain_text("10 working days left")
    expect(row).to_contain_text("Appraise the dossier")
    person.claim(APPRAISED)
    expect(person.page.get_by_label("Return to the unit for supplement")).to_be_visible()


def test_a_reviewer_claims_and_decides_on_a_phone(
    desk: Callable[..., Desk], submitted: Callable[..., str]
) -> None:
    code = submitted()
    phone = desk("laodong1", **PHONE).open_folder(Folder.GROUP)
    expect_fits(phone.page)
    phone.claim(code)
    expect_fits(phone.page)
    phone.fill({"outcome": "accept"}).send()
    phone.expect_done()
    phone.open_folder(Folder.DONE)
    expect(phone.row(code)).to_be_visible()
    expect_fits(phone.page)


def test_keys_walk_open_search_and_explain(desk: Callable[..., Desk], submitted: Callable[..., str]) -> None:
    code = submitted()
    person = desk("laodong1").open_folder(Folder.GROUP)
    keyboard, links = person.page.keyboard, person.page.locator("[data-inbox-open]")
    keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    keyboard.press("j")
    expect(links.nth(1)).to_be_focused()
    keyboard.press("k")
    expect(links.nth(0)).to_be_focused()
    keyboard.press("?")
    expect(person.page.locator("dialog[open]")).to_be_visible()
    keyboard.press("Escape")
    keyboard.press("/")
    expect(person.page.locator("[data-search]")).to_be_focused()
    keyboard.type(code)
    keyboard.press("Enter")
    expect(links).to_have_count(1)
    person.page.wait_for_load_state()
    keyboard.press("j")
    keyboard.press("Enter")
    expect(person.page.locator(".banner__title")).to_be_focused()
    expect(person.page.locator(".banner")).to_contain_text(code)


def test_what_is_ticked_stays_so_while_tasks_are_looked_at(
    desk: Callable[..., Desk], submitted: Callable[..., str]
) -> None:
    title = "Khen thưởng hai hộ ở Suối Hàng"
    ticked, opened = submitted(title=title), submitted(title=title)
    person = desk("laodong1").go(f"/inbox/group?{urlencode({'q': title})}")
    person.row(ticked).get_by_role("checkbox").check()
    person.row(opened).locator("[data-inbox-open]").click()
    expect(person.page.locator(".banner")).to_contain_text(opened)
    expect(person.row(ticked).get_by_role("checkbox")).to_be_checked()
    expect(person.row(opened).get_by_role("checkbox")).not_to_be_checked()
    expect(person.button("Claim the ticked ones")).to_be_visible()
    expect(person.row(opened)).to_be_in_viewport(ratio=1)


def test_a_reviewer_puts_a_task_off_keeps_a_view_and_asks_for_a_dossier(
    desk: Callable[..., Desk], submitted: Callable[..., str]
) -> None:
    code = submitted()
    person = desk("laodong1", **PHONE).open_folder_at(Folder.GROUP, code)
    off = person.button("Put the ticked ones off …")
    expect(off).to_be_hidden()
    person.row(code).get_by_role("checkbox").check()
    off.click()
    person.page.locator("button[name=until]").first.click()
    person.expect_done()
    expect(person.row(code)).to_have_count(0)
    person.go(f"/inbox/why?code={code}")
    expect(person.page.get_by_role("main").get_by_role("status")).to_contain_text(code)
    expect_fits(person.page)
    person.open_folder(Folder.SNOOZED)
    person.row(code).get_by_role("button").click()
    person.expect_done()
    person.open_folder(Folder.GROUP).follow("More filters and order")
    expect_fits(person.page)
    person.page.locator("#field-q").fill(code)
    person.page.locator("#field-sort-0").select_option("unit")
    person.press("Show")
    expect(person.row(code)).to_be_visible()
    person.follow("Keep as a view")
    person.page.locator("#field-name").fill("Tìm nhanh")
    person.press("Save")
    person.expect_done()
    person.open_folder(Folder.MINE)
    person.page.get_by_role("link", name="Tìm nhanh").click()
    expect(person.row(code)).to_be_visible()
    expect_fits(person.page)


def test_no_key_alone_decides(desk: Callable[..., Desk], submitted: Callable[..., str]) -> None:
    code = submitted("laodong1")
    person = desk("laodong1").open_mine(code)
    person.page.locator(".banner__title").focus()
    for key in ("a", "d", "y", "s", "x", "1", "Enter"):
        person.page.keyboard.press(key)
    person.open_folder(Folder.MINE)
    expect(person.row(code)).to_be_visible()


def test_the_search_ignores_accents(desk: Callable[..., Desk]) -> None:
    person = desk("laodong1").go("/dossiers")
    person.page.locator("[data-search]").fill("van thanh")
    person.page.locator("[data-search]").press("Enter")
    expect(person.row("UBND xã Vạn Thạnh").first).to_be_visible()


def test_a_diagram_is_drawn_whole_where_motion_is_reduced(desk: Callable[..., Desk]) -> None:
    person = desk("noivu1")
    person.page.emulate_media(reduced_motion="reduce")
    person.open_dossier_page(APPRAISED, "diagram")
    drawing = person.page.locator(".diagram[data-diagram-ready]")
    frame, drawn = drawing.bounding_box(), drawing.locator(".viewport").bounding_box()
    assert frame is not None
    assert drawn is not None
    assert frame["y"] <= drawn["y"]
    assert drawn["y"] + drawn["height"] <= frame["y"] + frame["height"]
