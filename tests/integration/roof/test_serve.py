"""``mainstay serve`` starts three processes, restarts one that dies, and ends all of them when told to."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from mainstay.roof.supervisor import Child, supervise

WORKER, TIMER = "loops\0worker\0", "loops\0timer\0"
PARTS = ("gunicorn", WORKER, TIMER)


def wait_for(ready: Callable[[], bool], seconds: float = 60) -> None:
    limit = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < limit, "it took too long"
        time.sleep(0.1)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def children_of(pid: int) -> dict[str, int]:
    """The supervised processes by what they are."""
    found = {}
    for number in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        words = Path(f"/proc/{number}/cmdline").read_text()  # empty for one that has just died
        found |= {name: int(number) for name in PARTS if name in words}
    return found


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux to look at processes")
def test_serve_answers_restarts_and_stops(tmp_path: Path) -> None:
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("MAINSTAY_", "DJANGO_", "COV_"))}
    environment |= {"MAINSTAY_DEMO": "true", "MAINSTAY_VAR": str(tmp_path)}
    command = [
        sys.executable,
        "-m",
        "mainstay.roof.cli",
        "serve",
        "--port",
        str(port),
        "--migrate",
        "--workers",
        "1",
    ]
    with (tmp_path / "out").open("wb") as out:
        served = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
    try:
        wait_for(lambda: "Mainstay is at" in (tmp_path / "out").read_text() or served.poll() is not None, 120)
        assert served.poll() is None, (tmp_path / "out").read_text()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/accessibility/") as page:
            assert b"Accessibility statement" in page.read()
        first = children_of(served.pid)
        assert set(first) == set(PARTS)
        os.kill(first[WORKER], signal.SIGKILL)
        wait_for(lambda: children_of(served.pid).get(WORKER, first[WORKER]) != first[WORKER])
        second = subprocess.run([*command[:6], "--migrate"], env=environment, capture_output=True, text=True)
        assert second.returncode == 1
        assert "Choose another with --port" in second.stderr
        last = children_of(served.pid)
        served.send_signal(signal.SIGTERM)
        assert served.wait(30) == 0
        wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in last.values()), 10)
    finally:
        if served.poll() is None:
            served.terminate()
            served.wait(30)


def test_a_child_that_keeps_dying_is_started_ever_less_often() -> None:
    said: list[str] = []
    child = Child("worker", [sys.executable, "-c", "raise SystemExit(3)"])
    child.look(said.append)
    for expected in (1.0, 2.0, 4.0):
        assert child.process is not None
        child.process.wait()
        child.look(said.append)
        assert 0 < child.due - time.monotonic() <= expected
        child.due = 0
        child.look(said.append)
    assert "status 3" in said[0]
    child.process.wait()  # type: ignore[union-attr]


def test_supervise_ends_its_children_on_a_signal() -> None:
    child = Child("sleeper", [sys.executable, "-c", "import time; time.sleep(60)"])
    handlers = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)

    def ready() -> bool:
        os.kill(os.getpid(), signal.SIGTERM)
        return True

    try:
        assert supervise([child], ready) == 0
    finally:
        signal.signal(signal.SIGTERM, handlers[0])
        signal.signal(signal.SIGINT, handlers[1])
    assert child.process is not None
    assert child.process.poll() is not None
