"""Files of a dossier: only into one in preparation, only of the very dossier, and none left behind."""

from io import BytesIO

import pytest

from service.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from service.operations.dossier import attachments
from service.store.tables import Attachment
from service.store.work import Work
from tests.builders import World
from tests.integration.operations.readings import broken, history, page, rows
from tests.support.files import paper


def add(
    world: World, dossier_id: int, who: str = "clerk", content: bytes = b"", **more: object
) -> Attachment:
    """Attaches a small PDF."""
    with world.database.write() as work:
        return put(world, work, dossier_id, who, content, **more)


def put(
    world: World, work: Work, dossier_id: int, who: str, content: bytes = b"", **more: object
) -> Attachment:
    """Attaches a small PDF in an open Work."""
    return attachments.add(
        work,
        world.actor(who),
        world.folder,
        dossier_id,
        display_name="tờ trình.pdf",
        stream=BytesIO(content or paper("x")),
        **more,  # type: ignore[arg-type]
    )


def read(world: World, dossier_id: int, attachment_id: int, who: str = "clerk") -> bytes:
    """The bytes of a file as somebody downloads it."""
    with world.database.read() as work:
        _, stream = attachments.open_file(work, world.actor(who), world.folder, dossier_id, attachment_id)
        with stream:
            return stream.read()


def files(world: World) -> int:
    """How many files lie in the store."""
    return sum(path.is_file() for path in world.folder.rglob("*"))


def test_a_file_is_kept_with_its_digest_and_given_back(world: World) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    row = add(world, dossier_id)
    assert (row.display_name, row.media_type, row.size) == (
        "tờ trình.pdf",
        "application/pdf",
        len(paper("x")),
    )
    assert read(world, dossier_id, row.id) == paper("x")
    assert history(world, dossier_id)[-1].params["sha256"] == row.sha256
    assert broken(world) == []


def test_a_file_belongs_to_its_dossier_only(world: World) -> None:
    mine, other = world.open_dossier(with_papers=False), world.open_dossier(with_papers=False)
    row = add(world, mine)
    with pytest.raises(NotFound):
        read(world, other, row.id)
    with pytest.raises(NotFound), world.database.write() as work:
        attachments.remove(work, world.actor("clerk"), other, row.id)
    with pytest.raises(NotFound):
        read(world, mine, row.id + 1)
    for who in ("neighbour", "labour"):
        with pytest.raises(NotFound):
            read(world, mine, row.id, who)


def test_reviewers_read_files_once_the_dossier_has_been_submitted(world: World) -> None:
    dossier_id = world.carry_to("select")
    attachment_id = page(world, dossier_id).attachments[0].id
    assert read(world, dossier_id, attachment_id, "chairman") == read(world, dossier_id, attachment_id)


def test_only_the_holder_changes_files_and_only_while_preparing(world: World) -> None:
    dossier_id = world.open_dossier()
    for who, error in (("neighbour", NotFound), ("labour", NotFound), ("clerk_head", NotAllowed)):
        with pytest.raises(error):
            add(world, dossier_id, who)
    world.submit(dossier_id)
    attachment_id = page(world, dossier_id).attachments[0].id
    with pytest.raises(NotAllowed):
        add(world, dossier_id)
    with pytest.raises(NotAllowed), world.database.write() as work:
        attachments.remove(work, world.actor("clerk"), dossier_id, attachment_id)
    assert files(world) == 5


def test_a_removed_file_is_hidden_and_stays_for_the_trace(world: World) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    row = add(world, dossier_id)
    with world.database.write() as work:
        attachments.remove(work, world.actor("clerk"), dossier_id, row.id)
    assert page(world, dossier_id).attachments == []
    with pytest.raises(NotFound):
        read(world, dossier_id, row.id)
    with pytest.raises(NotFound), world.database.write() as work:
        attachments.remove(work, world.actor("clerk"), dossier_id, row.id)
    assert files(world) == 1
    assert history(world, dossier_id)[-1].kind == "attachment_removed"
    assert broken(world) == []


def test_a_file_goes_when_its_transaction_does_not_hold(world: World) -> None:
    dossier_id = world.open_dossier(with_papers=False)

    def take_two_and_fail(error: BaseException) -> None:
        with world.database.write() as work:
            put(world, work, dossier_id, "clerk")
            put(world, work, dossier_id, "clerk")
            raise error

    for error in (Conflict, KeyboardInterrupt):
        with pytest.raises(error):
            take_two_and_fail(error("Không."))  # type: ignore[arg-type]
    assert (files(world), rows(world, Attachment)) == (0, [])


def test_a_file_of_another_kind_or_too_large_leaves_nothing(world: World) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    with pytest.raises(Invalid):
        add(world, dossier_id, content=b"MZ this is a program")
    with pytest.raises(Invalid):
        add(world, dossier_id, limit=100)
    with pytest.raises(NotFound):
        add(world, dossier_id, checklist_item_id=4711)
    assert (files(world), rows(world, Attachment)) == (0, [])
