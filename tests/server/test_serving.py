"""gunicorn as it is run in production: started, asked over a socket, and stopped while it answers."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from click.testing import CliRunner

from skill.cli.main import main
from skill.simulator import envelopes
from skill.simulator.envelopes import Profile, Session
from tests.support.authority import CHAIN, amazon, answering, issue
from tests.support.serving import Server, free_port, lines, massage_serve

HEAD = b"POST /alexa HTTP/1.1\r\nHost: 127.0.0.1\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def launch() -> bytes:
    """The body of "open sciatica massage", just now."""
    return json.dumps(envelopes.envelope(Profile(), envelopes.launch(), time.time(), Session())).encode()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The skill with metrics, served with gunicorn."""
    address = f"127.0.0.1:{free_port()}"
    with massage_serve(tmp_path_factory.mktemp("serving"), "--production", MASSAGE_METRICS=address) as found:
        yield found


def metrics(server: Server) -> str:
    """The metrics that Prometheus gets."""
    connection = http.client.HTTPConnection(server.metrics, timeout=10)
    for _ in range(100):
        try:
            connection.request("GET", "/metrics")
            return connection.getresponse().read().decode()
        except OSError:
            connection.close()
            time.sleep(0.1)
    raise AssertionError("no metrics are served")


def test_an_answer_a_line_and_a_number(server: Server) -> None:
    """A request is answered, has one line of JSON in the log, and is counted once, whichever process answered."""
    for _ in range(6):
        status, _, text = server.post(launch())
        assert status == 200 and "Welcome" in text
    told = [line for line in lines(server.log) if line["intent"] == "LaunchRequest"]
    assert len(told) == 6 and all(line["outcome"] == "answered" and line["mode"] == "spoken" for line in told)
    counted = metrics(server)
    label = 'intent="LaunchRequest",locale="en-US",mode="spoken",outcome="answered"'
    assert f"massage_requests_total{{{label}}} 6.0" in counted
    assert "massage_request_seconds_count 6.0" in counted
    assert "SIMULATED" not in counted + server.log.read_text()


def test_metrics_are_on_their_own_listener(server: Server) -> None:
    """The webhook's port does not serve them."""
    assert server.get("/metrics")[0] == 404


def test_security_headers(server: Server) -> None:
    """Every answer, refusals too, tells a browser to run, frame, sniff and keep nothing."""
    for status, headers, _ in (server.get("/privacy"), server.get("/elsewhere"), server.post(b"{")):
        assert status in (200, 400, 404)
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store"
        assert headers["Strict-Transport-Security"].startswith("max-age=")


def test_behind_a_proxy_nothing_is_loopback(server: Server) -> None:
    """What a TLS proxy on this machine passes on is not taken for this machine, whatever its headers claim."""
    for name, value in {
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "127.0.0.1",
        "Forwarded": "for=127.0.0.1",
    }.items():
        assert server.post(launch(), {name: value})[0] == 403
    assert server.post(launch(), {"Host": "massage.example.org"})[0] == 403


def test_garbage_on_the_socket(server: Server) -> None:
    """What is no HTTP is refused, also when it never ends, and the next request is answered."""
    waiting: list[socket.socket] = []
    kinds = (
        b"\x16\x03\x01" * 50,
        b"GET /" + b"x" * 9_000 + b" HTTP/1.1\r\n\r\n",
        b"POST /alexa HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /alexa HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 90\r\n\r\n{",
        b"POST /alexa HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\nContent-Length: 8\r\n\r\n{",
        CHUNKED + b"zz\r\n\r\n",
        CHUNKED + b"1;" + b"e" * 99_000,
        CHUNKED + b"5\r\n{}\r\n0\r\n\r\n",
    )
    with ExitStack() as stack:
        for garbage in kinds:
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10))
            connection.sendall(garbage)
            waiting.append(connection)
        for connection in waiting:
            with suppress(ConnectionResetError):
                assert re.match(rb"HTTP/1.1 4\d\d |$", connection.recv(100))
    assert server.post(launch())[0] == 200


def test_slow_senders_hold_no_thread(server: Server) -> None:
    """More connections than there are threads send nothing, or a byte now and then: others are answered at once.

    None of the slow ones is waited for longer than a few seconds, whatever it sends.
    """
    begun = (b"", b"POST /al", CHUNKED + b"9", CHUNKED + b"1;" + b"e" * 99, HEAD + b"Content-Length: 9000\r\n\r\n{")
    with ExitStack() as stack:
        slow = [
            stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=15)) for _ in range(90)
        ]
        for number, connection in enumerate(slow):
            connection.sendall(begun[number % len(begun)])
        for _ in range(5):
            for connection in slow[1::2]:
                connection.sendall(b"x")
            started = time.monotonic()
            assert server.post(launch())[0] == 200
            assert time.monotonic() - started < 2
        for connection in slow:
            with suppress(ConnectionResetError):
                assert connection.recv(100)[9:10] in (b"", b"4")
        assert time.monotonic() - started < 15


def test_a_connection_that_stays_open_holds_no_thread(server: Server) -> None:
    """A connection that was answered for the last time, and is left open, keeps no other one waiting."""
    body = launch()
    with ExitStack() as stack:
        started = time.monotonic()
        for _ in range(20):
            left = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10))
            left.sendall(HEAD + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            assert left.recv(100).startswith(b"HTTP/1.1 200 ")
        assert server.post(body)[0] == 200
        assert time.monotonic() - started < 2


@pytest.mark.parametrize("cut", [1, 30, 150, 400, -1])
def test_a_request_in_pieces(cut: int, server: Server) -> None:
    """However a request is cut on its way, announced or in chunks, it is answered, and so is the next on the line."""
    body = launch()
    announced = b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    last = HEAD + b"Connection: close\r\n" + announced
    for first in (HEAD + announced, CHUNKED + b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)):
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.sendall(first[:cut])
            assert server.get("/privacy")[0] == 200  # meanwhile
            connection.sendall(first[cut:] + last[:cut])
            answer = connection.recv(65_536)
            connection.sendall(last[cut:])
            answer += b"".join(iter(lambda: connection.recv(65_536), b""))
        assert answer.count(b"HTTP/1.1 200 ") == 2 == answer.count(b"Welcome")


def test_signed_requests_through_a_proxy(tmp_path: Path) -> None:
    """As it is run in earnest: what Alexa signed comes through any proxy, however headers are written; nothing else.

    Each process fetches the chain once; where a header stands twice, it is not known which one was signed.
    """
    with amazon(tmp_path) as store:
        leaf = issue("leaf", store.root, now=time.time())
        store.answers[CHAIN.removeprefix("https://s3.amazonaws.com")] = answering(leaf.pem)
        settings = {"MASSAGE_SKILL_ID": Profile().application, "MASSAGE_VERIFY": "on", **store.variables}
        with massage_serve(tmp_path, "--production", **settings) as signed_only:
            body = launch()
            signed = {"SIGNATURECERTCHAINURL": CHAIN, "signature-256": leaf.signed(body)}
            proxied = {"Host": "massage.example.com", "X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https"}
            answers = [signed_only.post(body, {**signed, **proxied, "Via": "1.1 proxy"}) for _ in range(9)]
            assert {status for status, _, _ in answers} == {200} and "Welcome" in answers[0][2]
            assert 1 <= len(store.asked) <= 2
            assert signed_only.post(body, proxied)[0] == 400
            assert signed_only.post(body + b" ", {**signed, **proxied})[0] == 400
            assert signed_only.post(body, {**signed, "Signature-256 ": "AAAA"})[0] == 400
            again = "".join(f"{name}: {value}\r\n" for name, value in [*signed.items(), *signed.items()])
            announced = f"{again}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
            with socket.create_connection(("127.0.0.1", signed_only.port), timeout=10) as connection:
                connection.sendall(HEAD + announced + body)
                assert connection.recv(100).startswith(b"HTTP/1.1 400 ")


def test_a_request_in_flight_is_answered(tmp_path: Path) -> None:
    """Told to stop while a request is still being sent, the server takes it, answers it, and only then ends."""
    with massage_serve(tmp_path, "--production") as stopping:
        body = launch()
        head = f"POST /alexa HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        with socket.create_connection(("127.0.0.1", stopping.port), timeout=10) as connection:
            connection.sendall(head.encode() + body[:20])
            time.sleep(0.5)
            stopping.process.send_signal(signal.SIGTERM)
            time.sleep(0.7)
            connection.sendall(body[20:])
            answer = b"".join(iter(lambda: connection.recv(65_536), b""))
        assert answer.startswith(b"HTTP/1.1 200 ") and b"Welcome" in answer
        assert stopping.process.wait(15) == 0


def test_a_wrong_setting_is_told_plainly(tmp_path: Path) -> None:
    """A setting that cannot be used ends the start with its name, and without a traceback."""
    with (
        pytest.raises(AssertionError, match="MASSAGE_PACE: found 'quick'") as caught,
        massage_serve(tmp_path, "--production", MASSAGE_PACE="quick"),
    ):
        pass
    assert "Traceback" not in str(caught.value)


@pytest.mark.parametrize("port", ["-1", "65536", "x"])
@pytest.mark.parametrize("command", ["serve", "doctor"])
def test_a_port_that_is_none(command: str, port: str) -> None:
    """What is not a port is reported as a wrong option, without a traceback."""
    told = CliRunner().invoke(main, [command, "--port", port])
    assert told.exit_code == 2 and "Invalid value for '--port'" in told.output


@pytest.mark.parametrize(
    ("host", "bound"), [("::1", "[::1]:90"), ("[::1]", "[::1]:90"), ("0.0.0.0", "0.0.0.0:90"), ("", "127.0.0.1:90")]
)
def test_any_address_can_be_served(host: str, bound: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An IPv6 address needs no brackets of the operator's own."""
    given: list[str] = []
    monkeypatch.setattr("os.execv", lambda _, command: given.extend(command))
    CliRunner().invoke(main, ["serve", "--production", "--host", host, "--port", "90"])
    assert given[given.index("--bind") + 1] == bound
