"""What a dossier must contain for the awards that it proposes."""

from service.domain.awards import Award, Component, Medium, Owed, Power, checklist
from service.domain.citations import Citation
from service.domain.dossiers import NomineeKind
from service.domain.labels import Label
from service.domain.organisations import Level

CLAUSE = Citation("Plan", "IV.2", "01 bộ (bản chính)")


def award(key: str, sets: int | None, power: Power = Power.UPWARD) -> Award:
    return Award(
        key, Label(key, key), Level.STATE, "province", power, (NomineeKind.COLLECTIVE,), CLAUSE, sets, CLAUSE
    )


def component(key: str, *awards: str) -> Component:
    return Component(key, Label(key, key), CLAUSE, awards=awards)


LETTER, FILE = component("letter"), component("file", "order", "diploma")


def test_the_largest_number_of_sets_is_owed() -> None:
    nominated = [award("certificate", 1), award("order", 4), award("diploma", 3)]
    assert checklist(nominated, [LETTER, FILE]) == (
        Owed(LETTER, ("certificate", "order", "diploma"), 4),
        Owed(FILE, ("order", "diploma"), 4),
    )


def test_a_component_of_other_awards_is_not_owed() -> None:
    assert checklist([award("certificate", 1)], [LETTER, FILE]) == (Owed(LETTER, ("certificate",), 1),)


def test_a_plan_that_names_no_sets_leaves_the_number_open() -> None:
    assert checklist([award("certificate", None)], [LETTER]) == (Owed(LETTER, ("certificate",), None),)


def test_what_is_owed_as_a_file_only_is_owed_in_no_sets() -> None:
    scan = Component("scan", Label("scan", "scan"), CLAUSE, medium=Medium.ELECTRONIC)
    assert checklist([award("order", 4)], [LETTER, scan]) == (
        Owed(LETTER, ("order",), 4),
        Owed(scan, ("order",), None),
    )


def test_the_same_award_nominated_twice_is_one_line() -> None:
    certificate = award("certificate", 1)
    assert checklist([certificate, certificate], [LETTER]) == (Owed(LETTER, ("certificate",), 1),)


def test_nothing_nominated_owes_nothing() -> None:
    assert checklist([], [LETTER, FILE]) == ()


def test_power_tells_what_the_locality_decides() -> None:
    assert award("certificate", 1, Power.OWN).in_power
    assert not award("order", 4).in_power
