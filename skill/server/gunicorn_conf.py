"""How gunicorn serves the skill: behind a proxy that ends TLS, within the eight seconds that Alexa waits.

Each setting may be overruled on gunicorn's command line.
"""

from __future__ import annotations

import gc
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
from typing import Any

from skill.server.config import Settings

bind = "127.0.0.1:8321"
MOST_WORKERS = 8
workers = max(2, min(os.cpu_count() or 2, MOST_WORKERS))
"""An answer is work for a processor, so that more workers than processors help nobody."""
worker_class = "skill.server.worker.Worker"
threads = 32
"""Most of these wait: for a device that plays a track, the database, a certificate, Amazon's reminders."""
preload_app = True
"""Scripts and words are read once and shared; a mistake in them ends the start instead of every worker."""
timeout = 7
"""Seconds after which a worker that hangs is replaced."""
graceful_timeout = 7
"""Seconds that requests in flight have when the server is told to stop."""
keepalive = 75
"""Seconds for which a proxy may keep its connection: longer than proxies do, so that none is cut in use."""
limit_request_line = 2048
limit_request_fields = 50
forwarded_allow_ips = ""
"""Nobody's X-Forwarded-* changes anything: who is on this machine is told by what cannot be claimed."""
control_socket_disable = True

SLOWEST_SENDER = 4
"""Seconds without a byte in the middle of a request after which its connection is closed."""
SLOWEST_READER = 60
"""Seconds in which a device takes nothing of its answer, and then has to ask again: one that plays a track has some
of it ahead, and pauses its reading meanwhile."""

_metrics: subprocess.Popen[bytes] | None = None
_folder: str | None = None
if _address := Settings.from_environment(os.environ).metrics:
    _folder = tempfile.mkdtemp(prefix="massage-metrics-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = _folder


def when_ready(server: Any) -> None:
    """Let nobody hold a thread by falling silent, and start what answers Prometheus.

    That ends when this process does, however it ends.
    """
    global _metrics
    gc.freeze()  # scripts and words never go: no worker looks through them again, or copies them by that
    for listener in server.LISTENERS:  # accepted connections inherit these; gunicorn itself waits for ever
        for limit, seconds in ((socket.SO_RCVTIMEO, SLOWEST_SENDER), (socket.SO_SNDTIMEO, SLOWEST_READER)):
            listener.sock.setsockopt(socket.SOL_SOCKET, limit, struct.pack("ll", seconds, 0))
    if _address:
        host, port = _address
        command = [sys.executable, "-m", "skill.server.metrics", f"{host}:{port}"]
        _metrics = subprocess.Popen(command, stdin=subprocess.PIPE)


def on_exit(_: Any) -> None:
    """End it, and leave nothing behind."""
    if _metrics is not None:
        _metrics.terminate()
        _metrics.wait()
    if _folder is not None:
        shutil.rmtree(_folder, ignore_errors=True)
