"""Compiles the content (`skill/compiled.json`) whenever the package is built or installed from its folder."""

from __future__ import annotations

import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileContent(BuildHookInterface):  # type: ignore[type-arg]
    """Writes the compiled content before the wheel is made, and takes it into the wheel: git ignores it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Raises FilesInvalid where the content has mistakes: such a package is not built."""
        sys.path.insert(0, self.root)
        from skill.server.content import COMPILED_FILE, compile_content

        COMPILED_FILE.write_text(compile_content(), encoding="utf-8")
        build_data["artifacts"].append("skill/compiled.json")
