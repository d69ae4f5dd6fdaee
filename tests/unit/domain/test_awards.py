"""What a dossier must contain for the awards that it proposes."""

from service.domain.awards import Award, Medium, Power, is_owed_for, sets_owed
from service.domain.citations import Citation
from service.domain.dossiers import NomineeKind
from service.domain.labels import Label
from service.domain.organisations import Level

CLAUSE = Citation("Plan", "IV.2", "01 bộ (bản chính)")


def award(key: str, sets: int | None, power: Power = Power.UPWARD) -> Award:
    return Award(
        key, Label(key, key), Level.STATE, "province", power, (NomineeKind.COLLECTIVE,), CLAUSE, sets, CLAUSE
    )


def test_the_largest_number_of_sets_is_owed() -> None:
    assert sets_owed(Medium.PAPER, [1, 4, 3]) == 4


def test_a_plan_that_names_no_sets_leaves_the_number_open() -> None:
    assert sets_owed(Medium.PAPER, [None]) is None
    assert sets_owed(Medium.PAPER, [None, 3]) == 3
    assert sets_owed(Medium.PAPER, []) is None


def test_what_is_owed_as_a_file_only_is_owed_in_no_sets() -> None:
    assert sets_owed(Medium.ELECTRONIC, [4, 1]) is None


def test_a_component_is_owed_for_the_awards_that_it_names_or_for_all() -> None:
    assert is_owed_for(["order", "diploma"], "order")
    assert not is_owed_for(["order", "diploma"], "certificate")
    assert is_owed_for([], "certificate")


def test_power_tells_what_the_locality_decides() -> None:
    assert award("certificate", 1, Power.OWN).in_power
    assert not award("order", 4).in_power
