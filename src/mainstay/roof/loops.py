"""The two processes beside the web server: the worker and the timer.

``python -m mainstay.roof.loops worker`` does what waits: jobs, mail, sealing. ``… timer`` runs the daily tasks and takes
the register files dropped into ``inbox``; beside that, in a thread of its own, it looks each minute for what cannot wait. Both
end on SIGTERM after the piece of work in hand, and when the process that started them is gone.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType

WORKER_REST = 1.0  # seconds without work
TIMER_REST = 60.0
AFTER_FAILURE = 5.0


def run(turn: Callable[[], bool], rest: float) -> int:
    """Call ``turn`` again and again; rest when it says that nothing was left to do."""
    import structlog
    from django.db import close_old_connections

    log = structlog.get_logger("mainstay.loops")
    stopping, parent = threading.Event(), os.getppid()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not stopping.is_set() and os.getppid() == parent:
        close_old_connections()
        try:
            pause = 0.0 if turn() else rest
        except Exception:
            log.exception("turn_failed")
            pause = AFTER_FAILURE
        stopping.wait(pause)
    return 0


def worker_turn() -> bool:
    """One job, the messages that are due, letters to ask about, one batch of seals; whether there was anything."""
    from mainstay.service.common.audit import sealing
    from mainstay.service.common.jobs import queue
    from mainstay.service.common.outbox import letters, sending

    return any([queue.run_next(), sending.send_waiting() > 0, letters.follow() > 0, sealing.seal() > 0])


def watch(rest: float) -> None:
    """What is looked at every minute, and the messages it writes: beside everything else, however long that takes."""
    import structlog
    from django.db import close_old_connections

    from mainstay.service.common.jobs import minutely
    from mainstay.service.common.outbox import sending

    while True:
        close_old_connections()
        try:
            minutely.run()
            sending.send_waiting()
        except Exception:
            structlog.get_logger("mainstay.loops").exception("watch_failed")
        time.sleep(rest)


def timer_turn() -> bool:
    """The daily tasks that are due, then the files of the inbox."""
    from django.conf import settings

    from mainstay.service.attendance import inbox
    from mainstay.service.common.jobs import daily

    daily.run_due()
    inbox.empty(settings.CONFIG.var / "inbox", inbox.QUIET_SECONDS)
    return False


def main(argv: list[str]) -> int:
    if argv not in (["worker"], ["timer"]):
        print("usage: python -m mainstay.roof.loops worker|timer", file=sys.stderr)  # noqa: T201
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mainstay.roof.settings")
    import django

    django.setup()
    if argv == ["worker"]:
        return run(worker_turn, WORKER_REST)
    threading.Thread(target=watch, args=(TIMER_REST,), daemon=True).start()
    return run(timer_turn, TIMER_REST)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
