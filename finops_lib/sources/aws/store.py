"""An S3 prefix as a store."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from finops_lib.core.errors import SourceError
from finops_lib.sources.aws.session import RETRIES, explain
from finops_lib.sources.protocol import Progress, StoredObject

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class S3Store:
    """Every object below ``s3://bucket/prefix``. ``AWS_ENDPOINT_URL`` and ``AWS_ENDPOINT_URL_S3`` are heeded."""

    def __init__(self, uri: str, session: boto3.Session) -> None:
        bucket, _, prefix = uri.removeprefix("s3://").partition("/")
        if not bucket:
            raise SourceError(f"{uri} names no bucket.", hint="Write it as s3://bucket/prefix.")
        self._bucket, self._prefix = bucket, prefix
        self._folder = f"{prefix.rstrip('/')}/" if prefix else ""
        self._client: S3Client = session.client("s3", config=RETRIES)

    @property
    def origin(self) -> str:
        """The prefix as an s3:// address."""
        return f"s3://{self._bucket}/{self._prefix}"

    def list(self) -> Sequence[StoredObject]:
        """Every object below the prefix, by key; empty "folders" are passed over."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
        try:
            items = [item for page in pages for item in page.get("Contents", [])]
        except (BotoCoreError, ClientError) as error:
            raise explain(error, self.origin) from error
        return [
            StoredObject(item["Key"], item["Size"], f"s3://{self._bucket}/{item['Key']}|{item['Size']}|{item['ETag']}")
            for item in items
            if not item["Key"].endswith("/") and self._holds(item["Key"])
        ]

    def _holds(self, key: str) -> bool:
        """True for the object or the folder that the prefix names: S3 itself gives ``exports-old/`` for ``exports``."""
        return key == self._prefix or key.startswith(self._folder)

    def read(self, key: str) -> bytes:
        """A small object's bytes."""
        try:
            return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except (BotoCoreError, ClientError) as error:
            raise explain(error, f"s3://{self._bucket}/{key}") from error

    def head(self, key: str, size: int) -> bytes:
        """The first bytes of an object; an empty one has no range to ask for."""
        try:
            return self._client.get_object(Bucket=self._bucket, Key=key, Range=f"bytes=0-{size - 1}")["Body"].read()
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == "InvalidRange":
                return b""
            raise explain(error, f"s3://{self._bucket}/{key}") from error
        except BotoCoreError as error:
            raise explain(error, f"s3://{self._bucket}/{key}") from error

    def fetch(self, item: StoredObject, target: Path, progress: Progress) -> None:
        """Download in parallel parts, as boto3's transfer manager does."""
        try:
            self._client.download_file(self._bucket, item.key, str(target), Callback=progress)
        except (BotoCoreError, ClientError) as error:
            raise explain(error, f"s3://{self._bucket}/{item.key}") from error
