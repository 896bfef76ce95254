"""Addresses, NAT gateways, VPC endpoints and load balancers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from finops_lib.sources.aws.evidence.answer import Answers
from finops_lib.sources.aws.evidence.fields import Row, arn, moment, row, text
from finops_lib.sources.aws.evidence.kind import Kind
from finops_lib.sources.aws.evidence.tagging import tags_of


def addresses(answers: Answers) -> Iterator[Row]:
    """Elastic IP addresses."""
    for answer, item in answers.items("ec2.DescribeAddresses", "Addresses"):
        used = item.get("AssociationId") or item.get("InstanceId") or item.get("NetworkInterfaceId")
        identity = item.get("AllocationId") or item["PublicIp"]
        yield row(answer, arn(answer, "ec2", f"elastic-ip/{identity}"), item.get("Tags"), association=text(used))


def nat_gateways(answers: Answers) -> Iterator[Row]:
    """NAT gateways; AWS names no zone, only the subnet."""
    for answer, item in answers.items("ec2.DescribeNatGateways", "NatGateways"):
        yield row(
            answer,
            arn(answer, "ec2", f"natgateway/{item['NatGatewayId']}"),
            item.get("Tags"),
            state=item["State"],
            created=moment(item.get("CreateTime")),
            vpc=text(item.get("VpcId")),
            zone=text(item.get("AvailabilityZone")),
        )


def vpc_endpoints(answers: Answers) -> Iterator[Row]:
    """VPC endpoints; a gateway one has no subnets."""
    for answer, item in answers.items("ec2.DescribeVpcEndpoints", "VpcEndpoints"):
        yield row(
            answer,
            arn(answer, "ec2", f"vpc-endpoint/{item['VpcEndpointId']}"),
            item.get("Tags"),
            type=item.get("VpcEndpointType") or "Gateway",
            service=item["ServiceName"],
            state=str(item.get("State") or "").lower(),
            vpc=text(item.get("VpcId")),
            zones=float(len(item.get("SubnetIds") or ())),
        )


def load_balancers(answers: Answers) -> Iterator[Row]:
    """Load balancers of both generations, with how many targets are registered where that was asked."""
    tags, targets = tags_of(answers), _targets(answers)
    for answer, item in answers.items("elbv2.DescribeLoadBalancers", "LoadBalancers"):
        identity = str(item["LoadBalancerArn"])
        yield row(
            answer,
            identity,
            tags.of(answer, identity),
            name=item["LoadBalancerName"],
            kind=item["Type"],
            state=text((item.get("State") or {}).get("Code")),
            created=moment(item.get("CreatedTime")),
            targets=targets.get(identity),
        )
    for answer, item in answers.items("elb.DescribeLoadBalancers", "LoadBalancerDescriptions"):
        identity = arn(answer, "elasticloadbalancing", f"loadbalancer/{item['LoadBalancerName']}")
        yield row(
            answer,
            identity,
            tags.of(answer, identity),
            name=item["LoadBalancerName"],
            kind="classic",
            state=None,
            created=moment(item.get("CreatedTime")),
            targets=float(len(item.get("Instances") or ())),
        )


def _targets(answers: Answers) -> dict[str, float]:
    """Registered targets by load balancer, 0 where it has none; one with a group that is not known is left out."""
    health = answers.about("elbv2.DescribeTargetHealth", "TargetGroupArn")
    groups = answers.asked("elbv2.DescribeTargetGroups")
    told = {(answer.account, answer.region) for answer in groups if answer.answered}
    balancers = answers.items("elbv2.DescribeLoadBalancers", "LoadBalancers")
    counts: Counter[str] = Counter(
        {str(item["LoadBalancerArn"]): 0 for answer, item in balancers if (answer.account, answer.region) in told}
    )
    unknown = set()
    for answer, group in answers.items("elbv2.DescribeTargetGroups", "TargetGroups"):
        found = health.get((answer.account, answer.region, str(group["TargetGroupArn"])))
        for balancer in group.get("LoadBalancerArns") or ():
            if found is None or not found.answered:
                unknown.add(balancer)
            else:
                counts[balancer] += len(found.response.get("TargetHealthDescriptions") or ())
    return {key: float(count) for key, count in counts.items() if key not in unknown}


KINDS = (
    Kind("addresses", ("ec2.DescribeAddresses",), addresses),
    Kind("nat_gateways", ("ec2.DescribeNatGateways",), nat_gateways),
    Kind("vpc_endpoints", ("ec2.DescribeVpcEndpoints",), vpc_endpoints),
    Kind("load_balancers", ("elbv2.DescribeLoadBalancers", "elb.DescribeLoadBalancers"), load_balancers),
)
