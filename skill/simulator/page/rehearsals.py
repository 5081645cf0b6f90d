"""Rehearsals of a script in every place, length and number of cues, in a thread, since they take seconds."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from skill.simulator.page.latest_job import LatestJob
from skill.simulator.page.script_files import ValidScripts
from speech.errors import FilesInvalid, Problem, ScriptsInvalid
from speech.script.facts import load_facts, unknown_facts
from speech.ssml.rehearsal import rehearse


class Rehearsals:
    """The mistakes that rehearsals of one version of the files have found."""

    def __init__(self) -> None:
        self._work = LatestJob()
        self._version = ""
        self._found: dict[str, tuple[Problem, ...]] = {}

    def start(self, version: str, valid: ValidScripts, script: str) -> None:
        """Rehearse this script, unless this version of it was rehearsed or is being rehearsed."""
        if version != self._version:
            self._version, self._found = version, {}
        if script not in self._found:
            self._work.do((version, script), partial(self._rehearse, self._found, valid, script))

    def found(self, version: str) -> tuple[Problem, ...]:
        """The mistakes that are known by now."""
        if version != self._version:
            return ()
        return tuple(sorted(problem for problems in tuple(self._found.values()) for problem in problems))

    @staticmethod
    def _rehearse(found: dict[str, tuple[Problem, ...]], valid: ValidScripts, script: str) -> None:
        only = replace(valid.library, scripts={script: valid.library.scripts[script]})
        problems: list[Problem] = []
        try:
            problems += unknown_facts(only, load_facts(), valid.folder)
        except FilesInvalid as error:
            problems += error.problems
        try:
            rehearse(only, valid.seconds_of, valid.folder)
        except ScriptsInvalid as error:
            problems += error.problems
        found[script] = tuple(problems)
