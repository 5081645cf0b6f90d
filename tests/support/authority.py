"""A certificate authority of our own, and a proxy on loopback behind which it plays s3.amazonaws.com.

The product honours HTTPS_PROXY and SSL_CERT_FILE, and that is all these tests change: every byte goes over real TLS.
"""

from __future__ import annotations

import base64
import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.support.posting import NOW

SIGNED_BY = "echo-api.amazon.com"
CHAIN = "https://s3.amazonaws.com/echo.api/echo-api-cert.pem"
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@cache
def private_key(name: str) -> rsa.RSAPrivateKey:
    """A key of this name: making one takes a while, so that each is made once."""
    return rsa.generate_private_key(65_537, 2_048)


@dataclass(frozen=True)
class Issued:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: PrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def signed(self, body: bytes, algorithm: HashAlgorithm | None = None) -> str:
        """The base64 signature of a body, as Alexa makes it."""
        assert isinstance(self.key, rsa.RSAPrivateKey)
        return base64.b64encode(self.key.sign(body, padding.PKCS1v15(), algorithm or SHA256())).decode()


def issue(
    name: str,
    issuer: Issued | None = None,
    *,
    authority: bool = False,
    hosts: Sequence[str] | None = (SIGNED_BY,),
    usages: Sequence[x509.ObjectIdentifier] | None = (ExtendedKeyUsageOID.SERVER_AUTH,),
    signs: bool = True,
    claims_authority: bool = False,
    begins: float = -30.0,
    ends: float = 30.0,
    now: float = NOW,
    key: PrivateKey | None = None,
) -> Issued:
    """A certificate; `begins` and `ends` are days from now, without an issuer it signs itself."""
    key = key or private_key(name)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = datetime.fromtimestamp(now, UTC)
    signer = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today + timedelta(days=begins))
        .not_valid_after(today + timedelta(days=ends))
        .add_extension(x509.BasicConstraints(ca=authority or claims_authority, path_length=None), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()),
            critical=False,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.KeyUsage(signs, False, not signs, False, False, authority, authority, False, False), critical=True
        )
    )
    if hosts and not authority:
        names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
        builder = builder.add_extension(names, critical=False)
    if usages and not authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
    return Issued(builder.sign(signer, SHA256()), key)


Answer = Callable[[ssl.SSLSocket], None]


def answering(body: bytes, status: str = "200 OK", *headers: str) -> Answer:
    """A server that answers every request with this."""
    head = "\r\n".join((f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers))

    def answer(connection: ssl.SSLSocket) -> None:
        connection.sendall(head.encode() + b"\r\n\r\n" + body)

    return answer


def dripping(connection: ssl.SSLSocket) -> None:
    """A server that never stops, and never gets on."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    with contextlib.suppress(OSError):
        for _ in range(200):
            connection.sendall(b"X-Slow: 1\r\n")
            time.sleep(0.1)


@dataclass
class Store:
    """Plays s3.amazonaws.com behind a proxy: `answers` by path, how often each was asked for, and how the proxy was."""

    root: Issued
    host: Issued
    folder: Path
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    connects: list[bytes] = field(default_factory=list)
    delay: float = 0.0

    @property
    def variables(self) -> dict[str, str]:
        """The environment that leads here."""
        return {
            "HTTPS_PROXY": f"http://127.0.0.1:{self.port}", "https_proxy": f"http://127.0.0.1:{self.port}",
            "NO_PROXY": "", "no_proxy": "", "SSL_CERT_FILE": str(self.folder / "roots.pem"),
        }  # fmt: skip

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    def __enter__(self) -> Store:
        (self.folder / "roots.pem").write_bytes(self.root.pem)
        (self.folder / "host.pem").write_bytes(
            self.host.key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + self.host.pem
        )
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.folder / "host.pem")
        self._socket = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connect = _head(connection)
            assert connect.startswith(b"CONNECT s3.amazonaws.com:443 ")
            self.connects.append(connect)
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            with self._context.wrap_socket(connection, server_side=True) as secure:
                path = _head(secure).split()[1].decode()
                self.asked.append(path)
                time.sleep(self.delay)
                self.answers.get(path, answering(b"", "404 Not Found"))(secure)
                secure.unwrap()


def _head(connection: socket.socket) -> bytes:
    read = b""
    while b"\r\n\r\n" not in read and (more := connection.recv(4096)):
        read += more
    return read


@contextlib.contextmanager
def amazon(folder: Path) -> Iterator[Store]:
    """An authority that vouches for s3.amazonaws.com today, with the files and the proxy that lead to it."""
    real = time.time()
    root = issue("root", authority=True, now=real, begins=-4_000, ends=4_000)
    host = issue("host", root, hosts=("s3.amazonaws.com",), now=real)
    with Store(root, host, folder) as store:
        yield store


def other_hash() -> HashAlgorithm:
    """What Alexa signed with once, and no more."""
    return SHA1()
