"""What the scripted servers have in common: a process, a script, an address."""

from __future__ import annotations

from types import TracebackType
from typing import Self, TypedDict

from flink_dynamodb.testing.process import ServerProcess
from flink_dynamodb.testing.script import Script


class ClientArguments(TypedDict):
    """What boto3 needs to know of the server."""

    endpoint_url: str
    region_name: str
    aws_access_key_id: str
    aws_secret_access_key: str


class ScriptedServer:
    """A server process on this machine; ends with the `with` block, or with this process whatever becomes of it."""

    def __init__(self, *, region: str = "eu-west-1", port: int = 0, memory_mb: int = 1_024) -> None:
        self.region = region
        self._process = ServerProcess(region, port, memory_mb)
        self._script = Script(self._process.port)

    def share(self, other: ScriptedServer) -> None:
        """Becomes another face of the other's process."""
        self.region = other.region
        self._process = other._process
        self._script = other._script

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Ends the server; may be called again."""
        self._script.close()
        self._process.stop()

    @property
    def url(self) -> str:
        """The endpoint for clients."""
        return f"http://127.0.0.1:{self._process.port}"

    def client_arguments(self) -> ClientArguments:
        """For `boto3.client("dynamodb", **server.client_arguments())`, or "dynamodbstreams"."""
        return {
            "endpoint_url": self.url,
            "region_name": self.region,
            "aws_access_key_id": "scripted",
            "aws_secret_access_key": "scripted",
        }

    def environment(self) -> dict[str, str]:
        """The environment variables by which AWS's SDKs, and so a Flink cluster, find this server."""
        return {
            "AWS_ENDPOINT_URL_DYNAMODB_STREAMS": self.url,
            "AWS_ENDPOINT_URL_DYNAMODB": self.url,
            "AWS_REGION": self.region,
            "AWS_ACCESS_KEY_ID": "scripted",
            "AWS_SECRET_ACCESS_KEY": "scripted",
        }

    def heal(self) -> None:
        """Ends all faults and delays."""
        self._script("heal")

    def _fail(
        self,
        line: str,
        operation: str,
        fault: str,
        about: str | None,
        times: int,
        skip: int,
        probability: float | None,
        seed: int,
    ) -> None:
        """Lets calls fail by the script's line of this name; `about` is the shard or the table."""
        if probability is None:
            self._script(line, operation=operation, fault=fault, about=about, times=times, skip=skip)
        else:
            self._script(line, operation=operation, fault=fault, about=about, probability=probability, seed=seed)
