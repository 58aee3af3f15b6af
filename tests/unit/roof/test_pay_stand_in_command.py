"""``mainstay pay-stand-in`` serves, tells how to use it, and says why it cannot start."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from mainstay.roof import pay_stand_in_command
from mainstay.service.penalties.govuk_pay import Pay, PayProblem


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def test_it_says_what_to_start_the_service_with_and_ends_when_told(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAINSTAY_")}
    command = [sys.executable, "-u", "-m", "mainstay.roof.cli", "pay-stand-in", "--port", str(free_port())]
    keep = tmp_path / "made" / "pay.json"
    with subprocess.Popen(
        [*command, "--keep", str(keep)], env=environment, stdout=subprocess.PIPE, text=True
    ) as run:
        try:
            assert run.stdout
            said = run.stdout.readline() + run.stdout.readline() + run.stdout.readline()
            given = dict(word.split("=", 1) for word in said.split() if "=" in word)
            pay = Pay(given["MAINSTAY_PAY_URL"], given["MAINSTAY_PAY_KEY"])
            payment = pay.create(
                amount_pence=8000,
                reference="PN-0001234-K",
                description="Penalty notice",
                return_url="http://localhost:8000/",
                idempotency_key="",
            )
            assert payment.payment_id in keep.read_text()
            assert given["MAINSTAY_PAY_WEBHOOK_SECRET"]
            with pytest.raises(PayProblem, match="MAINSTAY_PAY_KEY"):
                Pay(given["MAINSTAY_PAY_URL"], "api_test_other").get(payment.payment_id)
        finally:
            run.send_signal(signal.SIGINT)
        assert run.wait(20) == 0


def test_it_says_why_it_cannot_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert pay_stand_in_command.main(["--port", str(taken.getsockname()[1])]) == 1
    assert "cannot start: Address already in use" in capsys.readouterr().err
    keep = tmp_path / "pay.json"
    keep.write_text("[{}]")
    assert pay_stand_in_command.main(["--port", "0", "--keep", str(keep)]) == 1
    assert f"{keep} is damaged: delete it" in capsys.readouterr().err
