"""What goes wrong at a desk: each is told plainly, and nothing that was typed is lost."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from service.domain.dossiers import Verdict
from service.domain.tasks import Folder
from tests.browser.desks import Desk

DRAFT = "VN-HN2024-0001"
REASON = "Đề nghị bổ sung xác nhận của UBND xã."


def test_what_was_typed_survives_a_session_that_ended(
    desk: Callable[..., Desk], submitted: Callable[..., str]
) -> None:
    person = desk("laodong1").open_mine(submitted("laodong1"))
    person.fill({"outcome": "return_unit", "reason": REASON})
    person.page.context.clear_cookies()
    person.send()
    person.follow("Sign in and go on")
    person.give_name_and_password("laodong1")
    person.expect_form()
    expect(person.page.locator("#field-reason")).to_have_value(REASON)
    expect(person.page.locator("#field-outcome input[value=return_unit]")).to_be_checked()
    person.send()
    person.expect_done()


def test_a_plain_form_says_what_is_wrong_cuts_nothing_off_and_outlives_another_language(
    desk: Callable[..., Desk],
) -> None:
    person = desk("vangia").open_mine(DRAFT).open_dossier()
    person.follow("Add a nomination")
    name, report = (person.page.locator(f"#field-{one}") for one in ("nominee_name", "achievement"))
    expect(name).to_be_visible()
    person.page.wait_for_load_state()  # A script words what the browser says.
    said = "element => (element.checkValidity(), element.validationMessage)"
    assert name.evaluate(said) == "Nhập mục “Tên đối tượng”."
    pasted = "Hộ ông " + "Nguyễn Văn " * 30
    name.fill(pasted)
    assert name.evaluate(said) == "“Tên đối tượng” dài quá 200 ký tự; hãy rút gọn."
    report.fill("Giúp bốn hộ thoát nghèo.")
    person.page.locator("main form").evaluate("form => { form.noValidate = true; }")
    for language in ("en", "vi"):
        person.press("Save")  # Refused twice: the address it was sent to opens no page.
        expect(person.page.locator("[data-error-summary]")).to_be_focused()
        person.speak(language)
        expect(person.page).to_have_url(re.compile("/nominations/new$"))
        expect(name).to_have_value(pasted)
        expect(report).to_have_value("Giúp bốn hộ thoát nghèo.")
        person.page.locator("main form").evaluate("form => { form.noValidate = true; }")


def test_a_refused_form_that_is_left_at_once_is_filled_in_again(desk: Callable[..., Desk]) -> None:
    person = desk("vanphu").go("/dossiers/new")
    title = person.page.locator("#field-title")
    title.fill("Khen thưởng " + "hộ thoát nghèo " * 30)
    person.page.locator("main form").evaluate("form => { form.noValidate = true; }")
    person.page.locator("main form .btn-primary").click()
    expect(person.page.locator("[data-error-summary]")).to_be_focused()
    person.go("/").go("/dossiers/new")
    expect(title).to_have_value(re.compile("^Khen thưởng hộ thoát nghèo"))
    person.page.reload()  # By now the server has it.
    person.press("Throw the draft away")
    expect(title).to_have_value("")


def test_a_task_that_a_colleague_just_completed_is_told(
    desk: Callable[..., Desk], submitted: Callable[..., str]
) -> None:
    code = submitted()
    slow, fast = desk("laodong2"), desk("laodong1")
    slow.open_folder_at(Folder.GROUP, code)
    fast.claim(code).fill({"outcome": "accept"}).send()
    fast.expect_done()
    slow.row(code).get_by_role("button", name=slow.words("Claim")).click()
    expect(slow.page.locator(".error-summary")).to_be_visible()
    expect(slow.page.locator(".banner")).to_contain_text("Đặng Thị Thu")


def test_a_second_window_learns_that_the_first_has_completed(
    desk: Callable[..., Desk], submitted: Callable[..., str]
) -> None:
    code = submitted("laodong1")
    first = desk("laodong1").open_mine(code)
    second = Desk(first.page.context.new_page(), first.address).open_mine(code)
    second.fill({"outcome": "return_unit", "reason": REASON})
    first.fill({"outcome": "accept"}).send()
    first.expect_done()
    second.send()
    expect(second.page.locator(".error-summary")).to_be_visible()
    expect(second.page.locator("#not-taken")).to_contain_text(REASON)
    second.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    second.press("Copy")
    expect(second.page.locator("[data-copied]")).to_be_visible()
    assert REASON in second.page.evaluate("navigator.clipboard.readText()")
    second.open_folder(Folder.MINE)
    kept = second.page.evaluate("Object.values(localStorage).join()")
    assert REASON in kept, "this browser lets go only of what the server has taken"


def test_a_missing_reason_is_asked_for_and_keeps_the_rest(
    desk: Callable[..., Desk], submitted: Callable[..., str]
) -> None:
    person = desk("laodong1").open_mine(submitted("laodong1"))
    nominee = person.page.get_by_role("row").filter(has_text="Hộ ông Nguyễn Văn 1")
    nominee.get_by_label(person.term(Verdict.DROP), exact=True).check()
    nominee.get_by_role("textbox").fill("Chưa đủ hai năm liên tục.")
    person.fill({"outcome": "return_unit"}).send()
    summary = person.page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    summary.get_by_role("link").first.click()
    expect(person.page.locator("#field-reason")).to_be_focused()
    expect(person.page.locator("#field-outcome input[value=return_unit]")).to_be_checked()
    expect(nominee.get_by_role("textbox")).to_have_value("Chưa đủ hai năm liên tục.")


def test_a_nomination_dropped_without_a_reason_keeps_the_text(
    desk: Callable[..., Desk], submitted: Callable[..., str]
) -> None:
    person = desk("laodong1").open_mine(submitted("laodong1"))
    nominee = person.page.get_by_role("row").filter(has_text="Hộ ông Nguyễn Văn 1")
    nominee.get_by_label(person.term(Verdict.DROP), exact=True).check()
    person.fill({"outcome": "accept", "reason": "Hồ sơ còn lại đạt."}).send()
    expect(person.page.locator("[data-error-summary]")).to_be_focused()
    person.expect_form()
    expect(nominee.get_by_label(person.term(Verdict.DROP), exact=True)).to_be_checked()
    expect(person.page.locator("#field-reason")).to_have_value("Hồ sơ còn lại đạt.")


def test_a_file_that_only_calls_itself_a_pdf_is_refused(desk: Callable[..., Desk], tmp_path: Path) -> None:
    fake = tmp_path / "bao-cao.pdf"
    fake.write_bytes(b"<html><script>alert(1)</script></html>")
    person = desk("vangia").open_mine(DRAFT).open_dossier()
    person.attach(fake)
    expect(person.page.locator("[data-error-summary]")).to_contain_text("bao-cao.pdf")
    assert len(person.missing_papers()) == 4


def test_a_file_of_30_mb_is_refused_before_it_is_sent(desk: Callable[..., Desk], tmp_path: Path) -> None:
    large = tmp_path / "anh-chup.pdf"
    with large.open("wb") as file:
        file.write(b"%PDF-1.4\n")
        file.truncate(30 * 1024**2)
    person = desk("vangia").open_mine(DRAFT).open_dossier()
    sent: list[str] = []
    person.page.on("request", lambda request: sent.append(request.method))
    person.attach(large)
    expect(person.page.get_by_text("20 MB").first).to_be_visible()
    expect(person.page.get_by_text("anh-chup.pdf").first).to_be_visible()
    assert "POST" not in sent


@pytest.mark.parametrize(("who", "status"), [("noivu1", 200), ("vanthanh", 404)])
def test_another_offices_task_cannot_be_taken(
    desk: Callable[..., Desk], submitted: Callable[..., str], who: str, status: int
) -> None:
    """A reviewing office may look at a submitted dossier; another unit does not learn of it."""
    code = submitted()
    owner = desk("laodong1").open_folder_at(Folder.GROUP, code)
    path = owner.row(code).locator("[data-inbox-open]").get_attribute("href") or ""
    stranger = desk(who)
    answer = stranger.page.goto(stranger.address + path.partition("?")[0])
    assert answer is not None
    assert answer.status == status
    expect(stranger.button("Claim this task")).to_have_count(0)
    expect(stranger.page.locator("form[data-form-schema-id]")).to_have_count(0)


def test_a_decision_number_is_asked_for_only_while_something_local_is_kept(desk: Callable[..., Desk]) -> None:
    chairman = desk("chutich").open_folder(Folder.GROUP)
    task = chairman.page.locator("input[name=task]").first.get_attribute("value")
    chairman.go(f"/papers/decide?task={task}").expect_form()
    number = chairman.page.locator("#field-decision_number")
    own = chairman.page.locator("[data-power=own]")
    number.fill("2102/QĐ-UBND")
    for row in own.all():
        row.get_by_label(chairman.term(Verdict.DROP), exact=True).check()
    expect(number).to_have_count(0)
    own.first.get_by_label(chairman.term(Verdict.SELECT), exact=True).check()
    expect(number).to_have_value("2102/QĐ-UBND")
