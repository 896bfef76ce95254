from __future__ import annotations

import pandas as pd
from compute_lines import advice, box
from opportunity_evidence import evidence, line

from finops_lib.analyses.opportunities.aws_idle import find


def test_a_stopped_instance_saves_its_compute() -> None:
    told = {"recommendations": [advice("i-1", action="Stop", target=None, saving=70.0)]}
    (item,) = find(evidence(box("i-1", "m5.large", 71.424), inventory=told)).found
    assert (item.saving.expected, item.component, item.confidence) == (71.424, "compute", "likely")


def test_a_deleted_database_saves_all_of_it() -> None:
    lines = (
        line("arn:db", "InstanceUsage:db.m5.large", 127.0, x_ServiceCode="AmazonRDS"),
        line("arn:db", "RDS:GP3-Storage", 23.0, x_ServiceCode="AmazonRDS"),
    )
    told = {"recommendations": [advice("arn:db", resource_type="RdsDbInstance", action="Delete", saving=120.0)]}
    (item,) = find(evidence(*lines, inventory=told)).found
    assert (item.saving.expected, item.component) == (150.0, "all")


def test_a_volume_is_left_to_its_inventory_where_that_was_read() -> None:
    row = line("vol-1", "EBS:VolumeUsage.gp2", 80.0)
    told = {"recommendations": [advice("vol-1", resource_type="EbsVolume", action="Delete", saving=80.0)]}
    assert len(find(evidence(row, inventory=told)).found) == 1
    assert find(evidence(row, inventory={**told, "volumes": []})).found == ()


def test_an_old_finding_is_possible() -> None:
    told = advice("i-1", action="Stop", target=None, refreshed=pd.Timestamp("2026-07-01"))
    (item,) = find(evidence(box("i-1", "m5.large", 71.0), inventory={"recommendations": [told]})).found
    assert item.confidence == "possible"


def test_a_group_that_is_scaled_in_saves_awss_figure() -> None:
    told = advice("i-1", action="ScaleIn", target=None, saving=30.0)
    (item,) = find(evidence(box("i-1", "m5.large", 71.0), inventory={"recommendations": [told]})).found
    assert item.saving.expected == 30.0
