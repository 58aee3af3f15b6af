"""A stand-in for GOV.UK Pay that speaks its JSON, for the made-up city and for tests. No money moves.

In a test: ``with StandIn(key=…, secret=…, webhook=…) as pay:`` and then ``pay.url``, ``pay.press(…)``,
``pay.deliver_webhooks()``. As GOV.UK Pay's own code does, and unlike what its pages may suggest, it lets an
Idempotency-Key of an ordinary card payment pass unheeded; ``honour_keys`` makes it heed one.
"""

from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

from mainstay.roof.pay_stand_in import said
from mainstay.roof.pay_stand_in.api import Api
from mainstay.roof.pay_stand_in.payments import Clock, Payment, Payments
from mainstay.roof.pay_stand_in.server import LOST, Server
from mainstay.roof.pay_stand_in.webhooks import Post, Webhooks, post_to, sign

__all__ = ["Clock", "Payment", "StandIn", "sign"]


class StandIn:
    """One stand-in: a web server from ``start`` to ``stop``, and the strings a test pulls."""

    def __init__(
        self,
        *,
        key: str,
        secret: str = "",
        webhook: str | Post = "",
        host: str = "127.0.0.1",
        port: int = 0,
        address: str = "",
        keep: Path | None = None,
        by_itself: bool = False,
    ) -> None:
        """webhook: an address, or a function that takes body and signature and gives the answer's status.

        address: where payers find it, if not at host and port. keep: a file the payments outlive a restart in.
        by_itself: send webhooks and expire payments when it
        is time, as GOV.UK Pay does; else when ``deliver_webhooks`` is called.
        """
        self.clock = Clock()
        post = post_to(webhook) if isinstance(webhook, str) else webhook
        self._webhooks = Webhooks(post, secret, self.clock) if webhook else None
        self._payments = Payments(self.clock, self._happened, keep)
        self._api = Api(self._payments, key, self.clock)
        self._server = Server((host, port), self._payments, self._api, address)
        self._by_itself = by_itself
        self._stopping = Event()
        self._threads: list[Thread] = []

    @property
    def url(self) -> str:
        return self._server.base

    def start(self) -> None:
        work = [self._serve, *([self._keep_time] if self._by_itself else [])]
        self._threads = [Thread(target=target, daemon=True) for target in work]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._server.shutdown()
        for thread in self._threads:
            thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # the payer

    def press(self, payment_id: str, choice: str) -> None:
        """Open the payment's page and press "pay", "decline" or "cancel"."""
        with self._server.lock:
            payment = self._payments.find(payment_id)
            self._payments.start(payment)
            if not self._server.choose(payment, choice):
                raise ValueError(choice)

    def submit(self, payment_id: str) -> None:
        """The bank agrees, and the payer leaves before confirming."""
        with self._server.lock:
            self._payments.submit(self._payments.find(payment_id))

    # the provider

    def payments(self) -> list[Payment]:
        """Every payment, as it stands."""
        with self._server.lock:
            return self._payments.all()

    def hold_captures(self) -> None:
        """Take no money until ``capture`` or ``fail_capture``."""
        self._payments.capture_at_once = False

    def capture(self, payment_id: str) -> None:
        with self._server.lock:
            self._payments.capture(self._payments.find(payment_id))

    def fail_capture(self, payment_id: str) -> None:
        """The provider cannot take the money of a payment that succeeded."""
        with self._server.lock:
            self._payments.fail_capture(self._payments.find(payment_id))

    def settle(self, payment_id: str) -> None:
        with self._server.lock:
            self._payments.settle(self._payments.find(payment_id))

    # webhooks

    def hold_webhooks(self) -> None:
        """Send none until ``release_webhooks``."""
        self._hooks.held = True

    def release_webhooks(self, *, backwards: bool = False) -> list[int]:
        """Send what was held; the statuses of the answers. backwards: the last first."""
        self._hooks.held = False
        return self.deliver_webhooks(backwards=backwards)

    def repeat_webhooks(self, times: int) -> None:
        """Send each message so many times."""
        self._hooks.copies = times

    def deliver_webhooks(self, *, backwards: bool = False) -> list[int]:
        """Send what is due by the clock; the statuses of the answers."""
        with self._server.lock:
            self._payments.expire()
        return self._hooks.deliver(backwards=backwards)

    # the API's bad days

    def fail_next(self, requests: int, status: int = 500) -> None:
        """Answer the next requests with 500 or 429 and do nothing."""
        self._server.faults += [status] * requests

    def lose_next_answers(self, requests: int) -> None:
        """Do what the next requests ask, and break the line instead of answering."""
        self._server.faults += [LOST] * requests

    def honour_keys(self) -> None:
        """Answer a repeated Idempotency-Key with the earlier payment, or refuse it for another body."""
        self._api.honours_keys = True

    @property
    def _hooks(self) -> Webhooks:
        if self._webhooks is None:
            raise ValueError("this stand-in has no webhook address")
        return self._webhooks

    def _happened(self, event: str, payment: Payment) -> None:
        if self._webhooks:
            self._webhooks.add(event, said.payment(payment), self.clock())

    def _serve(self) -> None:
        self._server.serve_forever(0.05)  # seconds until it notices that it shall stop

    def _keep_time(self) -> None:
        while not self._stopping.wait(0.2):
            with self._server.lock:
                self._payments.expire()
            if self._webhooks:
                self._webhooks.deliver()
