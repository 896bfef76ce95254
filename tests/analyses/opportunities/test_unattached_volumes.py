from __future__ import annotations

from opportunity_evidence import asked, evidence, line, resource

from finops_lib.analyses.opportunities.unattached_volumes import OPPORTUNITY, find

_LOOSE = {"type": "gp2", "size": 800.0, "state": "available"}


def test_a_volume_attached_to_nothing_saves_what_it_costs() -> None:
    found = find(
        evidence(
            line("vol-loose", "EUC1-EBS:VolumeUsage.gp2", 80.0),
            line("vol-used", "EBS:VolumeUsage.gp2", 20.0),
            inventory={
                "volumes": [
                    resource("volumes", "vol-loose", **_LOOSE),
                    resource("volumes", "vol-used", type="gp3", size=200.0, state="in-use", attached_to="i-1"),
                ]
            },
        )
    )
    assert [(item.resource, item.current_cost, item.saving.expected) for item in found.found] == [
        ("vol-loose", 80.0, 80.0)
    ]
    assert (found.examined, found.examined_cost, found.not_checked) == (2, 100.0, ())


def test_a_protected_volume_is_left_alone() -> None:
    kept = resource("volumes", "vol-loose", **_LOOSE, tags={"Legal-Hold": "case 7"})
    found = find(
        evidence(
            line("vol-loose", "EBS:VolumeUsage.gp2", 80.0), inventory={"volumes": [kept]}, protected=("legal-hold",)
        )
    )
    assert found.found == ()
    assert found.examined == 1


def test_a_volume_that_the_bill_alone_knows_is_gone() -> None:
    found = find(evidence(line("vol-deleted", "EBS:VolumeUsage.gp2", 80.0), inventory={"volumes": []}))
    assert (found.found, found.examined, found.not_checked) == ((), 0, ())


def test_a_place_that_refused_is_not_checked() -> None:
    told = asked("volumes", status="refused", reason="Access to ec2:DescribeVolumes is denied.")
    found = find(evidence(line("vol-loose", "EBS:VolumeUsage.gp2", 80.0), told=told))
    (gap,) = found.not_checked
    assert (gap.count, gap.cost, gap.needs) == (1, 80.0, "ec2:DescribeVolumes")
    assert gap.reason == "us-east-1: Access to ec2:DescribeVolumes is denied."


def test_its_page_has_the_fixed_headings() -> None:
    from finops_lib.analyses.opportunities import page

    headings = [text for text in page(OPPORTUNITY).splitlines() if text.startswith("## ")]
    assert headings == ["## Procedure", "## Risk", "## Rollback", "## Success metric"]
