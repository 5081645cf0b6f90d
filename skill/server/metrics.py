"""Metrics for Prometheus: how many requests, of which kind, with which outcome, and how quickly. Off by default.

The labels are the fields of a request's line (`skill.alexa.request_log`) without its id: they identify no person, and
there are at most as many of them as there are intents. They are served on a listener of their own (MASSAGE_METRICS),
which no proxy of the webhook leads to.

    python -m skill.server.metrics 127.0.0.1:9464

serves what all processes of one server wrote into $PROMETHEUS_MULTIPROC_DIR, until its standard input ends:
`skill.server.gunicorn_conf` starts it.
"""

from __future__ import annotations

import sys

from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector

from skill.alexa.request_log import Line

SECONDS_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 8.0)
"""Seconds; Alexa waits for eight."""


class Metrics:
    """The numbers of one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "massage_requests", "Requests, by kind and outcome.", ("intent", "locale", "mode", "outcome"),
            registry=self._registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "massage_request_seconds", "Seconds to an answer.", buckets=SECONDS_BUCKETS, registry=self._registry
        )

    def count(self, line: Line) -> None:
        """Count one request."""
        self._requests.labels(line.intent, line.locale, line.mode, line.outcome).inc()
        self._seconds.observe(line.milliseconds / 1000)

    def serve(self, address: tuple[str, int]) -> None:
        """Serve at this host and port, in a thread. Raises OSError when the port is taken."""
        start_http_server(address[1], address[0], self._registry)


def main(address: str) -> None:
    """Serve the metrics of all processes of a server, until the standard input ends."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library's own gap
    host, _, port = address.rpartition(":")
    start_http_server(int(port), host.strip("[]"), registry)
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1])
