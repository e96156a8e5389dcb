"""A standalone Flink cluster from the PyFlink wheel: a job manager and a task manager.

The wheel carries a whole distribution but is never written to: the cluster's home links to its libraries and has
plugins, configuration and logs of its own.
"""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from string import Template
from typing import Any

import psutil
import yaml

from decision_store.devstack.jars import fetched
from decision_store.devstack.server import Running, Server, ServerError, free_port
from decision_store.resources import resource_dir


class FlinkHome:
    """The folder a cluster is started from.

    Args:
        home: the stack's folder.
        cache: where fetched jars are kept.
    """

    def __init__(self, home: Path, cache: Path) -> None:
        self.path = home / "flink"
        self.conf = self.path / "conf"
        self._cache = cache

    @property
    def environment(self) -> dict[str, str]:
        """What Flink's scripts and PyFlink read.

        All of it, since PyFlink sets what is missing in its own process's environment, where the cluster would inherit
        it: a cluster without plugins cannot write to S3.
        """
        folders = {f"FLINK_{name.upper()}_DIR": str(self.path / name) for name in ("bin", "lib", "opt", "plugins")}
        return {"FLINK_HOME": str(self.path), "FLINK_CONF_DIR": str(self.conf), **folders}

    def prepare(self, s3_endpoint: str, credentials: tuple[str, str]) -> int:
        """Lays out the home and writes the configuration.

        Returns:
            The REST port.
        """
        wheel = wheel_distribution()
        self.conf.mkdir(parents=True, exist_ok=True)
        shutil.copytree(wheel / "bin", self.path / "bin", dirs_exist_ok=True)
        for folder in ("lib", "opt"):
            link_jars(wheel / folder, self.path / folder)
        for jar in (wheel / "opt").glob("flink-python-*.jar"):  # runs a team's own Python
            (self.path / "lib" / jar.name).symlink_to(jar)
        for file in (wheel / "conf").glob("log*"):
            shutil.copy(file, self.conf)
        # What submits a job would tell of Hadoop's metrics on the terminal.
        of_client = self.conf / "log4j-cli.properties"
        of_client.write_text(of_client.read_text().replace("logger.hadoop.level = INFO", "logger.hadoop.level = ERROR"))
        link_jars(fetched("flink-s3", self._cache), self.path / "plugins" / "s3-fs-hadoop")
        rest_port = free_port()
        self._write_configuration(wheel, s3_endpoint, credentials, rest_port)
        return rest_port

    def _write_configuration(self, wheel: Path, s3: str, credentials: tuple[str, str], rest_port: int) -> None:
        of_wheel: dict[str, Any] = yaml.safe_load((wheel / "conf" / "config.yaml").read_text())
        template = (resource_dir("flink-conf") / "local" / "config.yaml").read_text()
        filled = Template(template).substitute(
            java_opts=of_wheel["env"]["java"]["opts"]["all"],  # without them serializers cannot open java.util
            rpc_port=free_port(),
            rest_port=rest_port,
            s3_endpoint=s3,
            access_key=credentials[0],
            secret_key=credentials[1],
        )
        (self.conf / "config.yaml").write_text(filled)


class JobManager(Server):
    """The job manager, with the REST API and the web UI.

    Args:
        home: the stack's folder.
        flink: where it is started from; prepared before.
    """

    def __init__(self, home: Path, flink: FlinkHome) -> None:
        super().__init__("jobmanager", home)
        self._flink = flink

    def start(self, s3_endpoint: str, credentials: tuple[str, str], region: str) -> Running:
        """Starts it, unless it runs; `wait_until_listening` returns when the REST port answers.

        The credentials are given to the process as AWS names them: sources list their shards here.
        """
        if (running := self.running()) is not None:
            return running
        rest_port = self._flink.prepare(s3_endpoint, credentials)
        script = self._flink.path / "bin" / "jobmanager.sh"
        environment = {**self._flink.environment, **aws_environment(credentials, region)}
        return self.launch([str(script), "start-foreground"], rest_port, environment)


class TaskManager(Server):
    """The task manager; may be killed and started again while jobs run.

    Args:
        home: the stack's folder.
        flink: where it is started from; the job manager's.
    """

    def __init__(self, home: Path, flink: FlinkHome) -> None:
        super().__init__("taskmanager", home)
        self._flink = flink
        self.patience_seconds = 3.0  # with jobs running it waits for a job manager that may be gone

    def start(self, rest_port: int, credentials: tuple[str, str], region: str) -> Running:
        """Starts it, unless it runs; it registers at the job manager by itself.

        The credentials are given to the process as AWS names them, for the connectors' default credential chain.
        """
        if (running := self.running()) is not None:
            return running
        script = self._flink.path / "bin" / "taskmanager.sh"
        environment = {**self._flink.environment, **aws_environment(credentials, region)}
        return self.launch([str(script), "start-foreground"], rest_port, environment)

    def kill(self) -> int:
        """Kills it with SIGKILL, as a machine that loses its power would.

        Returns:
            The pid it had.
        """
        running = self.running()
        if running is None:
            raise ServerError("There is no task manager to kill: `decisions up` starts one.")
        process = psutil.Process(running.pid)
        process.kill()
        process.wait(10)
        return running.pid


def aws_environment(credentials: tuple[str, str], region: str) -> dict[str, str]:
    """What AWS's default chain reads: the connectors' credentials are never part of a job."""
    return {"AWS_ACCESS_KEY_ID": credentials[0], "AWS_SECRET_ACCESS_KEY": credentials[1], "AWS_REGION": region}


def link_jars(source: Path, target: Path) -> None:
    """Makes `target` a folder of links to just the jars in `source`: Flink's scripts do not follow a linked folder."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for jar in source.glob("*.jar"):
        (target / jar.name).symlink_to(jar)


def wheel_distribution() -> Path:
    """The Flink distribution inside the installed PyFlink.

    Raises:
        ServerError: PyFlink is not installed.
    """
    found = importlib.util.find_spec("pyflink")
    if found is None or found.origin is None:
        raise ServerError("PyFlink is not installed: run `pip install 'decision-store[jobs]'`.")
    return Path(found.origin).parent
