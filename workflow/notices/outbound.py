"""Calls to addresses outside: only to allowed hosts, only to public addresses, and to no other than the one checked.

A name is resolved once; every address it has must be public, and the connection goes to that very address, so that a
second answer of the name server cannot lead elsewhere. Redirects are not followed.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from urllib3.connection import HTTPSConnection
from urllib3.exceptions import HTTPError

from workflow.notices.channel import CONNECT_SECONDS, LONGEST_SECONDS, READ_SECONDS, Down, Rejected, cut_off

HTTPS_PORT = 443
MOST_BYTES = 64 * 1024  #: of an answer
TRANSLATED = IPv6Network("64:ff9b::/96")  #: NAT64: the last four bytes are an IPv4 address


def resolved(host: str, port: int) -> list[str]:
    """Every address of a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]


def is_public(written: str) -> bool:
    """Whether an address belongs to the open internet: also what an IPv6 address carries inside must do so."""
    address: IPv4Address | IPv6Address = ip_address(written.partition("%")[0])
    if isinstance(address, IPv6Address):
        stands_for = address.ipv4_mapped or (IPv4Address(address.packed[-4:]) if address in TRANSLATED else None)
        if stands_for is not None:
            return is_public(str(stands_for))
        inside = (address.sixtofour, *(address.teredo or ()))
        if address.is_site_local or any(each is not None and not is_public(str(each)) for each in inside):
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


@dataclass(frozen=True)
class Answer:
    """What the other side said."""

    status: int
    body: bytes


@dataclass(frozen=True)
class Outbound:
    """The way out."""

    hosts: frozenset[str]
    resolve: Callable[[str, int], list[str]] = resolved
    accepts: Callable[[str], bool] = is_public
    ports: frozenset[int] = frozenset({HTTPS_PORT})
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    longest_seconds: float = LONGEST_SECONDS
    read_seconds: float = READ_SECONDS

    def check(self, url: str) -> SplitResult:
        """The parts of an address that may be called. Raises Rejected with the reason otherwise."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port or HTTPS_PORT
        except ValueError:
            raise Rejected(reason="地址不完整") from None
        if parts.scheme != "https":
            raise Rejected(reason="地址须以 https:// 开头")
        if parts.username is not None or parts.password is not None or "\\" in url:
            raise Rejected(reason="地址中不能带账号口令")
        if host not in self.hosts:
            raise Rejected(
                reason=f"主机“{host}”不在允许对外访问的名单中，请系统管理员在 CHUANGYOU_OUTBOUND_HOSTS 中加入"
            )
        if port not in self.ports:
            raise Rejected(reason=f"端口 {port} 不在允许范围内")
        return parts

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send a request and read the answer. Raises Rejected (not allowed) or Down (nobody there)."""
        parts = self.check(url)
        host, port = parts.hostname or "", parts.port or HTTPS_PORT
        connection = HTTPSConnection(
            self._address(host, port), port, timeout=CONNECT_SECONDS, server_hostname=host,
            assert_hostname=host, ssl_context=self.context,
        )  # fmt: skip
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        named = host if port == HTTPS_PORT else f"{host}:{port}"
        try:
            with cut_off(lambda: connection.sock, self.longest_seconds):
                connection.connect()
                connection.sock.settimeout(self.read_seconds)
                connection.request("POST", target, body=body, headers={**headers, "Host": named},
                                   preload_content=False)  # fmt: skip
                answer = connection.getresponse()
                return Answer(answer.status, answer.read(MOST_BYTES, decode_content=False))
        except (HTTPError, HTTPException, OSError, ValueError) as error:
            raise Down(reason=f"{host} 没有应答（{type(error).__name__}）") from error
        finally:
            connection.close()

    def _address(self, host: str, port: int) -> str:
        try:
            found = self.resolve(host, port)
        except OSError as error:
            raise Down(reason=f"查不到 {host} 的地址") from error
        if not found:
            raise Down(reason=f"查不到 {host} 的地址")
        if refused := [each for each in found if not self.accepts(each)]:
            raise Rejected(reason=f"{host} 指向内部地址 {refused[0]}，不能访问")
        return found[0]
