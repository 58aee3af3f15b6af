"""``mainstay serve`` starts its processes, restarts one that dies, and ends all of them when told to."""

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

from mainstay.roof import serve_command
from mainstay.roof.config import Config
from mainstay.roof.supervisor import Child, supervise

WORKER, TIMER = "loops\0worker\0", "loops\0timer\0"
STAND_IN = "pay-stand-in\0"
PARTS = ("gunicorn", WORKER, TIMER, STAND_IN)


def wait_for(ready: Callable[[], bool], seconds: float = 60) -> None:
    limit = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < limit, "it took too long"
        time.sleep(0.1)


def free_port() -> int:
    """A port that nobody listens on, nor on the next one."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = int(probe.getsockname()[1])
            try:
                with socket.create_server(("127.0.0.1", port + 1)):
                    return port
            except OSError:
                continue


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
        with urllib.request.urlopen(f"http://127.0.0.1:{port + 1}/") as page:
            assert b"No money moves" in page.read()
        first = children_of(served.pid)
        assert set(first) == set(PARTS)
        for part in PARTS:
            told = Path(f"/proc/{first[part]}/environ").read_text().split("\0")
            assert f"MAINSTAY_PAY_URL=http://127.0.0.1:{port + 1}" in told
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


@pytest.mark.parametrize("setting", ["MAINSTAY_PAY_URL", "MAINSTAY_PAY_KEY", "MAINSTAY_DEMO"])
def test_the_stand_in_for_payments_is_only_for_a_demonstration_without_settings(
    settings, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(os, "environ", dict(os.environ))
    options = serve_command._parser().parse_args(["--port", str(free_port())])
    given = {
        "MAINSTAY_PAY_URL": Config(demo=True, pay_url="https://pay.example"),
        "MAINSTAY_PAY_KEY": Config(demo=True, pay_key="api_test_invented", pay_webhook_secret="s"),
        "MAINSTAY_DEMO": Config(demo=False, secret_key="s"),
    }
    settings.CONFIG = given[setting]
    assert serve_command._stand_in(options) == []
    settings.CONFIG = Config(demo=True)
    assert [child.name for child in serve_command._stand_in(options)] == ["pay-stand-in"]


def test_without_a_free_port_the_demonstration_goes_without_payments(
    settings, capsys: pytest.CaptureFixture[str]
) -> None:  # type: ignore[no-untyped-def]
    settings.CONFIG = Config(demo=True)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert serve_command._stand_in(serve_command._parser().parse_args(["--port", str(port - 1)])) == []
    said = capsys.readouterr().err
    assert "nobody can pay online" in said and f"127.0.0.1:{port}" in said
    assert "MAINSTAY_PAY_KEY" not in os.environ


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
