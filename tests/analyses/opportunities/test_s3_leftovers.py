"""Unfinished uploads, noncurrent versions and missing rules: dollars only where somebody measured them."""

from __future__ import annotations

import pytest
from buckets import bucket, held, measured, requests

from finops_lib.analyses.opportunities import s3_incomplete_uploads, s3_missing_lifecycle, s3_noncurrent_versions


def test_parts_of_unfinished_uploads_are_priced_at_what_the_bucket_pays() -> None:
    sizes = {"utilization": [measured("IncompleteMultipartUploadStorageBytes", 200)]}
    (finding,) = s3_incomplete_uploads.find(held(inventory=sizes)).found
    assert finding.saving.low == 0.0
    assert finding.saving.expected == pytest.approx(200 * 0.023)


def test_parts_older_than_a_week_are_certain() -> None:
    sizes = [
        measured("IncompleteMultipartUploadStorageBytes", 200),
        measured("IncompleteMPUStorageBytesOlderThan7Days", 150),
    ]
    (finding,) = s3_incomplete_uploads.find(held(inventory={"utilization": sizes})).found
    assert finding.saving.low == finding.saving.expected == pytest.approx(150 * 0.023)
    assert finding.saving.high == pytest.approx(200 * 0.023)


def test_unfinished_uploads_without_a_size_are_not_checked() -> None:
    (gap,) = s3_incomplete_uploads.find(held(of=bucket(unfinished_uploads=7.0))).not_checked
    assert (gap.count, gap.cost) == (1, pytest.approx(184.0))
    assert "S3 Storage Lens" in gap.needs


@pytest.mark.parametrize("facts", [{"ends_uploads": True}, {"unfinished_uploads": 0.0}])
def test_a_rule_or_no_upload_is_judged_without_a_size(facts: dict[str, object]) -> None:
    found = s3_incomplete_uploads.find(held(of=bucket(**facts)))
    assert (found.found, found.examined, found.not_checked) == ((), 1, ())


def test_noncurrent_versions_are_priced_less_those_that_a_rule_would_keep() -> None:
    sizes = {"utilization": [measured("NonCurrentVersionStorageBytes", 3_000)]}
    versioned = held(requests("PutObject", 5_000), of=bucket(versioning="Enabled"), inventory=sizes)
    (finding,) = s3_noncurrent_versions.find(versioned).found
    # 5,000 writes of 0.2 GB may have made 1,000 GB of the versions this month.
    assert (finding.saving.low, finding.saving.high) == (pytest.approx(2_000 * 0.023), pytest.approx(3_000 * 0.023))


@pytest.mark.parametrize("facts", [{"versioning": "Never"}, {"versioning": "Enabled", "ends_noncurrent": True}])
def test_no_versions_or_a_rule_for_them_is_judged_without_a_size(facts: dict[str, object]) -> None:
    found = s3_noncurrent_versions.find(held(of=bucket(**facts)))
    assert (found.found, found.examined, found.not_checked) == ((), 1, ())


@pytest.mark.parametrize(("versioning", "needs"), [(None, "s3:GetBucketVersioning"), ("Suspended", "Storage Lens")])
def test_versions_that_nobody_told_or_measured_are_not_checked(versioning: str | None, needs: str) -> None:
    (gap,) = s3_noncurrent_versions.find(held(of=bucket(versioning=versioning))).not_checked
    assert needs in gap.needs


def test_a_missing_rule_is_told_with_its_cost_and_without_a_guess() -> None:
    found = s3_missing_lifecycle.find(held(of=bucket(lifecycle_rules=0.0)))
    (gap,) = found.not_checked
    assert (found.found, found.examined, gap.cost) == ((), 0, pytest.approx(184.0))
    assert "how much of them may go is not known" in gap.reason


def test_rules_that_are_there_are_examined_and_rules_that_nobody_could_ask_for_are_not() -> None:
    assert s3_missing_lifecycle.find(held(of=bucket(lifecycle_rules=2.0))).examined == 1
    (gap,) = s3_missing_lifecycle.find(held()).not_checked
    assert gap.needs == "s3:GetLifecycleConfiguration"
