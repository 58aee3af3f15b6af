"""``mainstay pay-stand-in``: a stand-in for GOV.UK Pay on this machine, for the made-up city."""

import argparse
import os
import secrets
import sys
from pathlib import Path
from threading import Event

from mainstay.roof.pay_stand_in import StandIn


def main(argv: list[str]) -> int:
    """Serve until told to stop; 1 where it cannot."""
    options = _parser().parse_args(argv)
    key = os.environ.get("MAINSTAY_PAY_KEY") or f"api_test_{secrets.token_hex(16)}"
    secret = os.environ.get("MAINSTAY_PAY_WEBHOOK_SECRET") or secrets.token_hex(32)
    try:
        if options.keep:
            options.keep.parent.mkdir(parents=True, exist_ok=True)
        stand_in = StandIn(
            key=key,
            secret=secret,
            webhook=options.webhook,
            host=options.host,
            port=options.port,
            address=options.address,
            keep=options.keep,
            by_itself=True,
        )
    except (OSError, ValueError) as problem:
        words = problem.strerror if isinstance(problem, OSError) else f"{options.keep} is damaged: delete it"
        print(f"mainstay pay-stand-in: cannot start: {words}", file=sys.stderr)
        return 1
    if "MAINSTAY_PAY_KEY" not in os.environ:
        print(f"Start the service with\n  MAINSTAY_PAY_URL={stand_in.url} MAINSTAY_PAY_KEY={key}")
        print(f"  MAINSTAY_PAY_WEBHOOK_SECRET={secret}", flush=True)
    with stand_in:
        try:
            Event().wait()
        except KeyboardInterrupt:
            return 0
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mainstay pay-stand-in",
        description="Run a stand-in for GOV.UK Pay that speaks its JSON. No money moves. Its key and webhook "
        "secret are MAINSTAY_PAY_KEY and MAINSTAY_PAY_WEBHOOK_SECRET, or made up and printed.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8001, help="port to listen on (8001)")
    parser.add_argument("--address", default="", help="where payers find it (http://HOST:PORT)")
    parser.add_argument(
        "--webhook",
        default="http://localhost:8000/pay/webhook",
        help="where it tells of payments (http://localhost:8000/pay/webhook)",
    )
    parser.add_argument("--keep", type=Path, help="file its payments outlive a restart in (none)")
    return parser
