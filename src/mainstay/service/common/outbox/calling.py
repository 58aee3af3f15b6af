"""Calling another service over HTTP: limits in time and size, no redirects, and on demand no private address."""

import http.client
import ipaddress
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mainstay.service.common.outbox.outcome import NotSent

TIMEOUT: Final = 20  # seconds for each step
LARGEST_ANSWER: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes


class Unreachable(NotSent):
    """No answer came. Whether the other side got what was sent, nobody knows."""


def call(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None = None,
    public_only: bool = False,
) -> Answer:
    """One request; a redirect is an answer like any other. Unreachable where none came.

    public_only: connect directly, and to nothing within the council's own network.
    """
    request = urllib.request.Request(url, body, dict(headers), method=method)  # noqa: S310 (settings allow http(s) only)
    opener = _public if public_only else _plain
    try:
        with opener.open(request, timeout=TIMEOUT) as reply:
            return Answer(reply.status, reply.read(LARGEST_ANSWER))
    except urllib.error.HTTPError as reply:
        with reply:
            return Answer(reply.code, reply.read(LARGEST_ANSWER))
    except urllib.error.URLError as error:
        if isinstance(error.reason, PrivateAddress):
            raise NotSent("Its address lies in a private network.", for_good=True) from None
        raise Unreachable(f"It could not be reached ({_name(error.reason)}).") from None
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(f"It gave no answer ({type(error).__name__}).") from None


def public_address(host: str, port: int) -> tuple[str, int]:
    """The first address of a host, where all of them lie outside; PrivateAddress else."""
    found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not all(_is_public(address) for address in found):
        raise PrivateAddress
    return found[0], port


class PrivateAddress(OSError):
    """The name leads into a private network."""


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.split("%")[0])
    found = getattr(found, "ipv4_mapped", None) or found
    return found.is_global and not found.is_multicast and not _carries_ipv4(found)


def _carries_ipv4(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Addresses that a gateway turns into another one, which may be private."""
    return any(address in network for network in _TRANSLATED if network.version == address.version)


_TRANSLATED: Final = tuple(ipaddress.ip_network(net) for net in ("64:ff9b::/96", "2002::/16", "2001::/32"))


class _PublicConnection(http.client.HTTPSConnection):
    """Looks the name up once and connects to what it looked at: a second look could be told another address."""

    def connect(self) -> None:
        raw = socket.create_connection(public_address(self.host, self.port), self.timeout)
        self.sock = ssl.create_default_context().wrap_socket(raw, server_hostname=self.host)


class _PublicHandler(urllib.request.HTTPSHandler):
    def https_open(self, request: urllib.request.Request) -> Any:
        return self.do_open(_PublicConnection, request)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def _name(reason: object) -> str:
    return type(reason).__name__ if isinstance(reason, Exception) else "no connection"


_plain = urllib.request.build_opener(_NoRedirect)
_public = urllib.request.build_opener(_NoRedirect, _PublicHandler, urllib.request.ProxyHandler({}))
