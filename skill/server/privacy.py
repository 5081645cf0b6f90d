"""The privacy policy: a page made of data (`privacy.yaml`), which a test compares with what is really written."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Template

from skill.alexa.replay import KEPT_ANSWERS
from skill.dialog.practice import KEPT_DAYS
from skill.dialog.rested_spots import FOR_TODAY, MOST
from skill.server.content import content
from skill.store.rows import ROW_LIFETIME

PAGE = Path(__file__).with_name("privacy.html")


@cache
def page() -> str:
    """The policy as HTML, with the numbers that the code keeps to: no script, no cookie, nothing from another host."""
    numbers = {
        "rows": f"{ROW_LIFETIME / 86_400:.0f}", "days": str(KEPT_DAYS), "resting": f"{FOR_TODAY / 3_600:.0f}",
        "spots": str(MOST), "answers": str(KEPT_ANSWERS),
    }  # fmt: skip
    template = Template(PAGE.read_text("utf-8"), autoescape=True, keep_trailing_newline=True)
    html: str = template.render(content().privacy, numbers=numbers)
    return html
