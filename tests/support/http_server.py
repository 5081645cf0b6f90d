"""An HTTP server on this machine that gives one answer to every request, at once, late, or byte by byte."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Server:
    """One answer for every request, and the requests that came."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drip: float = 0.0
    came: list[tuple[str, str, dict[str, str], Any]] = field(default_factory=list)
    address: str = ""

    @contextmanager
    def running(self) -> Iterator[Server]:
        server = self

        class Answering(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                sent = json.loads(self.rfile.read(length)) if length else None
                server.came.append((self.command, self.path, dict(self.headers), sent))
                time.sleep(server.delay)
                try:
                    self.send_response(server.status)
                    for name, value in {"Content-Length": str(len(server.body)), **server.headers}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    for at in range(len(server.body)):
                        self.wfile.write(server.body[at : at + 1])
                        time.sleep(server.drip)
                except OSError:  # the other side had waited long enough
                    pass

            do_POST = do_GET

            def log_message(self, *_: Any) -> None:
                pass

        http = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        http.daemon_threads = True
        self.address = f"http://127.0.0.1:{http.server_port}"
        threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield self
        finally:
            http.shutdown()
            http.server_close()
