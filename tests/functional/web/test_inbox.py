"""Folders, counts, filters, pages of the queue."""

import re

import pytest
from flask import Flask

from service.web.work import queues
from tests.builders import World
from tests.functional.web.browsers import Browser, signed_in, words

NEXT_PAGE = re.compile(r'href="(/inbox/[^"]*after=[^"]*)"')


def codes(page: str) -> list[str]:
    """The dossiers in the order of the rows."""
    return re.findall(r"queue__code\">([^<]+)<", page)


def counts(browser: Browser) -> list[str]:
    return re.findall(r"folders__count[^>]*>([^<]+)<", browser.get("/inbox/mine/counts").text)


def test_a_submitted_dossier_waits_unclaimed_in_the_office(app: Flask, world: World) -> None:
    world.carry_to("select", title="Hồ sơ của xã")
    labour = signed_in(app, "labour")
    assert counts(labour) == ["0", "1", "0", "0", "0", "0", "0", "0"]
    page = words(labour.get("/inbox/group"))
    assert "Hồ sơ của xã" in page
    assert "UBND thị trấn Vạn Giã" in page
    assert "04/12/2024" in page
    assert counts(signed_in(app, "interior")) == ["0"] * 8


def test_working_days_left_are_told_in_words(app: Flask, world: World) -> None:
    world.carry_to("select")
    labour = signed_in(app, "labour")
    labour.post("/language", {"language": "en"})
    said = {}
    for day in ("2024-11-27", "2024-12-03", "2024-12-04", "2024-12-05", "2024-12-07"):
        world.on(f"{day} 08:00")
        labour.sign_in("labour")
        page = words(labour.get("/inbox/group"))
        found = re.search(r"04/12/2024 (.+?) nobody yet", page)
        assert found is not None
        said[day] = found[1]
    assert said == {
        "2024-11-27": "5 working days left",
        "2024-12-03": "1 working day left",
        "2024-12-04": "due today",
        "2024-12-05": "1 day overdue",
        "2024-12-07": "3 days overdue",
    }


def test_search_needs_no_accents(app: Flask, world: World) -> None:
    world.carry_to("select", title="Thôn Đầm Môn")
    world.carry_to("select", title="Thôn Xuân Tự")
    labour = signed_in(app, "labour")
    page = words(labour.get("/inbox/group?q=dam%20mon"))
    assert "Thôn Đầm Môn" in page
    assert "Xuân Tự" not in page
    assert "Thôn Đầm Môn" in words(labour.get("/inbox/group?q=ĐẦM"))
    assert not codes(labour.get("/inbox/group?q=100%25").text)


def test_a_step_can_be_picked_out(app: Flask, world: World) -> None:
    world.carry_to("select", title="Đang xét")
    world.carry_to("forward_to_interior", title="Chờ tờ trình")
    page = words(signed_in(app, "labour").get("/inbox/group?act=forward"))
    assert "Chờ tờ trình" in page
    assert "Đang xét" not in page


def test_a_column_head_leads_the_order_and_keeps_the_keys_there_is_room_for(app: Flask, world: World) -> None:
    world.carry_to("select")
    labour = signed_in(app, "labour")

    def orders(sort: str) -> list[str]:
        page = labour.get(f"/inbox/group?sort={sort}").text
        head = page.partition("<thead>")[2].partition("</thead>")[0]
        return re.findall(r"sort=([a-z,-]+)", head)

    assert "deadline,unit,-code" in orders("unit,-deadline,-code")
    assert "-step,-opened,code" in orders("step,-opened,code"), "turned round"
    assert "deadline,step,-opened" in orders("step,-opened,code")


def test_a_long_folder_is_read_page_by_page(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "PAGE_SIZE", 2)
    for number in range(5):
        world.carry_to("select", title=f"Hồ sơ {number}")
    labour = signed_in(app, "labour")
    seen: list[str] = []
    address = "/inbox/group"
    for _ in range(3):
        page = labour.get(address).text
        seen += codes(page)
        following = NEXT_PAGE.search(page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == 5
    assert address == ""


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/inbox/nothing", 404),
        ("/inbox/mine?act=delete", 400),
        ("/inbox/mine?after=x", 400),
        ("/inbox/mine?sort=nothing", 400),
        ("/inbox/mine?unit=" + "9" * 30, 400),
        *((f"/inbox/group?{name}={'1'.zfill(20)}{'9' * 20}", 400) for name in ("unit", "holder", "round")),
        ("/inbox/group?holder=" + "9" * 5000, 400),
        ("/inbox/mine?view=x&round=1&unit=1&holder=1&sort=unit,-deadline,code", 200),
        ("/inbox/mine?after=999999999999999999999-1", 400),
        ("/inbox/mine?q=" + "a" * 3000, 200),
    ],
)
def test_a_broken_address_is_not_a_fault(app: Flask, address: str, status: int) -> None:
    assert signed_in(app, "labour").get(address).status_code == status


def test_counts_that_have_not_changed_are_not_sent_again(app: Flask, world: World) -> None:
    labour = signed_in(app, "labour")
    first = labour.get("/inbox/mine/counts", fragment=True)
    known = {"If-None-Match": first.headers["ETag"]}
    assert labour.get("/inbox/mine/counts", fragment=True, headers=known).status_code == 304
    world.carry_to("select")
    assert labour.get("/inbox/mine/counts", fragment=True, headers=known).status_code == 200


def test_what_can_be_taken_or_is_in_hand_can_be_ticked(app: Flask, world: World) -> None:
    chosen = [world.task(world.carry_to("select")).id, world.task(world.carry_to("forward_to_interior")).id]
    world.claim("labour2", world.task(world.carry_to("select")).id)
    page = signed_in(app, "labour").get("/inbox/group").text
    assert sorted(map(int, re.findall(r'name="task" value="(\d+)"', page))) == sorted(chosen)
    assert 'name="do" value="forward"' in page
    assert 'name="do" value="assign"' not in page, "only heads give tasks to others"


def test_what_a_dossier_says_of_itself_is_never_markup(app: Flask, world: World) -> None:
    dossier_id = world.carry_to("select", title='<script>alert(1)</script>"onx=')
    labour = signed_in(app, "labour")
    for address in (
        "/inbox/group",
        "/dossiers",
        f"/dossiers/{dossier_id}",
        f"/dossiers/{dossier_id}/history",
    ):
        page = labour.get(address).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page
