"""The stand-in as a web server: API, payer's pages, and the failures a test asks for."""

import json
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import AF_INET, AF_INET6
from threading import RLock
from typing import Final
from urllib.parse import parse_qs, urlsplit

from mainstay.roof.pay_stand_in import page
from mainstay.roof.pay_stand_in.api import Api
from mainstay.roof.pay_stand_in.payments import CANCELLED, DECLINED, Payment, Payments

_LONGEST: Final = 100_000  # bytes of a request
_FAULTS: Final = {
    429: {"code": "P0900", "description": "Too many requests"},
    500: {"code": "P0198", "description": "Downstream system error"},
}
LOST: Final = 0  # carried out, but the answer is lost


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class Server(ThreadingHTTPServer):
    """Answers for one stand-in; ``lock`` is held while its payments are touched."""

    daemon_threads = True

    def __init__(self, at: tuple[str, int], payments: Payments, api: Api, address: str = "") -> None:
        self.address_family = AF_INET6 if ":" in at[0] else AF_INET
        super().__init__(at, _Handler)
        self.payments, self.api = payments, api
        self.lock = RLock()
        self.base = address or f"http://{at[0]}:{self.server_port}"
        self.faults: list[int] = []  # of the next requests to the API

    def reply(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Reply | None:
        """The answer; None: the line breaks instead."""
        path = urlsplit(target).path
        with self.lock:
            if path.startswith("/v1/"):
                return self._api(method, path, headers, body)
            return self._page(method, path, body)

    def _api(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply | None:
        fault = self.faults.pop(0) if self.faults else None
        if fault:
            return _json(fault, _FAULTS[fault])
        status, said = self.api.answer(method, path, headers, body, self.base)
        return None if fault == LOST else _json(status, said)

    def _page(self, method: str, path: str, body: bytes) -> Reply:
        match method, path.strip("/").split("/"):
            case "GET", [""]:
                return Reply(200, page.about(), page.HEADERS)
            case "GET", ["secure", token]:
                return self._opened(token)
            case "POST", ["secure"]:
                return self._opened(_field(body, "chargeTokenId"))
            case (("GET" | "POST"), ["card_details", secret]):
                if payment := self.payments.of_page(secret):
                    if method == "POST":
                        return self._chosen(payment, _field(body, "choice"))
                    return Reply(200, (page.over if payment.finished else page.choose)(payment), page.HEADERS)
        return Reply(404, page.unknown(), page.HEADERS)

    def _opened(self, token: str) -> Reply:
        if payment := self.payments.open(token):
            return Reply(303, headers={"Location": f"/card_details/{payment.page}"})
        return Reply(404, page.unknown(), page.HEADERS)

    def _chosen(self, payment: Payment, choice: str) -> Reply:
        if not payment.finished and not self.choose(payment, choice):
            return Reply(400, page.choose(payment), page.HEADERS)
        return Reply(303, headers={"Location": payment.return_url})

    def choose(self, payment: Payment, choice: str) -> bool:
        """What the payer's button does; False where there is no such button."""
        match choice:
            case "pay":
                self.payments.confirm(payment)
            case "decline":
                self.payments.fail(payment, DECLINED)
            case "cancel":
                self.payments.fail(payment, CANCELLED)
            case _:
                return False
        return True


def _json(status: int, said: object) -> Reply:
    if status == 204:
        return Reply(status)
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return Reply(status, json.dumps(said).encode(), headers)


def _field(body: bytes, name: str) -> str:
    return parse_qs(body.decode(errors="replace")).get(name, [""])[0]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "stand-in", ""
    timeout = 30
    server: Server

    def do_GET(self) -> None:
        self._reply("GET")

    def do_POST(self) -> None:
        self._reply("POST")

    def _reply(self, method: str) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > _LONGEST:
            self.close_connection = True
            self._send(Reply(413))
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.reply(method, self.path, headers, self.rfile.read(int(length)))
        if reply:
            self._send(reply)
        else:
            self.close_connection = True

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.status != 204:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, *_: object) -> None:
        """Says nothing: addresses of payment pages are secrets."""
