"""``mainstay serve``: web server, worker and daily timer under one command."""

import argparse
import hashlib
import os
import secrets
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from mainstay.roof.supervisor import Child, supervise


def main(argv: list[str]) -> int:
    """Serve until told to stop; 1 where the address is taken, 2 for wrong usage."""
    options = _parser().parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mainstay.roof.settings")
    web = options.only is None or "web" in options.only
    if web and (problem := _taken(options.host, options.port)):
        print(f"mainstay serve: {problem}", file=sys.stderr)
        return 1
    import django

    django.setup()
    if options.migrate:
        _migrate()
    problems = list(filter(None, (_demo_people(), _keys(lost=options.keys_lost))))
    for problem in problems:
        print(f"mainstay serve: {problem}", file=sys.stderr)
    if problems:
        return 1
    _collect_static()
    stand_in = _stand_in(options) if web else []
    if web:
        _own_address(options)
    ready = _announce(options.host, options.port) if web else lambda: True
    return supervise(_children(options) + stand_in, ready)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mainstay serve", description="Run web server, worker and daily timer."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (8000)")
    parser.add_argument("--workers", type=int, default=2, help="web processes (2)")
    parser.add_argument("--threads", type=int, default=4, help="threads of each (4)")
    parser.add_argument("--migrate", action="store_true", help="bring the database up to date first")
    parser.add_argument(
        "--keys-lost",
        action="store_true",
        help="start although master keys are gone for good, with a new one",
    )
    parser.add_argument(
        "--only", choices=["web", "worker", "timer"], action="append", help="run only this part"
    )
    return parser


def _taken(host: str, port: int) -> str | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return f"cannot listen on {host}:{port} ({error.strerror}). Choose another with --port."
    return None


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import connections

    for alias in connections:
        call_command("migrate", database=alias, verbosity=0, interactive=False)


def _demo_people() -> str | None:
    """Why a service that is no demo may not start: the password of the made-up city is printed everywhere."""
    from django.conf import settings
    from django.db import OperationalError, ProgrammingError

    from mainstay.service.accounts.models import User
    from mainstay.service.directory.demo.people import DOMAIN, SIGN_INS

    if settings.CONFIG.demo:
        return None
    try:
        there = User.objects.filter(
            email__in=[f"{name}@{DOMAIN}" for name in SIGN_INS], is_active=True
        ).exists()
    except (OperationalError, ProgrammingError):
        return None  # no tables yet
    return (
        "this database holds the sign-ins of the made-up city, whose password everybody knows. "
        "Use another database, or MAINSTAY_DEMO=true."
        if there
        else None
    )


def _keys(*, lost: bool) -> str:
    """Why a service may not start on this key file; its first key is made where nothing is locked yet.

    lost: somebody says that keys are gone for good; a new one is made where the file is missing.
    """
    from django.conf import settings
    from django.db import OperationalError, ProgrammingError

    from mainstay.service.common import keyring

    try:
        if lost:
            settings.CONFIG.make_master_key()
        elif problem := keyring.lacking():
            return problem
        keyring.ring()
    except (OperationalError, ProgrammingError):
        pass  # no tables yet
    return ""


def _collect_static() -> None:
    """Gather and compress static files when any of them changed since the last time."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    found = hashlib.sha256()
    for finder in get_finders():
        for path, storage in sorted(finder.list(None), key=lambda pair: pair[0]):
            state = Path(storage.path(path)).stat()
            found.update(f"{path} {state.st_size} {state.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    if not stamp.exists() or stamp.read_text() != found.hexdigest():
        call_command("collectstatic", interactive=False, verbosity=0, clear=stamp.exists())
        stamp.write_text(found.hexdigest())


def _children(options: argparse.Namespace) -> list[Child]:
    bind = f"[{options.host}]:{options.port}" if ":" in options.host else f"{options.host}:{options.port}"
    commands = {
        "web": [
            sys.executable, "-m", "gunicorn", "mainstay.roof.wsgi:application", "--bind", bind,
            "--worker-class", "gthread", "--workers", str(options.workers), "--threads", str(options.threads),
            "--no-control-socket", "--preload", "--timeout", "120", "--graceful-timeout", "15",
            "--max-requests", "5000", "--max-requests-jitter", "500", "--log-level", "warning",
        ],
        "worker": [sys.executable, "-m", "mainstay.roof.loops", "worker"],
        "timer": [sys.executable, "-m", "mainstay.roof.loops", "timer"],
    }  # fmt: skip
    wanted = options.only or list(commands)
    return [Child(name, command) for name, command in commands.items() if name in wanted]


def _stand_in(options: argparse.Namespace) -> list[Child]:
    """Where the demonstration's payers pay, on the next port; the other parts learn of it from the environment."""
    from django.conf import settings

    config = settings.CONFIG
    if not config.demo or {"pay_url", "pay_key"} & config.model_fields_set:
        return []
    port = options.port + 1
    if problem := _taken(options.host, port):
        print(
            f"mainstay serve: nobody can pay online, the stand-in for GOV.UK Pay {problem}", file=sys.stderr
        )
        return []
    address = f"http://{_shown(options.host)}:{port}"
    os.environ |= {
        "MAINSTAY_PAY_URL": address,
        "MAINSTAY_PAY_KEY": f"api_test_{secrets.token_hex(16)}",
        "MAINSTAY_PAY_WEBHOOK_SECRET": secrets.token_hex(32),
    }
    command = [
        sys.executable, "-m", "mainstay.roof.cli", "pay-stand-in",
        "--host", options.host, "--port", str(port), "--address", address,
        "--webhook", f"http://{_shown(options.host)}:{options.port}/pay/webhook",
        "--keep", str(config.var / "pay-stand-in.json"),
    ]  # fmt: skip
    return [Child("pay-stand-in", command)]


def _own_address(options: argparse.Namespace) -> None:
    """Links in the demonstration's mail lead to this server; the other parts learn of it from the environment."""
    from django.conf import settings

    if settings.CONFIG.demo and "address" not in settings.CONFIG.model_fields_set:
        os.environ["MAINSTAY_ADDRESS"] = f"http://{_shown(options.host)}:{options.port}"


def _shown(host: str) -> str:
    """How a browser on this machine names the host."""
    host = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
    return f"[{host}]" if ":" in host else host


def _announce(host: str, port: int) -> Callable[[], bool]:
    """Say the address once the server answers."""
    shown = _shown(host)

    def ready() -> bool:
        try:
            with urllib.request.urlopen(f"http://{shown}:{port}/healthz", timeout=2):
                pass
        except urllib.error.HTTPError:
            pass  # it answers; behind https it sends us there
        except OSError:
            return False
        print(f"Mainstay is at http://{shown}:{port}/  (stop with Ctrl+C)", flush=True)
        _say_sign_ins()
        _say_key_file()
        return True

    return ready


def _say_key_file() -> None:
    from django.conf import settings

    path = settings.CONFIG.master_key_path.absolute()
    print(f"Files are locked with the key file {path}. Losing it loses the files: keep a copy in a safe.")
    sys.stdout.flush()


def _say_sign_ins() -> None:
    from django.conf import settings

    if not settings.CONFIG.demo:
        return
    from mainstay.service.accounts.models import User
    from mainstay.service.accounts.roles import LABELS
    from mainstay.service.directory.demo.people import DOMAIN, PASSWORD, SIGN_INS

    there = set(
        User.objects.filter(email__in=[f"{n}@{DOMAIN}" for n in SIGN_INS]).values_list("email", flat=True)
    )
    shown = [
        (f"{name}@{DOMAIN}", LABELS[role])
        for name, (_, role) in SIGN_INS.items()
        if f"{name}@{DOMAIN}" in there
    ]
    if shown:
        print(f"Sign in to the made-up city with the password {PASSWORD} as:")
        for email, label in shown:
            print(f"  {email:<26}{label}")
        sys.stdout.flush()
