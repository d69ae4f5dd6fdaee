"""Tasks that go from hand to hand: to a colleague and back, by the head, to a substitute, many at once."""

from collections.abc import Callable

from playwright.sync_api import Locator, expect

from service.domain.tasks import Folder
from service.store import dossiers
from tests.browser.desks import Desk, expect_fits
from tests.builders import World
from tests.support import axe

PHONE = {"width": 390, "height": 844}
NOTE = "Nhờ anh xem giúp phần thành tích."
FOUND = "Thành tích đúng với báo cáo của xã."
REASON = "Chị Thu đi công tác đột xuất."
SUPPLEMENT = "Đề nghị bổ sung xác nhận của UBND xã."


def status(desk: Desk) -> Locator:
    """The line that tells what has just been done."""
    return desk.page.locator(".alert-success").first


def hand(
    desk: Desk, sentence: str, button: str, *, person: str | None = None, words: str, field: str
) -> None:
    """Hands the open task on: by the link below it, to somebody if asked whom, with a few words."""
    # What gives a task back stands at the end of its form too.
    desk.page.get_by_role("link", name=desk.words(sentence), exact=True).first.click()
    assert not axe.grave_violations(desk.page)
    if person:
        desk.page.locator("#field-person").select_option(label=person)
    desk.page.locator(f"#field-{field}").fill(words)
    desk.press(button)


def test_a_task_goes_to_a_colleague_and_back_and_by_the_head_to_another(
    desk: Callable[..., Desk], submitted: Callable[..., str]
) -> None:
    code = submitted("laodong1")
    owner = desk("laodong1").open_mine(code)
    hand(owner, "Ask a colleague …", "Ask the colleague", person="Ngô Văn Ân", words=NOTE, field="note")
    expect(status(owner)).to_contain_text("Ngô Văn Ân")
    expect(owner.page.locator(".banner")).to_contain_text("Ngô Văn Ân")

    colleague = desk("laodong2").open_mine(code)
    expect(colleague.page.locator(".alert-warning")).to_contain_text("Đặng Thị Thu")
    expect(colleague.page.locator(".alert-warning")).to_contain_text(NOTE)
    expect(colleague.button("Release")).to_have_count(0)
    colleague.fill({"reason": FOUND})
    hand(colleague, "Give back …", "Give back", words="Đã xem xong.", field="note")
    expect(status(colleague)).to_contain_text("Đặng Thị Thu")

    owner.open_mine(code)
    expect(owner.page.locator(".alert-success")).to_contain_text("Đã xem xong.")
    expect(owner.page.locator("#field-reason")).to_have_value(FOUND)
    task = owner.page.url

    head = desk("laodong.truong")
    head.page.goto(task)
    hand(head, "Give to somebody else …", "Give the task", person="Ngô Văn Ân", words=REASON, field="reason")
    expect(status(head)).to_contain_text("Ngô Văn Ân")
    owner.page.reload()
    expect(owner.page.locator(".banner")).to_contain_text("Ngô Văn Ân")
    expect(owner.page.locator("form[data-form-schema-id]")).to_have_count(0)

    colleague.open_mine(code).fill({"outcome": "return_unit", "reason": SUPPLEMENT}).send()
    colleague.expect_done()
    colleague.open_folder(Folder.WAITING)
    waits = colleague.row(code)
    expect(waits).to_contain_text("UBND xã Vạn Phú")
    expect(waits).to_contain_text("từ 25/11/2024")

    history = colleague.open_dossier_page(code, "history").page.locator(".timeline")
    for line in (NOTE, "Đã xem xong.", REASON, SUPPLEMENT):
        expect(history.locator("li").filter(has_text=line)).to_have_count(1)
    expect(history.locator("li").filter(has_text=REASON)).to_contain_text("Dương Thị Yến")


def test_a_substitute_acts_for_who_is_away_and_the_history_says_so(
    desk: Callable[..., Desk], submitted: Callable[..., str]
) -> None:
    code = submitted("noivu1", at="appraise")
    absent = desk("noivu1", **PHONE).go("/people/absences")
    page = absent.page
    page.locator("#field-substitute").select_option(label="Lý Thị Ánh")
    page.locator("#field-last_day").fill("31/02/2024")
    page.locator("#field-reason").fill("Nghỉ phép")
    absent.press("Enter the absence")
    expect(page.locator("[data-error-summary] a")).to_contain_text("Không có ngày 31/02/2024.")
    page.locator("[data-error-summary] a").click()
    expect(page.locator("#field-last_day")).to_be_focused()
    expect(page.locator("#field-substitute option:checked")).to_have_text("Lý Thị Ánh")
    page.locator("#field-last_day").fill("29/11/2024")
    absent.press("Enter the absence")
    standing = page.get_by_role("region", name=absent.words("Now and to come"))
    expect(standing).to_contain_text("Lý Thị Ánh")
    expect(standing).to_contain_text("25/11/2024 – 29/11/2024")
    expect_fits(page)
    assert not axe.grave_violations(page)

    substitute = desk("noivu2", language="en").open_folder(Folder.MINE)
    expect(substitute.row(code)).to_contain_text("you, in place of Hồ Văn Quý")
    substitute.row(code).locator("[data-inbox-open]").click()
    substitute.expect_form()
    expect(substitute.page.locator(".alert-warning")).to_contain_text("You act for Hồ Văn Quý, who is away.")
    substitute.fill({"outcome": "accept"}).send()
    substitute.expect_done()
    substitute.open_dossier_page(code, "history")
    done = substitute.page.locator(".timeline li").filter(has_text="Appraise the dossier, Accepted")
    expect(done).to_contain_text("Lý Thị Ánh in place of Hồ Văn Quý")

    standing.get_by_role("button").click()
    expect(standing).to_contain_text(absent.words("Nobody is away."))


def test_the_head_gives_many_away_and_is_told_of_each(
    desk: Callable[..., Desk], submitted: Callable[..., str], shared_world: World
) -> None:
    codes = [submitted(), submitted(), submitted()]
    head = desk("laodong.truong").go("/inbox/office?sort=-code")
    for code in codes:
        head.row(code).get_by_role("checkbox").check()
    head.press("Give the ticked ones to …")
    chosen = head.page.locator("main li")
    expect(chosen).to_have_count(3)
    assert not axe.grave_violations(head.page)
    head.page.locator("#field-person").select_option(label="Ngô Văn Ân")
    head.page.locator("#field-reason").fill(REASON)
    # Meanwhile a reviewer has finished one of them.
    with shared_world.database.read() as work:
        finished = dossiers.by_code(work, codes[0])
        assert finished is not None
    shared_world.select(finished.id, "laodong1")
    head.press("Give them")
    rows = head.page.locator("main tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text(codes[0])
    expect(rows.first).to_contain_text("Đặng Thị Thu")
    for code in codes[1:]:
        expect(rows.filter(has_text=code)).to_contain_text(head.words("done"))
    assert not axe.grave_violations(head.page)
    given = desk("laodong2", **PHONE).open_folder(Folder.MINE)
    for code in codes[1:]:
        expect(given.row(code)).to_be_visible()
    expect(given.row(codes[0])).to_have_count(0)
    expect_fits(given.page)
