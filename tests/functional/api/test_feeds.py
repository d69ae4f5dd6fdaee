"""Calendar addresses through the API."""

from flask import Flask
from icalendar import Calendar

from tests.builders import World
from tests.functional.api.clients import told, with_token


def test_addresses_are_opened_listed_renewed_and_revoked(app: Flask, world: World) -> None:
    clerk = with_token(app, world, "clerk")
    opened = told(clerk.post("/feeds", {"label": "máy tính"}), 201)
    of_round = told(clerk.post("/feeds", {"locality": "van-ninh", "round": "annual-2024"}), 201)
    assert of_round["round"] == "annual-2024"
    listed = told(clerk.get("/feeds"), 200)["feeds"]
    assert [(one["label"], one["round"], one["read_at"]) for one in listed] == [
        ("máy tính", None, None),
        ("", "annual-2024", None),
    ]
    assert "address" not in listed[0]
    program = app.test_client()
    path = of_round["address"].removeprefix("http://localhost")
    assert len(Calendar.from_ical(program.get(path).data).walk("VEVENT")) == 3
    renewed = told(clerk.post(f"/feeds/{of_round['id']}/renew"), 201)
    assert renewed["address"] != of_round["address"]
    assert program.get(path).status_code == 404
    told(clerk.delete(f"/feeds/{opened['id']}"), 204)
    told(clerk.delete(f"/feeds/{opened['id']}"), 404)
    assert [one["id"] for one in told(clerk.get("/feeds"), 200)["feeds"]] == [renewed["id"]]


def test_wrong_rounds_and_the_feeds_of_others_are_refused(app: Flask, world: World) -> None:
    clerk, neighbour = with_token(app, world, "clerk"), with_token(app, world, "neighbour")
    told(clerk.post("/feeds", {"round": "annual-2024"}), 422)
    told(clerk.post("/feeds", {"locality": "van-ninh", "round": "annual-1999"}), 404)
    told(clerk.post("/feeds", {"locality": "nowhere", "round": "annual-2024"}), 404)
    mine = told(clerk.post("/feeds", {}), 201)
    told(neighbour.delete(f"/feeds/{mine['id']}"), 404)
    told(neighbour.post(f"/feeds/{mine['id']}/renew"), 404)
