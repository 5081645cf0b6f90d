"""The doctor: each part of a set-up is tried in turn, and each problem is reported with what to do about it."""

from __future__ import annotations

import errno
import json
import socket
import stat
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import certifi
from cryptography import x509

from skill.alexa.certificate_chain import HOST, date_there
from skill.alexa.envelope import MAX_REQUEST_AGE
from skill.aws_urls import AwsResource
from skill.errors import SettingInvalid, SignatureRefused, SkillError, StoreUnavailable
from skill.locales import LOCALES
from skill.models.interaction_model import stale_models
from skill.server.compose import build_memory, build_resources
from skill.server.config import Settings
from skill.server.privacy import page
from skill.server.routes import PACK, check_clips
from speech.audio.rendering import texts_of
from speech.audio.speakers import FILLS_IN, speakers
from speech.audio.voices import SHIPPED
from speech.audio.voices.catalogue import voice_descriptions
from speech.errors import SpeechError
from speech.script.library import load_library, load_pace

ALARMING = 30.0
"""Seconds that a clock may be wrong before it is reported; at the tolerance every request is refused."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found of one part. Without `do` there is nothing to do; `fatal` says that the skill does not work so."""

    part: str
    found: str
    do: str = ""
    fatal: bool = False

    def __str__(self) -> str:
        mark = "WRONG" if self.fatal else "note " if self.do else "ok   "
        return f"{mark} {self.part}: {self.found}" + (f"\n      what to do: {self.do}" if self.do else "")


def examine(env: Mapping[str, str], port: int, clock: Callable[[], float] = time.time) -> Iterator[Diagnosis]:
    """Every part of the set-up of these variables, served at this port.

    Nothing is changed, but that an empty memory is made, and the tracks' picture put into the bucket.
    """
    try:
        settings = Settings.from_environment(env)
    except SettingInvalid as error:
        yield Diagnosis("settings", str(error), f"set {error.variable} to {error.allowed}, or unset it", fatal=True)
        return
    served = settings.skill_id or "no MASSAGE_SKILL_ID, so that only this machine is served"
    yield Diagnosis("settings", f"they can be used ({served})")
    yield _port("port", ("127.0.0.1", port), "another one with: massage serve --port")
    if settings.metrics is not None:
        yield _port("metrics", settings.metrics, "another one in MASSAGE_METRICS")
    yield from _memory(settings)
    yield from _signatures(settings, env, clock)
    if settings.bucket is not None:
        yield from _bucket(settings.bucket)
    yield _clips()
    yield from _voice(settings)
    yield _models()
    yield _scripts(settings)


def _port(part: str, address: tuple[str, int], choose: str) -> Diagnosis:
    host, port = address
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            return Diagnosis(part, f"{port} is free")
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        why = "taken: the skill itself, if it runs, or another program" if taken else error.strerror
        return Diagnosis(part, f"{port} is not free ({why})", f"end what uses it, or choose {choose}")


def _memory(settings: Settings) -> Iterator[Diagnosis]:
    where = settings.database_file or "the database"
    try:
        build_memory(settings).check()
    except StoreUnavailable as error:
        # Not what a database's own message says, which may hold anything.
        why = getattr(error.cause, "strerror", None) or type(error.cause).__name__
        yield Diagnosis(
            "memory", f"{where} cannot be written ({why}); people are guided, and nothing is remembered",
            "see that it is there, that this user may write it, and that the disk is not full", fatal=True,
        )  # fmt: skip
    else:
        yield Diagnosis("memory", f"{where} can be read and written")
    yield _key(settings)


def _bucket(bucket: AwsResource) -> Iterator[Diagnosis]:
    """Whether tracks can be put there and read, and whether its privacy page is that of this version."""
    try:
        from skill.tracks.s3 import S3Pages  # its library is needed for a bucket only
    except ImportError as error:
        yield Diagnosis("bucket", f"{error.name} is not installed", "pip install '.[aws]' in the checkout", fatal=True)
        return
    pages = S3Pages(bucket)
    try:
        pages.check()
        found = pages.page()
    except OSError as error:
        yield Diagnosis(
            "bucket", f"{bucket.name} is of no use ({error}); massages are spoken by Alexa's own voice",
            "see that it is there, in this region, and that who runs this may put and get objects in it",
        )  # fmt: skip
        return
    yield Diagnosis("bucket", f"{bucket.name} can be written and read")
    if found == page():
        yield Diagnosis("privacy", f"the page is in {bucket.name}")
    else:
        which = "no page" if found is None else "the page of another version"
        yield Diagnosis("privacy", f"{which} is in {bucket.name}", "massage privacy --bucket, with its MASSAGE_BUCKET")


def _key(settings: Settings) -> Diagnosis:
    if settings.id_key is not None:
        return Diagnosis("id key", "MASSAGE_ID_KEY is set; where it is changed or lost, all memory is lost")
    file = settings.id_key_file
    if file is None:
        return Diagnosis("id key", "none is needed, since the memory ends with the process")
    if not file.exists():
        return Diagnosis("id key", f"{file} is not there", "see what is wrong with the memory", fatal=True)
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        return Diagnosis("id key", f"others may read {file}", f"chmod 600 {file}")
    return Diagnosis(
        "id key", f"{file} is here, and its owner's alone; keep a backup, for without it all memory is lost"
    )


def _scripts(settings: Settings) -> Diagnosis:
    try:
        resources = build_resources(settings.pace)
        resources.planner.check()
    except (SpeechError, SkillError) as error:
        return Diagnosis("scripts", str(error).splitlines()[0], "mend it; `massage check` tells everything", fatal=True)
    return Diagnosis("scripts", f"{len(resources.library.scripts)} scripts can be guided")


def _models() -> Diagnosis:
    try:
        stale = stale_models(LOCALES)
    except (SpeechError, SkillError, json.JSONDecodeError) as error:
        return Diagnosis("model", str(error).splitlines()[0], "mend it; `massage check` tells everything", fatal=True)
    if stale:
        return Diagnosis(
            "model", f"that of {', '.join(stale)} does not know all names and sentences",
            "run `massage models`, and upload the new file in the Alexa console",
        )  # fmt: skip
    return Diagnosis("model", "each knows all names and sentences; has the console the same?")


def _clips() -> Diagnosis:
    if not PACK.exists():
        return Diagnosis("clips", "none are shipped; massages are spoken by Alexa's own voice")
    try:
        check_clips()
    except SpeechError as error:
        return Diagnosis("clips", str(error), "install the skill again: its file of clips is damaged", fatal=True)
    return Diagnosis("clips", f"{PACK.name} can be read")


def _voice(settings: Settings) -> Iterator[Diagnosis]:
    """Who speaks, and whether they can: by the clips there are, and by what their engine needs."""
    try:
        described = voice_descriptions()[settings.voice]
    except SpeechError as error:
        yield Diagnosis("voice", str(error).splitlines()[0], "mend it, or install the skill again")
        return
    alone = "; without MASSAGE_PUBLIC_URL it speaks in what `massage render` writes, and nowhere else"
    yield Diagnosis("voice", f"{settings.voice}: {described.who}{'' if settings.public_url else alone}")
    yield Diagnosis("voice costs", described.costs)
    yield Diagnosis("voice use", described.use)
    try:
        yield _spoken(settings.voice)
    except SpeechError as error:
        yield Diagnosis("spoken", str(error).splitlines()[0], "until then massages are spoken by Alexa's own voice")


def _spoken(voice: str) -> Diagnosis:
    """How much of the scripts has a clip in this voice, and who would speak the rest. Raises SpeechError."""
    library = load_library()
    first = speakers(voice, library, load_pace(library.language).seconds_of, engines=False)[0]
    texts = texts_of(library)
    lacking = sum(first.clips.find(first.key_of(text)) is None for text in texts)
    if not lacking:
        return Diagnosis("spoken", f"all {len(texts)} sentences of the scripts have a clip")
    found = f"{lacking} of {len(texts)} sentences of the scripts have no clip in this voice"
    name = FILLS_IN if voice == SHIPPED else voice
    maker = voice_descriptions()[name]
    if maker.lacking:
        found += f", and {name} is not here to speak ({', '.join(maker.lacking)} missing)"
        return Diagnosis("spoken", found, f"{maker.needs}; until then Alexa's own voice speaks those massages")
    return Diagnosis("spoken", found, f"massage clips --voice {name}, so that no massage has to wait for it")


def _signatures(settings: Settings, env: Mapping[str, str], clock: Callable[[], float]) -> Iterator[Diagnosis]:
    if not settings.verify:
        yield Diagnosis("signatures", "MASSAGE_VERIFY is off: any program on this machine may post, signed or not")
        return
    roots = env.get("SSL_CERT_FILE") or certifi.where()
    try:
        with warnings.catch_warnings(action="ignore"):  # of the odd old root in it
            count = len(x509.load_pem_x509_certificates(Path(roots).read_bytes()))
    except (OSError, ValueError):
        yield Diagnosis("roots", f"{roots} holds no certificates", "set SSL_CERT_FILE right, or unset it", fatal=True)
        return
    yield Diagnosis("roots", f"{count} trusted certificates in {roots}")
    try:
        there = date_there()
    except SignatureRefused as error:
        yield Diagnosis(
            "certificate", f"{HOST} does not answer, so that no signature can be checked ({error})",
            "let this machine out to it, if need be through HTTPS_PROXY; SSL_CERT_FILE must know the proxy's root",
            fatal=settings.skill_id is not None,
        )  # fmt: skip
        return
    yield Diagnosis("certificate", f"{HOST} answers, and is who it says")
    yield _clock(clock() - there if there is not None else None)


def _clock(seconds: float | None) -> Diagnosis:
    if seconds is None:
        return Diagnosis("clock", f"{HOST} did not tell the time, so that it cannot be compared")
    if abs(seconds) < ALARMING:
        return Diagnosis("clock", f"right within {ALARMING:.0f} s")
    late = "ahead" if seconds > 0 else "behind"
    return Diagnosis(
        "clock", f"{abs(seconds):.0f} s {late} of Amazon's; beyond {MAX_REQUEST_AGE:.0f} s every request is refused",
        "let this machine set its clock from the network (timedatectl set-ntp true)",
        fatal=abs(seconds) >= MAX_REQUEST_AGE,
    )  # fmt: skip
