"""Clients of AWS, or of what stands in for it: one patience for every process of the suite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from decision_store.errors import ActionableError
from decision_store.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

_PATIENCE: dict[str, Any] = {"connect_timeout": 2, "read_timeout": 10, "retries": {"total_max_attempts": 4}}


def dynamodb_client(settings: Settings) -> DynamoDBClient:
    """A client that a pool of threads may share; retries are boto3's, within a caller's patience.

    Raises:
        ActionableError: the endpoint is no URL.
    """
    endpoint = settings.aws_endpoint_url_dynamodb
    config = Config(**_PATIENCE, max_pool_connections=48)
    try:
        return boto3.client("dynamodb", endpoint_url=endpoint, region_name=settings.aws_region, config=config)
    except ValueError:
        raise _no_url("AWS_ENDPOINT_URL_DYNAMODB", endpoint) from None


def s3_client(settings: Settings) -> S3Client:
    """A client of the archive's store; with an endpoint of one's own, a bucket is a path and not a host name.

    Raises:
        ActionableError: the endpoint is no URL.
    """
    endpoint = settings.aws_endpoint_url_s3
    config = Config(**_PATIENCE, s3={"addressing_style": "path" if endpoint else "auto"})
    try:
        return boto3.client("s3", endpoint_url=endpoint, region_name=settings.aws_region, config=config)
    except ValueError:
        raise _no_url("AWS_ENDPOINT_URL_S3", endpoint) from None


def _no_url(variable: str, value: str | None) -> ActionableError:
    return ActionableError(f"{variable} is {value!r}, which is no URL: write it like http://127.0.0.1:8000.")
