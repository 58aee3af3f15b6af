"""Keeping a few processes alive: started together, restarted when one dies, stopped together."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

STEADY = 60.0  # seconds after which a child counts as well again
LONGEST_WAIT = 60.0
GRACE = 20.0  # seconds a child has to finish what it does


@dataclass(slots=True)
class Child:
    """One process: its name for messages, its command, and how often it failed in a row."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    failures: int = 0
    due: float = 0.0
    said: list[str] = field(default_factory=list)

    def start(self) -> None:
        self.process = subprocess.Popen(self.command)
        self.began = time.monotonic()

    def look(self, say: Callable[[str], None]) -> None:
        """Start it again when it died and its waiting time is over: 1, 2, 4 … 60 seconds."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due:
                self.start()
        elif (status := self.process.poll()) is not None:
            self.failures = 1 if now - self.began > STEADY else self.failures + 1
            wait = min(2.0 ** (self.failures - 1), LONGEST_WAIT)
            say(f"{self.name} ended with status {status}; starting it again in {wait:.0f} s")
            self.process, self.due = None, now + wait


def supervise(children: list[Child], on_ready: Callable[[], bool]) -> int:
    """Run until SIGTERM or SIGINT; 0. ``on_ready`` is asked until it says True."""
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    ready = False
    try:
        while not stopping.is_set():
            for child in children:
                child.look(_say)
            ready = ready or on_ready()
            stopping.wait(0.2)
    finally:
        _end(children)
    return 0


def _end(children: list[Child]) -> None:
    running = [
        child.process for child in children if child.process is not None and child.process.poll() is None
    ]
    for process in running:
        process.terminate()
    limit = time.monotonic() + GRACE
    for process in running:
        try:
            process.wait(max(0.1, limit - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _say(words: str) -> None:
    print(f"mainstay: {words}", file=sys.stderr, flush=True)  # noqa: T201
