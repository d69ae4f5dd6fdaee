"""Folders of the inbox: what lies in them, in which order, found by what."""

from datetime import date, timedelta
from itertools import pairwise, product

from service.domain.queues import Wanted, read_sort, read_wanted
from service.domain.tasks import Folder
from service.operations.work import folders, snoozes
from service.store.tables import Organisation, UserTask
from tests.builders import World
from tests.integration.operations.acting import seat_council


def lying(world: World, who: str, which: Folder, **said: str) -> list[int]:
    """The dossiers in a folder of somebody's inbox."""
    with world.database.read() as work:
        found = folders.look(work, world.actor(who), read_wanted(which, said))
        return [task.dossier_id for task in found.tasks]


def counts(world: World, who: str) -> dict[Folder, int]:
    with world.database.read() as work:
        counted = folders.count(work, world.actor(who)).folders
        return {which: number for which, number in counted.items() if number}


def test_a_task_moves_through_the_folders_with_what_becomes_of_it(world: World) -> None:
    dossier_id = world.carry_to("select", title="Khen thưởng đảo Đầm Môn")
    task_id = world.task(dossier_id).id
    assert lying(world, "labour", Folder.GROUP) == [dossier_id]
    assert lying(world, "clerk", Folder.WAITING) == lying(world, "clerk", Folder.DONE) == [dossier_id]
    world.claim("labour", task_id)
    assert counts(world, "labour") == {Folder.MINE: 1}
    assert counts(world, "labour2") == {}
    assert counts(world, "labour_head") == {Folder.OFFICE: 1}
    world.select(dossier_id, outcome="return_unit", reason="Chưa có xác nhận của Đầm Môn.")
    assert counts(world, "labour") == {Folder.SUPPLEMENT: 1, Folder.WAITING: 1, Folder.DONE: 1}
    assert counts(world, "clerk") == {Folder.MINE: 1, Folder.SUPPLEMENT: 1, Folder.DONE: 1}
    world.submit(dossier_id)
    world.select(dossier_id)
    assert counts(world, "labour") == {Folder.GROUP: 1, Folder.DONE: 2}, "the letter is still to be sent"
    assert counts(world, "clerk") == {Folder.WAITING: 1, Folder.DONE: 2}, "a dossier is waited for once"
    world.forward_to_interior(dossier_id)
    world.appraise(dossier_id, outcome="refuse", reason="Không đủ điều kiện.")
    assert Folder.WAITING not in counts(world, "labour") | counts(world, "clerk"), "it has ended"


def test_a_filter_offers_whoever_can_hold_a_task_and_no_colleague_of_a_council(world: World) -> None:
    seat_council(world, "labour", "interior")
    with world.database.read() as work:
        offered = {
            who: [one.sign_in_name for one in folders.choices(work, world.actor(who)).holders]
            for who in ("labour", "labour_head")
        }
    assert offered == {"labour": ["labour", "labour2"], "labour_head": ["labour_head", "labour", "labour2"]}


def test_what_one_waits_for_is_read_on_in_the_order_of_having_been_sent_on(world: World) -> None:
    sent = [world.carry_to("select") for _ in range(2)]
    world.on("2024-11-20 10:00")
    sent += [world.carry_to("select") for _ in range(3)]
    world.on("2024-11-20 11:00")
    world.select(sent[0])  # Its open step is the youngest now; it has been waited for the longest still.
    wanted, found, cursor = Wanted(Folder.WAITING), list[int](), None
    with world.database.read() as work:
        for _ in range(3):
            page = folders.look(work, world.actor("clerk"), wanted, cursor, limit=2)
            found += [task.dossier_id for task in page.tasks]
            cursor = page.following
        assert cursor is None
    assert found == sent


def test_a_folder_is_searched_without_accents_in_all_that_people_remember(world: World) -> None:
    dossier_id = world.carry_to("select", title="Khen thưởng đảo Đầm Môn")
    world.select(dossier_id, outcome="return_unit", reason="Thiếu xác nhận của thôn Xuân Tự.")
    world.submit(dossier_id)
    for text in (
        "Đầm môn",
        "dam mon",
        "nguyễn văn 1",
        "van gia",
        "xuan tu",
        "THIẾU XÁC",
        "môn đảo",
        "tu dao khen",
    ):
        assert lying(world, "labour", Folder.MINE, q=text) == [dossier_id], text
    for text in ("Vạn Thạnh 9", "100%", "_", "xuan_tu", "dao mon nhatrang"):
        assert lying(world, "labour", Folder.MINE, q=text) == [], text


def test_filters_are_put_on_top_of_each_other(world: World) -> None:
    selecting, forwarding = world.carry_to("select"), world.carry_to("forward_to_interior")
    neighbour = world.open_dossier("neighbour")
    world.submit(neighbour, "neighbour")
    with world.database.read() as work:
        units = {row.key: str(row.id) for row in work.session.query(Organisation)}
    world.claim("labour", world.task(forwarding).id)
    holder = str(world.actor("labour").person_id)
    assert lying(world, "labour", Folder.GROUP, unit=units["van_thanh"]) == [neighbour]
    assert lying(world, "labour", Folder.GROUP, act="select", unit=units["van_gia"]) == [selecting]
    assert lying(world, "labour", Folder.GROUP, act="forward") == []
    assert lying(world, "labour_head", Folder.OFFICE, holder=holder) == [forwarding]
    assert lying(world, "labour_head", Folder.OFFICE, holder="0") == [selecting, neighbour]
    assert lying(world, "labour_head", Folder.OFFICE, round="999999") == []


ORDERS = ("", "deadline", "-deadline", "unit,-code", "step,-opened", "-code", "opened,unit,-deadline")


def test_every_order_reads_on_without_losing_or_repeating_a_row(world: World) -> None:
    """Rows with many ties, in pages of two, come in the very order of one long page."""
    _spread(world)
    for which, order in product((Folder.GROUP, Folder.OFFICE, Folder.OVERDUE, Folder.DONE), ORDERS):
        who = {Folder.OFFICE: "labour_head", Folder.DONE: "clerk"}.get(which, "labour")
        wanted, actor = Wanted(which, sort=read_sort(order)), world.actor(who)
        with world.database.read() as work:
            whole = folders.look(work, actor, wanted, limit=100)
            page = folders.look(work, actor, wanted, limit=2)
            pages = page.tasks
            while page.following:
                page = folders.look(work, actor, wanted, page.following, limit=2)
                pages = pages + page.tasks
            assert [task.id for task in pages] == [task.id for task in whole.tasks], (which, order)
            assert len(whole.tasks) >= 3
            for before, behind in pairwise(whole.tasks):
                assert _stand(before, behind, order), (which, order)


def _stand(before: UserTask, behind: UserTask, order: str) -> bool:
    """Whether two rows stand in an order as far as its first key says."""
    first = order.partition(",")[0]
    if not first:
        return True
    kept = {
        "deadline": lambda task: task.sort_at,
        "unit": lambda task: task.dossier.unit.sort_key,
        "step": lambda task: task.act != "select",
        "code": lambda task: task.dossier.code,
        "opened": lambda task: task.opened_at,
    }[first.removeprefix("-")]
    return kept(behind) <= kept(before) if first.startswith("-") else kept(before) <= kept(behind)


def _spread(world: World) -> None:
    """Three dossiers of each of two units, some a step further, opened over hours, all late."""
    for number in range(6):
        who = ("clerk", "neighbour")[number % 2]
        dossier_id = world.open_dossier(who)
        world.submit(dossier_id, who)
        if number % 3 == 0:
            world.select(dossier_id)
        if number % 2:
            world.clock.advance(timedelta(hours=1))
    world.on("2024-12-20 09:00")


def test_a_snoozed_task_is_hidden_from_one_person_until_its_day(world: World) -> None:
    dossier_id = world.carry_to("select")
    task_id = world.task(dossier_id).id
    with world.database.write() as work:
        snoozes.snooze(work, world.actor("labour"), task_id, date(2024, 12, 4))
    assert counts(world, "labour") == {Folder.SNOOZED: 1}
    assert lying(world, "labour", Folder.SNOOZED) == [dossier_id]
    assert counts(world, "labour2") == {Folder.GROUP: 1}
    world.on("2024-12-03 23:59")
    assert counts(world, "labour") == {Folder.SNOOZED: 1}
    world.on("2024-12-04 00:00")
    assert counts(world, "labour") == {Folder.GROUP: 1, Folder.SOON: 1}


def test_a_snooze_hides_nothing_on_the_last_day_of_a_deadline_that_has_come_nearer(world: World) -> None:
    dossier_id = world.carry_to("select")
    task = world.task(dossier_id)
    with world.database.write() as work:
        snoozes.snooze(work, world.actor("labour"), task.id, date(2024, 12, 4))
        row = work.session.merge(task)
        row.sort_at = row.due_at = (task.due_at or task.sort_at) - timedelta(days=3)
    world.on("2024-11-30 23:59")
    assert counts(world, "labour") == {Folder.SNOOZED: 1}
    world.on("2024-12-01 00:00")
    assert counts(world, "labour") == {Folder.GROUP: 1, Folder.SOON: 1}
