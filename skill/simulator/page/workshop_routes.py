"""The doors of the script writer's workshop: any script as it is in its file now, as a timeline and as a track."""

from __future__ import annotations

from pathlib import Path
from threading import Semaphore
from typing import Any, cast

from flask import Blueprint, Response, abort, jsonify, request

from skill.server.track_routes import MOST_AT_ONCE, sent
from skill.simulator.page.lru import LruCache
from skill.simulator.page.preview import Engine, Preview, Previews, PreviewTrack
from skill.simulator.page.rehearsals import Rehearsals
from skill.simulator.page.script_files import ScriptFiles, ScriptsVersion, ValidScripts, shortened
from skill.simulator.page.timeline_json import timeline_json
from speech.audio.voices.pico import Pico
from speech.errors import PlaceUnavailable, Problem
from speech.script.model import SIDES, Script
from speech.timeline.options import LONGEST_SILENCE, PlanOptions

MOST_TRACKS = 32
"""Tracks that are kept for who still listens to them, though their script has changed."""
MOST_MINUTES = 1440.0
MOST_MISTAKES = 20
"""Of all those that are told: the first ones."""


class Workshop:
    """The files of the scripts, who speaks them, and the tracks that were handed out lately."""

    def __init__(self, folder: Path | None = None, engine: Engine = Pico) -> None:
        self.files, self.previews, self.rehearsals = ScriptFiles(folder), Previews(engine), Rehearsals()
        self._tracks: LruCache[str, PreviewTrack] = LruCache(MOST_TRACKS)

    def standing(self, seen: ScriptsVersion) -> dict[str, Any]:
        """The version, and what is wrong with it in the words of `massage check`, each with the lines around it.

        `stale` tells that what is planned and heard is the last good version, not this one; `good` that there is one.
        """
        problems = seen.mistakes or self.rehearsals.found(seen.version)
        mistakes = [self._mistake(problem) for problem in problems[:MOST_MISTAKES]]
        return {"version": seen.version, "folder": str(self.files.folder), "stale": bool(seen.mistakes),
                "good": seen.good is not None, "mistakes": mistakes, "more": len(problems) - len(mistakes)}  # fmt: skip

    def hear(self, seen: ScriptsVersion, good: ValidScripts, script: Script, options: PlanOptions) -> Preview:
        """What the script sounds like, and its track kept. Raises PlaceUnavailable."""
        heard = self.previews.hear(good, script, options)
        if not (seen.mistakes or heard.is_under_way):
            self.rehearsals.start(seen.version, good, script.id)
        if heard.sounding is not None:
            self._tracks.put(heard.sounding.code, heard.sounding)
        return heard

    def track(self, code: str) -> PreviewTrack | None:
        """A track that was handed out lately."""
        return self._tracks.get(code)

    def _mistake(self, problem: Problem) -> dict[str, Any]:
        lines = [{"line": line, "text": text} for line, text in self.files.excerpt(problem)]
        return {"file": problem.file, "line": problem.line, "told": shortened(str(problem)), "lines": lines}


def workshop_routes(workshop: Workshop) -> Blueprint:
    """`GET /echo/workshop/...`. Whoever registers them lets in this machine alone."""
    routes = Blueprint("workshop", __name__, url_prefix="/echo/workshop")
    places = Semaphore(MOST_AT_ONCE)

    @routes.get("/scripts")
    def scripts() -> Response:
        seen = workshop.files.seen()
        return jsonify([_script(script) for script in seen.good.library] if seen.good else [])

    @routes.get("/version")
    def version() -> Response:
        seen = workshop.files.seen()
        return jsonify(workshop.standing(seen))

    @routes.get("/timeline")
    def timeline() -> Response:
        seen = workshop.files.seen()
        told: dict[str, Any] = {"guide": None}
        if seen.good is not None:
            script, options = _asked(seen.good)
            try:
                told = _heard(workshop.hear(seen, seen.good, script, options))
            except PlaceUnavailable as error:
                abort(400, str(error))
        return jsonify(told | workshop.standing(seen))

    @routes.get("/tracks/<code>.mp3")
    def track(code: str) -> Response:
        found = workshop.track(code)
        if found is None:
            abort(404, "There is no such track any more.")
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


def _asked(good: ValidScripts) -> tuple[Script, PlanOptions]:
    """What the query asks for; what it leaves out is the script's usual. Ends the request where it makes no sense."""
    query = request.args
    script = good.library.scripts.get(query.get("script", ""))
    if script is None:
        abort(404, f"script: no script is called {query.get('script')!r}.")
    side, cue_density = _one_of("side", SIDES), _one_of("cues", ("normal", *LONGEST_SILENCE))
    only = _one_of("only", ("0", "1")) == "1" and script.two_sided
    return script, PlanOptions(
        _seconds(query.get("minutes")), cast("Any", side), only, query.get("place"), cast("Any", cue_density)
    )


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


def _one_of(name: str, allowed: tuple[str, ...]) -> str:
    """The first of those that are allowed, where nothing is asked."""
    found = request.args.get(name, allowed[0])
    if found not in allowed:
        abort(400, f"{name}: {found!r} is none of {', '.join(dict.fromkeys(allowed))}.")
    return found


def _heard(heard: Preview) -> dict[str, Any]:
    timeline, sounding = heard.timeline, heard.sounding
    guide = timeline_json(timeline) | {"at": None, "left": timeline.total, "paused": False, "mode": "track"}
    track = {"url": f"/echo/workshop/tracks/{sounding.code}.mp3", "start": sounding.start} if sounding else None
    progress = {"done": heard.done, "total": heard.total} if heard.is_under_way else None
    place = timeline.script.places[timeline.options.place or timeline.script.usual_place]
    return {"guide": guide, "place": place.id, "wanted": timeline.wanted, "voice": heard.voice, "track": track,
            "speaking": progress, "why": heard.why}  # fmt: skip
