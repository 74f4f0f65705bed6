"""Start a real server for the tests: on a free loopback port, dying with the process that started it."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def die_with_parent() -> None:
    """Between fork and exec: the kernel ends this child when its parent dies, however that happens (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def start(command: Sequence[str], *, log: Path, **options: Any) -> subprocess.Popen[bytes]:
    with open(log, "ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent,
            **options,
        )


def wait_until(
    ready: Callable[[], Any],
    *,
    process: subprocess.Popen[bytes] | None = None,
    log: Path | None = None,
    limit: float = 90,
) -> Any:
    """The first truthy answer of `ready`; an error with the end of the log when the process died or time ran out."""
    end = time.monotonic() + limit
    while not (answer := ready()):
        died = process is not None and process.poll() is not None
        if died or time.monotonic() > end:
            said = log.read_text(errors="replace")[-2000:] if log and log.exists() else ""
            raise RuntimeError(f"{'It ended' if died else 'It did not get ready'}. {said}")
        time.sleep(0.05)
    return answer


def stop(process: subprocess.Popen[bytes], *, how: int = signal.SIGTERM) -> None:
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def temporary_folder(name: str) -> Path:
    """A new folder that other users may enter, since PostgreSQL does not run as root."""
    folder = Path(tempfile.mkdtemp(prefix=f"kpiweb-{name}-"))
    os.chmod(folder, 0o755)
    return folder
