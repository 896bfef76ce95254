"""Tags of what does not tell its own: the tagging API knows all that have, or once had, a tag."""

from __future__ import annotations

from dataclasses import dataclass

from finops_lib.sources.aws.evidence.answer import EVERYWHERE, Answer, Answers
from finops_lib.sources.aws.evidence.fields import UNREAD, named

CALL = "resourcegroupstaggingapi.GetResources"


@dataclass(frozen=True)
class Tags:
    """Tags by ARN, and the accounts and regions that told theirs."""

    told: dict[str, dict[str, str]]
    places: frozenset[tuple[str, str]]

    def of(self, answer: Answer, arn: str, region: str | None = None) -> object:
        """A resource's tags: none where its place told all that have any, UNREAD where it did not."""
        here = {(answer.account, region or answer.region), (answer.account, EVERYWHERE)}
        return self.told.get(arn, {} if here & self.places else UNREAD)


def tags_of(answers: Answers) -> Tags:
    """What the tagging API told, and where."""
    told = {
        str(item["ResourceARN"]): named(item.get("Tags")) or {}
        for _, item in answers.items(CALL, "ResourceTagMappingList")
    }
    return Tags(told, frozenset((answer.account, answer.region) for answer in answers.asked(CALL) if answer.answered))
