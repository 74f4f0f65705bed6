"""Keep a few child processes running together: start, prefix their output, restart the dead, stop all."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
HEALTHY_AFTER = 60.0
GRACE = 10.0
PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """One process to keep running; with `once`, it may end well and is then left alone."""

    name: str
    command: Sequence[str]
    once: bool = False
    process: subprocess.Popen[str] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    start_at: float = 0.0
    done: bool = False


@dataclass
class Supervisor:
    """Runs its children until SIGINT or SIGTERM. `say` writes one line to the terminal."""

    children: list[Child]
    environment: Mapping[str, str]
    say: Callable[[str], None]
    stopping: bool = False
    readers: list[threading.Thread] = field(default_factory=list)

    def run(self, *, on_tick: Callable[[], None] = lambda: None) -> None:
        """Returns when all children have ended after a signal. `on_tick` is called several times a second."""
        # Signals are taken before the first child exists, so that none is left behind.
        previous = {number: signal.signal(number, self._ask_to_stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            while not self.stopping:
                for child in self.children:
                    self._look_after(child)
                on_tick()
                time.sleep(0.2)
        finally:
            self.stop()
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _look_after(self, child: Child) -> None:
        if child.done:
            return
        if child.process is None:
            if time.monotonic() >= child.start_at:
                self._start(child)
        elif child.process.poll() is not None:
            self._bury(child, child.process)

    def _start(self, child: Child) -> None:
        # A session of its own: Ctrl-C reaches the supervisor alone, which then ends the whole group.
        child.process = subprocess.Popen(  # noqa: S603 - our own command lines
            child.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=dict(self.environment),
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        child.started = time.monotonic()
        reader = threading.Thread(target=self._repeat_output, args=(child.name, child.process), daemon=True)
        reader.start()
        self.readers = [thread for thread in self.readers if thread.is_alive()] + [reader]

    def _bury(self, child: Child, process: subprocess.Popen[str]) -> None:
        # What the dead one had started would still hold the port.
        _signal_group(process, signal.SIGKILL)
        child.process = None
        if child.once and process.returncode == 0:
            child.done = True
            return
        if time.monotonic() - child.started > HEALTHY_AFTER:
            child.pause = FIRST_PAUSE
        self.say(f"{child.name} ended ({_how(process.returncode)}); it starts again in {child.pause:g} s")
        child.start_at = time.monotonic() + child.pause
        child.pause = min(child.pause * 2, LONGEST_PAUSE)

    def _repeat_output(self, name: str, process: subprocess.Popen[str]) -> None:
        for line in process.stdout or ():
            self.say(f"{name:6} | {line.rstrip()}")

    def stop(self) -> None:
        """Ask all to end, then end what is still there after ten seconds."""
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        end = time.monotonic() + GRACE
        for process in running:
            try:
                process.wait(timeout=max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.say("one process does not end by itself; it is ended now")
            _signal_group(process, signal.SIGKILL)
            process.wait()
        for reader in self.readers:
            reader.join(timeout=1)


def die_with_parent() -> None:
    """In the child before its program starts: the kernel ends it when the supervisor is killed (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _signal_group(process: subprocess.Popen[str], number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _how(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
