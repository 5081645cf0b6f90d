"""Where what can be made again is kept: rendered clips, a fetched voice."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """The folder of this product in the user's cache (XDG Base Directory: `$XDG_CACHE_HOME`, else `~/.cache`)."""
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (base if base.is_absolute() else _home() / ".cache") / "sciatica-massage"


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError:
        return Path("/nonexistent")  # the home of a user who has none (Debian policy 9.2.3): nothing is kept
