"""The route of a dossier through the offices, over the real operations, engine and database."""

from service.operations import dossiers, verification
from tests.builders import World


def test_a_dossier_travels_from_the_unit_to_a_signed_decision(world: World) -> None:
    dossier_id = world.carry_to("decide")
    world.decide(dossier_id)
    with world.database.read() as work:
        page = dossiers.show(work, world.actor("clerk"), dossier_id)
        assert page.dossier.status == "decided"
        assert [decision.number for decision in page.decisions] == ["2102/QĐ-UBND"]
        assert {nomination.status for nomination in page.nominations} == {"awarded"}
        assert verification.verify(work, world.folder).sound
