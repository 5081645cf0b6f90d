"""The check of signatures: requests posted to /alexa, over real TLS, with a certificate authority of our own."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from flask.testing import FlaskClient

from skill.server.app import create_app
from skill.server.config import Settings
from tests.support.authority import (
    CHAIN,
    SIGNED_BY,
    Issued,
    Store,
    amazon,
    answering,
    dripping,
    issue,
    other_hash,
)
from tests.support.posting import NOW, SKILL, Fake, envelope_of

BODY = json.dumps(envelope_of()).encode()
PATH = CHAIN.removeprefix("https://s3.amazonaws.com")


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


class World:
    """Amazon's side and ours: authority, intermediate, leaf, certificate store, and the skill."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock = store, Clock()
        self.between = issue("between", store.root, authority=True, begins=-1_000, ends=1_000)
        self.leaf = issue("leaf", self.between)
        self.serve(self.leaf, self.between)
        self.conversation = Fake()

    def serve(self, *chain: Issued) -> None:
        """Put this chain where Alexa's stands."""
        self.store.answers[PATH] = answering(b"".join(each.pem for each in chain))

    def client(self) -> FlaskClient:
        settings = Settings("sqlite://", SKILL, id_key="a key for the tests")
        return create_app(settings, self.clock, self.conversation).test_client()

    def post(self, client: FlaskClient | None = None, body: bytes = BODY, **headers: str) -> int:
        """The status of a request signed by the leaf, with these headers changed."""
        sent = {"SignatureCertChainUrl": CHAIN, "Signature-256": self.leaf.signed(BODY)}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        answer = (client or self.client()).post("/alexa", data=body, content_type="application/json", headers=sent)
        assert answer.status_code == 200 or answer.text == "This request was not signed by Alexa.\n"
        return answer.status_code


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """An Amazon of our own."""
    with amazon(tmp_path) as store:
        for name, value in store.variables.items():
            monkeypatch.setenv(name, value)
        yield World(store)


def test_a_signed_request_is_answered(world: World) -> None:
    """What Alexa signed is answered, and its chain is fetched once however often it is needed."""
    client = world.client()
    assert [world.post(client) for _ in range(3)] == [200, 200, 200]
    assert world.store.asked == [PATH]


@pytest.mark.parametrize(
    "url",
    [
        "HTTPS://S3.AMAZONAWS.COM/echo.api/echo-api-cert.pem",
        "https://s3.amazonaws.com:443/echo.api/echo-api-cert.pem",
        "https://s3.amazonaws.com/echo.api/../echo.api/echo-api-cert.pem",
        "https://s3.amazonaws.com/echo.api/./%65cho-api-cert.pem",
    ],
)
def test_addresses_of_amazons(world: World, url: str) -> None:
    """Case of scheme and host, port 443 and a path that comes out right make no difference."""
    assert world.post(SignatureCertChainUrl=url) == 200


@pytest.mark.parametrize(
    "url",
    [
        "", " ", "nonsense", "http://s3.amazonaws.com/echo.api/echo-api-cert.pem",
        "https://notamazon.com/echo.api/echo-api-cert.pem", "https://s3.amazonaws.com/EcHo.aPi/echo-api-cert.pem",
        "https://s3.amazonaws.com/invalid.path/echo-api-cert.pem", "https://s3.amazonaws.com:563/echo.api/echo-api-cert.pem",
        "https://s3.amazonaws.com:/echo.api/echo-api-cert.pem", "https://s3.amazonaws.com:x/echo.api/echo-api-cert.pem",
        "https://s3.amazonaws.com/echo.api/../evil/echo-api-cert.pem", "https://s3.amazonaws.com/echo.api/%2e%2e/evil/cert.pem",
        "https://user@s3.amazonaws.com/echo.api/echo-api-cert.pem", "https://s3.amazonaws.com@evil.com/echo.api/cert.pem",
        "https://evil.com#@s3.amazonaws.com/echo.api/cert.pem", "https://s3.amazonaws.com.evil.com/echo.api/cert.pem",
        "https://s3.amazonaws.com/echo.api/cert.pem?x=1", "https://s3.amazonaws.com/echo.api/cert.pem#x",
        "https://s3.amazonaws.com\\@evil.com/echo.api/cert.pem", "https://[::1/echo.api/cert.pem", "ftp://s3.amazonaws.com/echo.api/x",
        "//s3.amazonaws.com/echo.api/cert.pem", "https://s3.amazonaws.com/echo.api/" + "x" * 2_000, "https://s3.amazonaws.com/échö.api/x",
    ],
)  # fmt: skip
def test_addresses_of_others(world: World, url: str) -> None:
    """Any other address is refused without a connection."""
    assert world.post(SignatureCertChainUrl=url) == 400
    assert world.store.asked == []


def test_missing_headers(world: World) -> None:
    """Both headers are needed; the old SHA-1 signature is none."""
    client = world.client()
    signed = {"SignatureCertChainUrl": CHAIN, "Signature-256": world.leaf.signed(BODY)}
    for name in signed:
        kept = {other: value for other, value in signed.items() if other != name}
        assert client.post("/alexa", data=BODY, headers=kept).status_code == 400
    old = {"SignatureCertChainUrl": CHAIN, "Signature": world.leaf.signed(BODY, other_hash())}
    assert client.post("/alexa", data=BODY, headers=old).status_code == 400


def test_signatures_that_are_none(world: World) -> None:
    """Empty, no base64, of another hash, of another key, of another body: all refused, and a good one is not."""
    client = world.client()
    other = issue("other", world.between)
    wrong = ["", "%%%", "é", "AAAA", base64.b64encode(b"\0" * 256).decode(), world.leaf.signed(BODY)[:-4]]
    wrong += [world.leaf.signed(BODY, other_hash()), other.signed(BODY), world.leaf.signed(BODY + b" ")]
    assert {world.post(client, Signature_256=signature) for signature in wrong} == {400}
    assert world.post(client, body=BODY.replace(b"en-US", b"en-GB")) == 400
    assert world.post(client, body=b"not json at all") == 400
    assert world.post(client) == 200


CHAINS: dict[str, dict[str, Any]] = {
    "expired": {"begins": -60.0, "ends": -1.0},
    "future": {"begins": 1.0, "ends": 60.0},
    "for another host": {"hosts": ("example.com",)},
    "for a wildcard": {"hosts": ("*.amazon.com",)},
    "for no host": {"hosts": None},
    "for a host below": {"hosts": (f"x.{SIGNED_BY}",)},
    "without a use": {"usages": None},
    "for clients": {"usages": (ExtendedKeyUsageOID.CLIENT_AUTH,)},
    "for code": {"usages": (ExtendedKeyUsageOID.CODE_SIGNING,)},
    "not for signing": {"signs": False},
    "of an authority": {"claims_authority": True},
}


@pytest.mark.parametrize("which", CHAINS)
def test_leaves_that_are_not_alexas(world: World, which: str) -> None:
    """A leaf that is out of date, for another host, or for another purpose is refused."""
    world.serve(issue("leaf", world.between, **CHAINS[which]), world.between)
    assert world.post() == 400


def test_a_leaf_with_one_of_several_names(world: World) -> None:
    """Other names beside the exact one do no harm."""
    world.serve(issue("leaf", world.between, hosts=("example.com", SIGNED_BY)), world.between)
    assert world.post() == 200


def test_chains_that_lead_nowhere(world: World) -> None:
    """Another authority, a leaf that signed itself or plays the authority, a missing link, an expired link: refused."""
    elsewhere = issue("elsewhere", authority=True)
    expired = issue("between", world.store.root, authority=True, begins=-60, ends=-1)
    false_authority = issue("false", issue("leaf-as-authority", world.between))
    chains: list[tuple[Issued, ...]] = [
        (issue("leaf", elsewhere), elsewhere),
        (issue("leaf"),),
        (world.leaf,),
        (world.leaf, expired),
        (false_authority, issue("leaf-as-authority", world.between), world.between),
        (world.between, world.leaf),
        (world.leaf, *[world.between] * 20),
    ]
    for chain in chains:
        world.serve(*chain)
        assert world.post() == 400


def test_a_key_of_another_kind(world: World) -> None:
    """An elliptic key cannot have made an RSA signature."""
    world.serve(issue("leaf", world.between, key=ec.generate_private_key(ec.SECP256R1())), world.between)
    assert world.post() == 400


def test_answers_that_are_no_chain(world: World) -> None:
    """Empty, garbage, half a certificate, an error, a redirect, twenty megabytes: refused, never a 500."""
    pem = world.leaf.pem
    answers = [answering(body) for body in (b"", b"garbage", b"\xff" * 100, pem[:400], pem.replace(b"A", b"?"))]
    answers += [answering(pem, status) for status in ("404 Not Found", "500 Oops", "204 No Content")]
    answers += [answering(pem, "302 Found", f"Location: {CHAIN}x"), answering(b"x" * 20_000_000)]
    answers += [answering(pem, "999"), lambda connection: connection.sendall(b"nonsense\r\n\r\n")]
    for answer in answers:
        world.store.answers[PATH] = answer
        assert world.post() == 400
    assert f"{PATH}x" not in world.store.asked


def test_a_store_that_never_ends(world: World) -> None:
    """A server that sends a line now and then holds no worker: the whole fetch has an end."""
    world.store.answers[PATH] = dripping
    assert world.post() == 400


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:9", "http://127.0.0.1:nine", "http://[::1", "http://\u2603..x:80"])
def test_no_store_at_all(proxy: str, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy at its address, or an address that is not valid: 400."""
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    monkeypatch.setenv("https_proxy", proxy)
    assert world.post() == 400


def test_a_proxy_that_asks_who_is_there(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """User and password of the proxy's address open it, with the characters that stand for others made plain."""
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, f"http://anna:p%40ss@127.0.0.1:{world.store.port}")
    assert world.post() == 200
    credentials = base64.b64encode(b"anna:p@ss")
    assert b"Proxy-Authorization: Basic " + credentials in world.store.connects[0]


def test_a_check_that_fails_is_a_refusal(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever goes wrong in a check, the caller gets the same 400, and the log one line of it."""

    def broken(*_: object) -> None:
        raise MemoryError("s3cret")

    monkeypatch.setattr("skill.alexa.signature.fetch", broken)
    assert world.post() == 400
    assert [each.getMessage() for each in caplog.records] == ["refused a request: the check failed (MemoryError)"]


def test_a_store_without_a_trusted_certificate(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fetch itself is over TLS that is checked."""
    (tmp_path / "other.pem").write_bytes(issue("elsewhere", authority=True).pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "other.pem"))
    assert world.post() == 400
    assert world.store.asked == []


def test_many_first_requests_fetch_once(world: World) -> None:
    """Of requests that come at once one fetches the chain, and all are answered."""
    world.store.delay = 0.2
    app = world.client().application
    barrier = threading.Barrier(8)

    def first() -> int:
        barrier.wait()
        return world.post(app.test_client())

    with ThreadPoolExecutor(8) as pool:
        assert [each.result() for each in [pool.submit(first) for _ in range(8)]] == [200] * 8
    assert world.store.asked == [PATH]


def test_a_chain_is_forgotten(world: World) -> None:
    """After a day it is fetched again; what has expired by then is refused."""
    client = world.client()
    world.serve(issue("leaf", world.between, ends=1.5), world.between)
    assert world.post(client) == 200
    for days, status, fetched in ((0.9, 200, 1), (1.1, 200, 2), (1.6, 400, 3)):
        world.clock.now = NOW + days * 86_400
        body = json.dumps(envelope_of(stamp=datetime.fromtimestamp(world.clock.now, UTC).isoformat())).encode()
        assert world.post(client, body=body, Signature_256=world.leaf.signed(body)) == status
        assert len(world.store.asked) == fetched


def test_a_refused_chain_is_not_fetched_at_every_request(world: World) -> None:
    """A sender of the same bad chain costs one fetch in thirty seconds."""
    client = world.client()
    world.serve(issue("leaf"))
    assert {world.post(client) for _ in range(5)} == {400}
    assert world.store.asked == [PATH]
    world.serve(world.leaf, world.between)
    world.clock.now += 31
    assert world.post(client) == 200


def test_what_is_remembered_is_bounded(world: World) -> None:
    """Many bad addresses neither fill the memory nor drive the good one out: it is not even fetched again."""
    client = world.client()
    assert world.post(client) == 200
    for number in range(40):
        assert world.post(client, SignatureCertChainUrl=f"{CHAIN}.{number}") == 400
    assert world.post(client) == 200
    assert world.store.asked.count(PATH) == 1
    assert world.post(client, SignatureCertChainUrl=f"{CHAIN}.0") == 400
    assert world.store.asked.count(f"{PATH}.0") == 2  # forgotten meanwhile


def test_many_addresses_do_not_hold_all_threads(world: World) -> None:
    """Of many bad addresses at once six are fetched; the others are refused without waiting."""
    world.store.delay = 1.0
    app = world.client().application
    urls = [f"{CHAIN}.{number}" for number in range(20)]
    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(lambda url: world.post(app.test_client(), SignatureCertChainUrl=url), urls)) == {400}
    assert len(world.store.asked) == 6
    world.store.delay = 0.0
    assert world.post(app.test_client()) == 200


def test_nothing_is_told(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """The caller learns that it was refused; the log says why in one line, without what was sent."""
    world.post(Signature_256="AAAA")
    assert len(caplog.records) == 1
    assert caplog.records[0].getMessage() == "refused a request: the signature is not that of this body"


def test_the_signature_comes_before_everything(world: World) -> None:
    """Unsigned bytes are not parsed: an unsigned body is refused as unsigned, whatever it holds."""
    answer = world.client().post("/alexa", data=b"{", content_type="application/json")
    assert (answer.status_code, answer.text) == (400, "This request was not signed by Alexa.\n")
