"""Deploying diagrams and forms: checked, versioned, and never changing what runs already."""

import pytest

from service.domain.errors import Invalid
from service.operations.dossier import dossiers
from service.operations.setup import deployments
from service.store import definitions
from service.store.tables import FormVersion, ProcessDefinition
from tests.builders import ROOT, World
from tests.integration.operations.readings import broken, page, rows

SHIPPED = (ROOT / "bpmn" / "award_dossier.bpmn").read_text(encoding="utf-8")


def deploy(world: World, xml: str, note: str = "") -> ProcessDefinition:
    """Deploys a diagram."""
    with world.database.write() as work:
        return deployments.deploy(work, xml.encode(), note, world.actor("admin"))


def refusal(world: World, xml: str) -> set[str]:
    """The fields that a refused diagram is wrong in."""
    with pytest.raises(Invalid) as failure:
        deploy(world, xml)
    assert len(rows(world, ProcessDefinition)) == 1
    return set(failure.value.fields)


def test_the_same_bytes_again_make_no_version(world: World) -> None:
    assert deploy(world, SHIPPED, "again").version == 1
    assert len(rows(world, ProcessDefinition)) == 1


def test_a_new_version_serves_new_dossiers_while_running_ones_keep_theirs(world: World) -> None:
    old = world.carry_to("select")
    renamed = SHIPPED.replace("Tiếp nhận và xét chọn", "Xét chọn hồ sơ")
    row = deploy(world, renamed, "tên bước")
    assert (row.version, row.note, row.deployed_by_id) == (2, "tên bước", world.actor("admin").person_id)
    new = world.carry_to("select")
    assert [world.task(one).name for one in (old, new)] == ["Tiếp nhận và xét chọn", "Xét chọn hồ sơ"]
    assert [page(world, one).instance.definition.version for one in (old, new)] == [1, 2]
    with world.database.read() as work:
        drawn = dossiers.diagram(work, world.actor("clerk"), old)
        assert (drawn.version, drawn.xml) == (1, SHIPPED.encode())
        running = {definition.version: number for definition, number in definitions.every(work)}
    assert running == {1: 1, 2: 1}
    world.select(old)
    assert page(world, old).history[-1].definition_id != page(world, new).history[-1].definition_id
    assert broken(world) == []


def test_an_older_diagram_deployed_again_is_the_newest_version(world: World) -> None:
    deploy(world, SHIPPED.replace("Tiếp nhận và xét chọn", "Xét chọn hồ sơ"))
    assert deploy(world, SHIPPED).version == 3


def test_a_script_task_is_refused_by_name(world: World) -> None:
    scripted = SHIPPED.replace("<bpmn:sendTask id=", "<bpmn:scriptTask id=").replace(
        "</bpmn:sendTask>", "</bpmn:scriptTask>"
    )
    assert any(field.startswith("notify_unit_overdue:") for field in refusal(world, scripted))


@pytest.mark.parametrize(
    ("before", "after", "element"),
    [
        ('trinh:role="labour_head"', 'trinh:role="astronaut"', "labour_overdue"),
        ('trinh:form="decide"', 'trinh:form="nowhere"', "decide"),
        ('deadline("labour_review")', 'deadline("doomsday")', "select_overdue"),
        ('trinh:template="unit_overdue"', 'trinh:template="spam"', "notify_unit_overdue"),
    ],
)
def test_a_name_that_nothing_loaded_offers_is_refused(
    world: World, before: str, after: str, element: str
) -> None:
    assert {field.partition(":")[0] for field in refusal(world, SHIPPED.replace(before, after))} >= {element}


def test_an_end_that_no_dossier_can_have_is_refused(world: World) -> None:
    burnt = SHIPPED.replace('"refused"', '"burnt"').replace(">refused<", ">burnt<")
    assert refusal(world, burnt) == {"burnt"}


def test_what_is_no_diagram_is_refused(world: World) -> None:
    for xml in ("", "<html/>", SHIPPED[:2000], '<!DOCTYPE x [<!ENTITY a "b">]>' + SHIPPED):
        assert refusal(world, xml)


def test_a_diagram_is_linted_without_being_kept(world: World) -> None:
    with world.database.read() as work:
        known = deployments.vocabulary(work)
    assert [one for one in deployments.lint(SHIPPED.encode(), known) if one.severity == "error"] == []
    assert len(rows(world, ProcessDefinition)) == 1


def test_a_task_keeps_the_form_it_opened_with(world: World) -> None:
    old = world.carry_to("select")
    before = len(rows(world, FormVersion))
    content = (ROOT / "forms" / "select.json").read_text(encoding="utf-8")
    with world.database.write() as work:
        assert deployments.deploy_form(work, "select", content).version == 1
        newer = deployments.deploy_form(work, "select", content.replace("Lý do", "Nhận xét"))
    assert (newer.version, len(rows(world, FormVersion))) == (2, before + 1)
    new = world.carry_to("select")
    assert world.task(new).form_version_id == newer.id
    assert world.task(old).form_version_id != newer.id


def test_a_form_outside_the_supported_subset_is_refused(world: World) -> None:
    with pytest.raises(Invalid), world.database.write() as work:
        deployments.deploy_form(work, "select", '{"components": [{"type": "iframe"}]}')
