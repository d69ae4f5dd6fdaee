"""Files of a dossier over the screens."""

from io import BytesIO
from urllib.parse import unquote

import pytest
from flask import Flask

from service.operations.dossier import dossiers
from service.store.tables import Attachment
from tests.builders import World
from tests.functional.web.browsers import signed_in, words
from tests.support import files
from tests.support.files import paper

PDF = paper("a letter")


def attached(world: World, dossier_id: int) -> list[Attachment]:
    with world.database.read() as work:
        return dossiers.show(work, world.actor("clerk"), dossier_id).attachments


def test_a_file_is_attached_to_its_line_and_downloaded_under_its_name(app: Flask, world: World) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    clerk = signed_in(app, "clerk")
    clerk.get(f"/dossiers/{dossier_id}")
    with world.database.read() as work:
        item = dossiers.show(work, world.actor("clerk"), dossier_id).checklist[0].item.id
    answer = clerk.send_file(f"/dossiers/{dossier_id}/attachments", PDF, "Tờ trình số 15.pdf", item=str(item))
    assert answer.status_code == 303, words(answer)
    (row,) = attached(world, dossier_id)
    assert row.checklist_item_id == item
    file = clerk.get(f"/dossiers/{dossier_id}/attachments/{row.id}")
    assert file.data == PDF
    disposition = unquote(file.headers["Content-Disposition"])
    assert disposition.startswith("attachment;")
    assert "Tờ trình số 15.pdf" in disposition
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in file.headers["Content-Security-Policy"]
    assert file.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"%PDF-1.4 but no more", "gia.pdf"),
        (files.png(), "anh.pdf"),
        (b"<html><script>alert(1)</script>", "trang.pdf"),
        (b"MZ", "chuong-trinh.exe"),
        (b"", "trong.pdf"),
    ],
)
def test_what_is_not_what_it_says_is_refused_by_name(
    app: Flask, world: World, content: bytes, name: str
) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    clerk = signed_in(app, "clerk")
    clerk.get(f"/dossiers/{dossier_id}")
    answer = clerk.send_file(f"/dossiers/{dossier_id}/attachments", content, name)
    assert answer.status_code == 422
    assert '<a href="#field-file">' in answer.text
    assert name in words(answer)
    assert attached(world, dossier_id) == []


@pytest.mark.parametrize("megabytes", [3, 30])
def test_a_file_that_is_too_large_is_refused_in_words(app: Flask, world: World, megabytes: int) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    clerk = signed_in(app, "clerk")
    clerk.get(f"/dossiers/{dossier_id}")
    content = PDF + b"\0" * megabytes * 1024**2
    answer = clerk.send_file(f"/dossiers/{dossier_id}/attachments", content, "to.pdf")
    assert answer.status_code == (422 if megabytes < 8 else 413)
    assert "2 MB" in words(answer)
    assert attached(world, dossier_id) == []


def test_without_a_file_with_too_many_or_for_no_paper_of_the_list_the_form_says_so(
    app: Flask, world: World
) -> None:
    dossier_id = world.open_dossier(with_papers=False)
    clerk = signed_in(app, "clerk")
    where = f"/dossiers/{dossier_id}/attachments"
    assert clerk.post(where).status_code == 422
    for item in ("²", "0", "9" * 40):
        answer = clerk.send_file(where, PDF, "gia.pdf", item=item)
        assert (answer.status_code, '<a href="#field-item">' in answer.text) == (422, True), item
    many: dict[str, object] = {
        "csrf_token": clerk.token,
        "file": [(BytesIO(PDF), f"{n}.pdf") for n in range(21)],
    }
    answer = clerk.client.post(where, data=many)
    assert (answer.status_code, "21 tệp" in words(answer), "tối đa 20" in words(answer)) == (422, True, True)
    assert attached(world, dossier_id) == []


def test_a_file_is_taken_out_while_in_preparation_only(app: Flask, world: World) -> None:
    dossier_id = world.open_dossier()
    first, second, *_ = attached(world, dossier_id)
    clerk = signed_in(app, "clerk")
    assert clerk.post(f"/dossiers/{dossier_id}/attachments/{first.id}/remove").status_code == 303
    assert clerk.get(f"/dossiers/{dossier_id}/attachments/{first.id}").status_code == 404
    world.attach_papers("clerk", dossier_id)
    world.submit(dossier_id)
    assert clerk.post(f"/dossiers/{dossier_id}/attachments/{second.id}/remove").status_code == 403
    assert clerk.get(f"/dossiers/{dossier_id}/attachments/{second.id}").status_code == 200


def test_a_file_is_found_only_in_its_own_dossier(app: Flask, world: World) -> None:
    mine, other = world.open_dossier(), world.open_dossier()
    file = attached(world, other)[0]
    clerk = signed_in(app, "clerk")
    assert clerk.get(f"/dossiers/{mine}/attachments/{file.id}").status_code == 404
    assert clerk.post(f"/dossiers/{mine}/attachments/{file.id}/remove").status_code == 404
    assert signed_in(app, "neighbour").get(f"/dossiers/{other}/attachments/{file.id}").status_code == 404


def test_offices_read_files_from_the_submission_on(app: Flask, world: World) -> None:
    dossier_id = world.open_dossier()
    file = attached(world, dossier_id)[0]
    labour = signed_in(app, "labour")
    assert labour.get(f"/dossiers/{dossier_id}/attachments/{file.id}").status_code == 404
    world.submit(dossier_id)
    assert labour.get(f"/dossiers/{dossier_id}/attachments/{file.id}").status_code == 200
