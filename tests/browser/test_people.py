"""People who work together: a council is asked from a task and votes on a phone."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.desks import Desk, expect_fits
from tests.support import axe

QUESTION = "Hội đồng có đồng ý đề nghị khen thưởng không?"


def test_a_council_is_asked_and_votes_on_a_phone(
    desk: Callable[..., Desk], submitted: Callable[..., str]
) -> None:
    interior = desk("noivu1").claim(submitted(at="appraise"))
    interior.page.get_by_role("link", name=interior.words("Ask for an opinion …")).click()
    council = interior.page.locator("input[name=organisation]").nth(1)
    council.check()
    interior.page.locator("#field-question").fill(QUESTION)
    assert not axe.grave_violations(interior.page)
    interior.press("Ask")
    expect(interior.page.get_by_role("status").first).to_contain_text(
        interior.words("They have been asked by mail and find the question in their inbox.")
    )

    member = desk("laodong.truong", width=390, height=844).go("/opinions")
    member.page.get_by_role("link", name=QUESTION).click()
    member.page.locator("input[type=radio][value=agree]").check()
    assert not axe.grave_violations(member.page)
    expect_fits(member.page)
    member.press("Cast the ballot")
    expect(member.page.locator("main")).to_contain_text(member.words("has voted"))
