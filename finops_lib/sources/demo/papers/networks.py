"""Networks as the describe calls tell them: NAT gateways, and the endpoints of their VPCs."""

from __future__ import annotations

from typing import Final

from finops_lib.sources.demo.estate import Resource
from finops_lib.sources.demo.papers.details import Answer, answer
from finops_lib.sources.demo.papers.estate_view import EstateView

_FREE: Final = ("s3", "dynamodb")
"""The services whose gateway endpoints every network has; they cost nothing, so no bill knows them."""


def nat_gateway(view: EstateView, item: Resource) -> Answer:
    """A NAT gateway, in its VPC."""
    form: Answer = {"NatGatewayId": item.name, "State": "available", "CreateTime": view.moment(item.created)}
    return form | {"VpcId": item.attributes["vpc"], "ConnectivityType": "public", "Tags": view.tags(item, name=False)}


def endpoints(view: EstateView) -> list[Answer]:
    """The endpoints of every account and region: interface ones, and gateway ones where there is a NAT gateway."""
    gateways = {(account.id, region): found for account, region, found in view.by_place("nat")}
    answers = []
    for account, region, found in view.by_place("endpoint"):
        networks = dict.fromkeys(str(item.attributes["vpc"]) for item in gateways[account.id, region])
        free = [_gateway(view, vpc, region, service) for vpc in networks for service in _FREE]
        listed = [*(_interface(view, item) for item in found), *free]
        answers.append(answer(view, account.id, region, {"VpcEndpoints": listed}))
    return answers


def _interface(view: EstateView, item: Resource) -> Answer:
    form: Answer = {"VpcEndpointId": item.name, "VpcEndpointType": "Interface", "State": "available"}
    service = f"com.amazonaws.{item.region}.ecr.dkr"
    return form | {"ServiceName": service, "SubnetIds": ["subnet-a", "subnet-b"], "Tags": view.tags(item, name=False)}


def _gateway(view: EstateView, vpc: str, region: str, service: str) -> Answer:
    identity = "vpce-" + view.plan.estate.key(vpc, service)
    form: Answer = {"VpcEndpointId": identity, "VpcEndpointType": "Gateway", "State": "available", "VpcId": vpc}
    return form | {"ServiceName": f"com.amazonaws.{region}.{service}", "SubnetIds": [], "Tags": []}
