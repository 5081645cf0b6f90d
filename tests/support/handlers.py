"""The handlers of the content that comes with the package."""

from __future__ import annotations

from skill.server.compose import handlers

HANDLERS = handlers()
