"""A folder of scripts and language files as small as one can be, to add one file or one mistake to."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from speech.errors import ScriptsInvalid
from speech.script.library import load_library, package_folder

DATA = Path(__file__).parents[1] / "speech" / "data" / "small"
"""Two places, five phrases and one script."""


def small_package(folder: Path, scripts: Mapping[str, str | bytes] | None = None) -> Path:
    """The small package, copied to this folder with these script files added to its own or put in their place."""
    shutil.copytree(DATA, folder, dirs_exist_ok=True)
    shutil.copy(package_folder() / "languages" / "en" / "pace.yaml", folder / "languages" / "en")
    for name, text in (scripts or {}).items():
        file = folder / "scripts" / "en" / f"{name}.yaml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def press() -> str:
    """The one script of the small package, as text."""
    return (DATA / "scripts" / "en" / "press.yaml").read_text(encoding="utf-8")


def problems(folder: Path) -> list[str]:
    """Every mistake in a package, as `file:line: field: message`; none when it is well."""
    try:
        load_library(folder=folder)
    except ScriptsInvalid as error:
        return [str(problem) for problem in error.problems]
    return []
