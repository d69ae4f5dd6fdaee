"""What is kept as it was: older files of a dossier, the form a task was opened with, and the printed slip."""

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from service.operations.setup import deployments
from tests.browser.demos import Demo, demo_world, submit_dossier
from tests.browser.desks import Desk, expect_fits
from tests.builders import ROOT
from tests.support import axe
from tests.support.files import paper

PHONE = {"width": 390, "height": 844}
WHY = "Bản trước thiếu chữ ký."
NEW = "Ý kiến của cơ quan xét chọn"


def test_a_replaced_file_keeps_its_older_version_and_the_slip_prints(
    desk: Callable[..., Desk], submitted: Callable[..., str], tmp_path: Path
) -> None:
    code = submitted("laodong1")
    reviewer = desk("laodong1").open_mine(code)
    reviewer.fill({"outcome": "return_unit", "reason": WHY}).send()
    reviewer.expect_done()

    newer = tmp_path / "tờ trình ký lại.pdf"
    newer.write_bytes(paper("signed again"))
    clerk = desk("vanphu", **PHONE).open_mine(code).open_dossier()
    clerk.page.get_by_role("link", name=clerk.words("Replace")).first.click()
    clerk.page.locator("#field-file").set_input_files(newer)
    assert not axe.grave_violations(clerk.page)
    clerk.page.locator("#field-reason").fill(WHY)
    clerk.press("Replace")
    papers = clerk.page.locator("#papers")
    expect(papers).to_contain_text(newer.name)
    expect(papers).to_contain_text(WHY)
    expect_fits(clerk.page)

    reviewer.open_dossier_page(code)
    older = reviewer.page.locator("#papers details").filter(
        has_text=reviewer.words("Older versions: %(number)s", number=1)
    )
    older.locator("summary").click()
    with reviewer.page.expect_download() as download:
        older.get_by_role("link").click()
    before = download.value.path().read_bytes()
    with reviewer.page.expect_download() as download:
        reviewer.page.locator("#papers").get_by_role("link", name=newer.name).first.click()
    assert download.value.path().read_bytes() == newer.read_bytes() != before

    reviewer.open_dossier_page(code, "history").follow("Control slip")
    slip = reviewer.page.locator("article.paper")
    expect(slip.get_by_role("heading")).to_have_text("PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ")
    stays = slip.locator("tbody tr")
    expect(stays).to_have_count(3)
    expect(stays.nth(1)).to_contain_text("Phòng Lao động")
    expect(stays.nth(1)).to_contain_text(WHY)
    assert not axe.grave_violations(reviewer.page)
    reviewer.page.emulate_media(media="print")
    expect(reviewer.page.locator("header").first).to_be_hidden()
    expect(slip).to_be_visible()


def test_an_open_task_keeps_its_form_when_a_newer_one_is_deployed(
    ruled_demo: Demo, ruled_desk: Callable[..., Desk]
) -> None:
    form = json.loads((ROOT / "forms" / "select.json").read_text(encoding="utf-8"))
    reason = next(one for one in form["components"] if one["key"] == "reason")
    old = reason["label"]
    with demo_world(ruled_demo) as world:
        earlier = submit_dossier(world, "laodong1")
        reviewer = ruled_desk("laodong1").open_mine(earlier)
        expect(reviewer.page.get_by_label(old)).to_be_visible()
        reason["label"] = NEW
        with world.database.write() as work:
            deployments.deploy_form(work, "select", json.dumps(form))
        later = submit_dossier(world, "laodong1")
    reviewer.fill({"reason": WHY})
    reviewer.open_mine(later)
    expect(reviewer.page.get_by_label(NEW)).to_be_visible()
    reviewer.open_mine(earlier)
    expect(reviewer.page.get_by_label(old)).to_have_value(WHY)
    expect(reviewer.page.get_by_label(NEW)).to_have_count(0)
    reviewer.fill({"outcome": "return_unit"}).send()
    reviewer.expect_done()


def test_the_demo_was_set_up_in_its_own_time(desk: Callable[..., Desk]) -> None:
    deployed = desk("quantri").go("/definitions").page.locator("main table").first
    expect(deployed).to_contain_text("04/11/2024")
