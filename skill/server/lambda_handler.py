"""The handler that AWS Lambda calls: `skill.server.lambda_handler.handler`.

The skill is built before the first request comes.
"""

from __future__ import annotations

import os

from skill.alexa.request_log import to_stdout
from skill.server.config import Settings
from skill.server.lambda_function import Function

handler = Function(Settings.from_environment(os.environ), write_line=to_stdout)
