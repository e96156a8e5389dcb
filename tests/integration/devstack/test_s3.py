"""The laptop's S3 asks for the stack's credentials: only then does it take Flink's signed streaming uploads."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from decision_store.devstack.s3 import SeaweedS3

CREDENTIALS = ("local", "local")


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = SeaweedS3(tmp_path_factory.mktemp("s3"))
    try:
        server.start(CREDENTIALS)
        yield server.url
    finally:
        server.stop()


def client(endpoint: str, credentials: tuple[str, str]) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="eu-west-1",
        aws_access_key_id=credentials[0],
        aws_secret_access_key=credentials[1],
    )


def create_bucket(s3: Any, bucket: str) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            s3.create_bucket(Bucket=bucket)
            return
        except ClientError:  # the gateway answers before its filer does
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


@pytest.mark.integration
def test_the_stacks_credentials_write_and_read(endpoint: str) -> None:
    s3 = client(endpoint, CREDENTIALS)
    create_bucket(s3, "flink-state")
    s3.put_object(Bucket="flink-state", Key="checkpoints/1", Body=b"state")
    assert s3.get_object(Bucket="flink-state", Key="checkpoints/1")["Body"].read() == b"state"
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["flink-state"]


@pytest.mark.integration
@pytest.mark.parametrize("credentials", [("someone", "local"), ("local", "wrong")])
def test_other_credentials_are_refused(endpoint: str, credentials: tuple[str, str]) -> None:
    with pytest.raises(ClientError) as refused:
        client(endpoint, credentials).list_buckets()
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
