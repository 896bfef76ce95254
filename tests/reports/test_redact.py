from __future__ import annotations

import json

import pytest

from finops_lib.reports.redact import MASK, Redactor

SHAPES = [
    "AKIAIOSFODNN7EXAMPLE",
    "ASIAIOSFODNN7EXAMPLE",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQ",
    "https://hooks.slack.com/services/T000/B000/XXXX",
    "https://acme.webhook.office.com/webhookb2/abc@def/IncomingWebhook/1/2",
    "xoxb-123456789012-abcdefABCDEF",
    "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----",
]


@pytest.mark.parametrize("secret", SHAPES)
def test_secrets_are_known_by_their_shape(secret: str) -> None:
    assert Redactor().text(f"before {secret} after") == f"before {MASK} after"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Authorization: Bearer abc.def-123456", f"Authorization: Bearer {MASK}"),
        ("x?X-Amz-Signature=0123abc&y=1", f"x?X-Amz-Signature={MASK}&y=1"),
        ("password='hunter2hunter2'", f"password='{MASK}'"),
        ('"aws_secret_access_key": "abcdef123"', f'"aws_secret_access_key": "{MASK}"'),
        ("routing_key=R0123456789", f"routing_key={MASK}"),
        ("ExternalId: ex-123456", f"ExternalId: {MASK}"),
        ("postgres://me:sesame99@db/x", f"postgres://{MASK}@db/x"),
    ],
)
def test_secrets_are_known_by_their_name(text: str, expected: str) -> None:
    assert Redactor().text(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "AWS Secrets Manager",
        "arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",  # a checksum
        "Basic support for the bearer of news",
        "https://docs.aws.amazon.com/cur/latest/userguide/what-is-cur.html",
        "SavingsPlanCoveredUsage",
        "m5.2xlarge RunInstances:0002",
    ],
)
def test_the_words_of_a_bill_stay(text: str) -> None:
    assert Redactor().text(text) == text


def test_known_values_and_folders_are_masked_in_any_shape() -> None:
    redactor = Redactor.of({"WEBHOOK_URL": "opaque-value", "TOKEN": "abc", "HOME": "/home/me"}, {"/home/me/w": "<w>"})
    assert redactor.known == ("opaque-value",)  # three letters would mask ordinary words
    assert redactor.text("at /home/me/w/x: opaque-value abc /home/me") == f"at <w>/x: {MASK} abc /home/me"


def test_values_are_walked_and_pictures_left_alone() -> None:
    picture = "A1b/" * 10
    form = {"a": ["AKIAIOSFODNN7EXAMPLE", 3, None], "data": {"image/png": picture, "text/plain": picture}}
    assert Redactor().value(form) == {"a": [MASK, 3, None], "data": {"image/png": picture, "text/plain": MASK}}


def test_json_stays_json() -> None:
    form = json.dumps({"token": "abcdefgh", "rows": [1, 2]})
    assert json.loads(Redactor().text(form)) == {"token": MASK, "rows": [1, 2]}
