"""The way out: allowed hosts, public addresses, the very address that was checked, no redirects, an end to it."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Network
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from workflow.notices.channel import Down, Rejected
from workflow.notices.outbound import MOST_BYTES, Outbound, is_public

HOST = "robots.example"
PUBLIC = ["93.184.216.34", "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]
PRIVATE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
    "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1",
    "fd12:3456::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    "64:ff9b::127.0.0.1", "64:ff9b::10.1.2.3", "2002:7f00:1::", "2002:a00:1::", "::127.0.0.1", "fec0::1",
    "2001:0:7f00:1:0:0:f5ff:fffe",
]  # fmt: skip
URLS = [
    f"http://{HOST}/x", f"ftp://{HOST}/", "file:///etc/passwd", "gopher://x.example/", "https://evil.example/",
    f"https://{HOST}.evil.example/", f"https://evil.example/{HOST}", f"https://evil.example#{HOST}",
    f"https://{HOST}@evil.example/", f"https://user:pw@{HOST}/", f"https://evil.example\\@{HOST}/",
    f"https://{HOST}:22/", f"https://{HOST}:99999/", "https://127.0.0.1/", "https://[::1]/", "https://2130706433/",
    "https://0x7f.1/", "https://localhost/", f"https://{HOST}./", "https:///x", "//robots.example/x", "",
    "https://robots\u3002example/", "https://ｒobots.example/", "https://[robots.example/",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_called(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_inner_addresses_are_not(address: str) -> None:
    assert not is_public(address)
    outbound = Outbound(frozenset({HOST}), resolve=lambda *_: ["8.8.8.8", address])
    with pytest.raises(Rejected, match="内部地址"):
        outbound.post(f"https://{HOST}/", b"", {})


def test_no_inner_network_gets_through_a_mapped_address() -> None:
    for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16"):
        for each in (IPv4Network(network)[1], IPv4Network(network)[-2]):
            assert not is_public(f"::ffff:{each}")
            assert not is_public(f"64:ff9b::{each}")


@pytest.mark.parametrize("url", URLS)
def test_other_addresses_are_refused_before_anything_is_looked_up(url: str) -> None:
    def resolve(*_: object) -> list[str]:
        raise AssertionError("looked up")

    with pytest.raises(Rejected):
        Outbound(frozenset({HOST}), resolve=resolve).post(url, b"", {})


def test_with_no_host_allowed_nothing_is_called() -> None:
    with pytest.raises(Rejected, match="CHUANGYOU_OUTBOUND_HOSTS"):
        Outbound(frozenset()).post(f"https://{HOST}/", b"", {})


def test_a_name_without_address_is_nobody() -> None:
    def resolve(*_: object) -> list[str]:
        raise OSError

    for each in (resolve, lambda *_: []):
        with pytest.raises(Down):
            Outbound(frozenset({HOST}), resolve=each).post(f"https://{HOST}/", b"", {})


class Handler(BaseHTTPRequestHandler):
    """A robot on the loopback."""

    protocol_version = "HTTP/1.1"
    got: list[tuple[str, dict[str, str], bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((self.path, dict(self.headers), body))
        if self.path == "/elsewhere":
            self.answer(302, b"", Location="/end")
        elif self.path == "/large":
            self.answer(200, b"x" * (MOST_BYTES * 4))
        elif self.path == "/drip":
            self.drip()
        else:
            self.answer(200, b'{"errcode":0}')

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def drip(self) -> None:
        for each in b"HTTP/1.1 200 OK\r\n" + b"X-Slow: 1\r\n" * 1000:
            try:
                self.wfile.write(bytes([each]))
                self.wfile.flush()
            except OSError:
                return
            sleep(0.05)

    def log_message(self, *_: object) -> None:
        """Quiet."""


def certificate(folder: Path, name: str) -> Path:
    """A key and a certificate of its own for a host, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256())
    )  # fmt: skip
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / f"{name}.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


Way = Callable[..., tuple[Outbound, str]]


@pytest.fixture
def way(tmp_path: Path) -> Iterator[Way]:
    """A way out to a server on the loopback that calls itself what the test says."""
    servers: list[ThreadingHTTPServer] = []

    def make(name: str = HOST, **how: object) -> tuple[Outbound, str]:
        pem = certificate(tmp_path, name)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.daemon_threads = True
        servers.append(server)
        Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        trusting = ssl.create_default_context(cafile=str(pem))
        ours = Outbound(frozenset({HOST}), lambda *_: ["127.0.0.1"], lambda _: True, frozenset({port}), trusting,
                        **how)  # type: ignore[arg-type] # fmt: skip
        return ours, f"https://{HOST}:{port}"

    Handler.got = []
    yield make
    for each in servers:
        each.shutdown()
        each.server_close()


def test_the_host_is_called_by_its_name_at_the_address_that_was_checked(way: Way) -> None:
    outbound, url = way()
    answer = outbound.post(f"{url}/send?key=1", b"{}", {"X-A": "b"})
    assert (answer.status, answer.body) == (200, b'{"errcode":0}')
    path, headers, body = Handler.got[0]
    assert (path, headers["Host"], headers["X-A"], body) == ("/send?key=1", url.removeprefix("https://"), "b", b"{}")


def test_somebody_else_at_the_address_is_found_out(way: Way) -> None:
    outbound, url = way("other.example")
    with pytest.raises(Down):
        outbound.post(url, b"{}", {})
    assert Handler.got == []


def test_the_name_is_looked_up_once(way: Way) -> None:
    outbound, url = way()
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    rebound = Outbound(outbound.hosts, resolve, outbound.accepts, outbound.ports, outbound.context)
    assert rebound.post(url, b"{}", {}).status == 200
    assert asked == [HOST]


def test_a_redirect_is_an_answer_and_not_a_way(way: Way) -> None:
    outbound, url = way()
    assert outbound.post(f"{url}/elsewhere", b"{}", {}).status == 302
    assert [path for path, _, _ in Handler.got] == ["/elsewhere"]


def test_of_a_long_answer_no_more_is_read_than_needed(way: Way) -> None:
    outbound, url = way()
    assert len(outbound.post(f"{url}/large", b"{}", {}).body) == MOST_BYTES


def test_a_server_that_drips_is_left(way: Way) -> None:
    outbound, url = way(longest_seconds=0.5, read_seconds=5.0)
    began = monotonic()
    with pytest.raises(Down):
        outbound.post(f"{url}/drip", b"{}", {})
    assert monotonic() - began < 3
