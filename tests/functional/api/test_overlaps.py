"""Overlaps with another round through the API: told, refused while unanswered, answered."""

from typing import Any

import pytest
from flask import Flask

from tests.builders import World
from tests.functional.api.clients import Client, told, with_token
from tests.functional.api.test_journey import take


@pytest.fixture
def labour(app: Flask, world: World) -> Client:
    """The Labour office while both rounds of 2023 run, with a match submitted to each."""
    world.on("2023-11-20 09:00")
    for key in ("annual-2023", "mid_term-2023"):
        world.submit(world.open_dossier(round_key=key))
    return with_token(app, world, "labour")


def completion(task: Any, *answers: dict[str, object]) -> dict[str, object]:
    kept = [{"nomination_id": item["id"], "verdict": "select"} for item in task["nominations_to_judge"]]
    return {
        "values": {"outcome": "accept"},
        "judgements": kept,
        "seen_version": task["dossier"]["version"],
        "overlaps": list(answers),
    }


def answer(task: Any, verdict: str, reason: str = "Hai việc khác nhau.") -> dict[str, object]:
    (overlap,) = task["overlaps"]
    pair = {"nomination_id": overlap["nomination_id"], "other_id": overlap["other"]["id"]}
    return pair | {"verdict": verdict, "reason": reason}


def test_a_completion_without_an_answer_names_the_pair(labour: Client) -> None:
    task = take(labour, "select")
    (overlap,) = task["overlaps"]
    assert overlap["equal"]
    assert overlap["unanswered"]
    assert overlap["answer"] is None
    problem = told(labour.post(f"/tasks/{task['id']}/complete", completion(task)), 422)
    assert list(problem["fields"]) == [f"overlap-{overlap['nomination_id']}-{overlap['other']['id']}"]
    told(labour.post(f"/tasks/{task['id']}/complete", completion(task, answer(task, "different"))), 200)
    shown = told(labour.get(f"/dossiers/{overlap['other']['dossier_id']}"), 200)
    (told_there,) = shown["overlaps"]
    assert not told_there["unanswered"]
    assert told_there["answer"]["verdict"] == "different"
    history = told(labour.get(f"/dossiers/{overlap['other']['dossier_id']}/history"), 200)["steps"]
    assert history[-1]["kind"] == "overlap_answered"


def test_an_answer_is_checked_like_any_input(labour: Client) -> None:
    task = take(labour, "select")
    twice = completion(task, answer(task, "same"), answer(task, "different"))
    told(labour.post(f"/tasks/{task['id']}/complete", twice), 422)
    told(labour.post(f"/tasks/{task['id']}/complete", completion(task, answer(task, "maybe"))), 422)
    told(labour.post(f"/tasks/{task['id']}/complete", completion(task, answer(task, "same", ""))), 422)
    gone = answer(task, "same") | {"other_id": 4711}
    told(labour.post(f"/tasks/{task['id']}/complete", completion(task, gone)), 409)
