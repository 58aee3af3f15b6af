"""Which addresses lie outside, and that a name is looked up once."""

import socket
import ssl
from typing import Any

import pytest

from mainstay.service.common.outbox import calling
from mainstay.service.common.outbox.outcome import NotSent

OUTSIDE = "203.0.114.7"


def resolve(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Let every name lead to these addresses; the names that were asked."""
    asked: list[str] = []

    def found(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        family = [socket.AF_INET6 if ":" in one else socket.AF_INET for one in addresses]
        return [
            (kind, socket.SOCK_STREAM, 6, "", (one, port))
            for kind, one in zip(family, addresses, strict=True)
        ]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    return asked


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1",
        "64:ff9b::10.0.0.1", "2002:a00:1::", "2001:0:a00:1::1", "ff02::1",
    ],
)  # fmt: skip
def test_private_addresses_are_refused_in_every_spelling(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    resolve(monkeypatch, address)
    with pytest.raises(calling.PrivateAddress):
        calling.public_address("receiver.example.org", 443)


@pytest.mark.parametrize("address", [OUTSIDE, "::ffff:203.0.114.7", "2a00:1450:4009::1"])
def test_addresses_outside_are_called(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    resolve(monkeypatch, address)
    assert calling.public_address("receiver.example.org", 8443) == (address, 8443)


def test_one_private_address_among_several_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve(monkeypatch, OUTSIDE, "10.0.0.1")
    with pytest.raises(calling.PrivateAddress):
        calling.public_address("receiver.example.org", 443)


def test_the_address_that_was_looked_at_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = resolve(monkeypatch, OUTSIDE)
    connected: list[Any] = []

    def connect(address: Any, *_: Any, **__: Any) -> None:
        connected.append(address)
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", connect)
    monkeypatch.setenv("https_proxy", "http://proxy.example.org:3128")
    with pytest.raises(calling.Unreachable, match="TimeoutError"):
        calling.call("POST", "https://receiver.example.org/events", headers={}, body=b"{}", public_only=True)
    assert (asked, connected) == (["receiver.example.org"], [(OUTSIDE, 443)])


def test_the_certificate_is_checked_against_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve(monkeypatch, OUTSIDE)
    here, there = socket.socketpair()
    names: list[str] = []

    def wrap(context: ssl.SSLContext, raw: socket.socket, *, server_hostname: str) -> None:
        assert context.verify_mode is ssl.CERT_REQUIRED and context.check_hostname
        names.append(server_hostname)
        raise ssl.SSLCertVerificationError

    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: here)
    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", wrap)
    with here, there, pytest.raises(NotSent, match="SSLCertVerificationError"):
        calling.call("POST", "https://receiver.example.org/events", headers={}, body=b"{}", public_only=True)
    assert names == ["receiver.example.org"]
