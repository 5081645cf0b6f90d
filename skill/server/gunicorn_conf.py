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
MAX_WORKERS = 8
workers = max(2, min(os.cpu_count() or 2, MAX_WORKERS))
"""An answer is work for a processor: more workers than processors bring nothing."""
worker_class = "skill.server.worker.Worker"
threads = 32
"""Most of these wait: for a device that plays a track, the database, a certificate, Amazon's reminders."""
preload_app = True
"""Scripts and messages are read once and shared; a mistake in them ends the start instead of every worker."""
timeout = 7
"""Seconds after which a worker that hangs is replaced."""
graceful_timeout = 7
"""Seconds that requests under way have when the server stops."""
keepalive = 75
"""Seconds for which a proxy may keep its connection: longer than proxies do, so that none is cut in use."""
limit_request_line = 2048
limit_request_fields = 50
forwarded_allow_ips = ""
"""X-Forwarded-* headers change nothing: a sender can claim anything in them."""
control_socket_disable = True

SENDER_TIMEOUT = 4
"""Seconds without a byte in the middle of a request after which its connection is closed."""
READER_TIMEOUT = 60
"""Seconds without reading after which a connection is closed. A device that plays a track has buffered some of it, and
pauses its reading; after that time it has to ask again."""

_metrics: subprocess.Popen[bytes] | None = None
_folder: str | None = None
if _address := Settings.from_environment(os.environ).metrics:
    _folder = tempfile.mkdtemp(prefix="massage-metrics-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = _folder


def when_ready(server: Any) -> None:
    """Limit the silence of every connection, so that it does not hold a thread, and start the server of the metrics.

    That server ends when this process ends, in whatever way.
    """
    global _metrics
    gc.freeze()  # scripts and messages stay: no worker's collector visits them, and so copies them
    for listener in server.LISTENERS:  # accepted connections inherit these; gunicorn itself waits for ever
        for limit, seconds in ((socket.SO_RCVTIMEO, SENDER_TIMEOUT), (socket.SO_SNDTIMEO, READER_TIMEOUT)):
            listener.sock.setsockopt(socket.SOL_SOCKET, limit, struct.pack("ll", seconds, 0))
    if _address:
        host, port = _address
        command = [sys.executable, "-m", "skill.server.metrics", f"{host}:{port}"]
        _metrics = subprocess.Popen(command, stdin=subprocess.PIPE)


def on_exit(_: Any) -> None:
    """End the server of the metrics, and remove its folder."""
    if _metrics is not None:
        _metrics.terminate()
        _metrics.wait()
    if _folder is not None:
        shutil.rmtree(_folder, ignore_errors=True)
