"""Tags of what does not tell its own: the tagging API knows all that have, or once had, a tag."""

from __future__ import annotations

from finops_lib.sources.aws.evidence.answer import Answers
from finops_lib.sources.aws.evidence.fields import named

CALL = "resourcegroupstaggingapi.GetResources"


def tags_of(answers: Answers) -> dict[str, dict[str, str]]:
    """Tags by ARN; what is absent here has none."""
    return {
        str(item["ResourceARN"]): named(item.get("Tags")) for _, item in answers.items(CALL, "ResourceTagMappingList")
    }
