"""The races in small on both databases, and the proof that their count notices a broken one."""

from service.domain.errors import Conflict, message
from tests.builders import World
from tests.campaigns.race import Count, Race, Side, run
from tests.integration.operations.readings import broken


def test_of_two_at_once_one_wins_and_the_other_is_told_who(world: World) -> None:
    counts = run(world, "either", 12)
    assert {count.what for count in counts} == {
        "claim against claim",
        "complete twice",
        "withdraw against select",
        "reassign against complete",
    }
    assert sum(count.races for count in counts) == 12
    for count in counts:
        assert count.kept, (count.what, count.unnamed)
        assert count.first + count.second == count.races
    assert broken(world) == []


def test_the_count_notices_two_winners_none_and_silence() -> None:
    race = Race("any", (Side(lambda _: None, "An"), Side(lambda _: None, "Bình")))
    told = Conflict(message("{name} was first.", name="An"))
    silent = Conflict(message("Somebody was first."))
    for answers, kept in (((1, told), True), ((1, 1), False), ((told, told), False), ((1, silent), False)):
        count = Count("any", "none")
        count.add(race, answers)
        assert count.kept is kept, answers
