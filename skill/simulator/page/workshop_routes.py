"""The routes of the script writer's workshop: any script of the files as a timeline and as a track."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from threading import Semaphore
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from skill.server.track_routes import MAX_SENDINGS, sent
from skill.simulator.page.guided import timeline_json
from skill.simulator.page.lru import LruCache
from skill.simulator.page.preview import Engine, Preview, Previews, PreviewTrack
from skill.simulator.page.script_files import Rehearsals, ScriptFiles, ScriptsVersion, ValidScripts, shortened
from speech.audio.voices.pico import Pico
from speech.errors import PlaceUnavailable, Problem
from speech.script.model import SIDES, Script
from speech.timeline.options import LONGEST_SILENCE, PlanOptions

MOST_TRACKS = 32
"""Tracks that are kept for pages that still play them after their script has changed."""
MOST_MINUTES = 1440.0
MOST_MISTAKES = 20
"""Mistakes that are shown; the rest are counted."""


class Workshop:
    """The files of the scripts, their previews and rehearsals, and the newest tracks."""

    def __init__(self, folder: Path | None = None, engine: Engine = Pico) -> None:
        self.files, self.previews, self.rehearsals = ScriptFiles(folder), Previews(engine), Rehearsals()
        self._tracks: LruCache[str, PreviewTrack] = LruCache(MOST_TRACKS)

    def status(self, files: ScriptsVersion) -> dict[str, Any]:
        """The version and its mistakes as `massage check` words them, each with the lines around it.

        `stale`: what is planned and played is the last valid version, not this one. `good`: there is a valid version.
        """
        problems = files.mistakes or self.rehearsals.found(files.version)
        mistakes = [self._mistake(problem) for problem in problems[:MOST_MISTAKES]]
        return {
            "version": files.version, "folder": str(self.files.folder), "stale": bool(files.mistakes),
            "good": files.valid is not None, "mistakes": mistakes, "more": len(problems) - len(mistakes),
        }  # fmt: skip

    def preview(self, files: ScriptsVersion, valid: ValidScripts, script: Script, options: PlanOptions) -> Preview:
        """The preview of a script, its track kept and its rehearsal started. Raises PlaceUnavailable."""
        preview = self.previews.preview(valid, script, options)
        if not (files.mistakes or preview.is_rendering):
            self.rehearsals.start(files.version, valid, script.id)
        if preview.track is not None:
            self._tracks.put(preview.track.code, preview.track)
        return preview

    def track(self, code: str) -> PreviewTrack | None:
        """A track of a preview that was given lately."""
        return self._tracks.get(code)

    def _mistake(self, problem: Problem) -> dict[str, Any]:
        lines = [{"line": line, "text": text} for line, text in self.files.excerpt(problem)]
        return {"file": problem.file, "line": problem.line, "told": shortened(str(problem)), "lines": lines}


def workshop_routes(workshop: Workshop) -> Blueprint:
    """`GET /echo/workshop/...`. The blueprint that registers these admits this machine only."""
    routes = Blueprint("workshop", __name__, url_prefix="/echo/workshop")
    places = Semaphore(MAX_SENDINGS)

    @routes.get("/scripts")
    def scripts() -> Response:
        valid = workshop.files.current().valid
        return jsonify([_script(script) for script in valid.library] if valid else [])

    @routes.get("/version")
    def version() -> Response:
        return jsonify(workshop.status(workshop.files.current()))

    @routes.get("/timeline")
    def timeline() -> Response:
        files = workshop.files.current()
        shown: dict[str, Any] = {"guide": None}
        if files.valid is not None:
            script, options = _asked(files.valid)
            try:
                shown = _preview(workshop.preview(files, files.valid, script, options))
            except PlaceUnavailable as error:
                abort(400, str(error))
        return jsonify(shown | workshop.status(files))

    @routes.get("/tracks/<code>.mp3")
    def track(code: str) -> Response:
        found = workshop.track(code) or abort(404, "There is no such track any more.")
        return sent(found.track, code, places)

    return routes


def _script(script: Script) -> dict[str, Any]:
    return {
        "id": script.id,
        "title": script.name,
        "minutes": {"least": script.minutes.least, "usual": script.minutes.usual, "most": script.minutes.most},
        "places": [{"id": place.id, "name": place.name} for place in script.places.values()],
        "two_sided": script.two_sided,
    }


def _asked(valid: ValidScripts) -> tuple[Script, PlanOptions]:
    """What the query asks for; what it leaves out is the script's usual. Ends the request where it makes no sense."""
    query = request.args
    script = valid.library.scripts.get(query.get("script", ""))
    if script is None:
        abort(404, f"script: no script is called {query.get('script')!r}.")
    side = one_of(query.get("side", SIDES[0]), "side", SIDES)
    cue_density = one_of(query.get("cues", "normal"), "cues", ("normal", *LONGEST_SILENCE))
    only = one_of(query.get("only", "0"), "only", ("0", "1")) == "1" and script.two_sided
    return script, PlanOptions(_seconds(query.get("minutes")), side, only, query.get("place"), cue_density)


def _seconds(minutes: str | None) -> float | None:
    if minutes is None:
        return None
    try:
        found = float(minutes)
    except ValueError:
        found = 0.0
    if not 0 < found <= MOST_MINUTES:
        abort(400, f"minutes: {minutes!r} is no number above 0 and up to {MOST_MINUTES:g}.")
    return found * 60


def one_of(found: Any, name: str, allowed: Iterable[Any]) -> Any:
    """The value of a parameter. Ends the request where it is none of those allowed."""
    if found not in (known := tuple(dict.fromkeys(allowed))):
        abort(400, f"{name}: {found!r} is none of {', '.join(map(str, known))}.")
    return found


def _preview(preview: Preview) -> dict[str, Any]:
    timeline, made = preview.timeline, preview.track
    guide = timeline_json(timeline) | {"at": None, "left": timeline.total, "paused": False, "mode": "track"}
    track = {"url": f"/echo/workshop/tracks/{made.code}.mp3", "start": made.start} if made else None
    progress = {"done": preview.done, "total": preview.total} if preview.is_rendering else None
    place = timeline.script.places[timeline.options.place or timeline.script.usual_place]
    return {"guide": guide, "place": place.id, "wanted": timeline.wanted, "voice": preview.voice, "track": track,
            "speaking": progress, "why": preview.why}  # fmt: skip
