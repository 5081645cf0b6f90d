"""What AWS Lambda is told to call: `skill.aws.handler.handler`. The skill is built before the first request comes."""

from __future__ import annotations

import os

from skill.aws.function import Function
from skill.config import Settings
from skill.seeing import to_stdout

handler = Function(Settings.from_environment(os.environ), tell=to_stdout)
