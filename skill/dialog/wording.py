"""How guides, places and spots are said."""

from __future__ import annotations

from skill.dialog.progress import Guide, Progress
from skill.dialog.state import Proposal
from skill.dialog.turn import Turn
from speech.script.model import Place
from speech.timeline.plan import Located, Span, Timeline


def described(turn: Turn, proposal: Proposal | Guide) -> dict[str, str]:
    """Name, length, place and side of a proposal or a guide, as they are said."""
    script, options, words = turn.script(proposal), proposal.options, turn.messages
    side = f"{options.side} only" if options.only else f"{options.side} first"
    return {
        "name": script.name,
        "length": words.length(turn.timeline(script.id, options).total),
        "place": place_of(turn, proposal).name,
        "side": words(side if script.two_sided else "no sides"),
    }


def place_of(turn: Turn, proposal: Proposal | Guide) -> Place:
    """Where it is done: the place that was asked for, or the script's usual one."""
    script = turn.script(proposal)
    return script.places[proposal.options.place or script.usual_place]


def tool(turn: Turn, guide: Guide) -> str:
    """What this script presses with, as it is said."""
    return turn.messages.tool(turn.script(guide).presses_in(place_of(turn, guide).id))


def ease_off(turn: Turn, guide: Guide) -> str:
    """The words that take the weight off, with what this script presses with."""
    return turn.messages("ease off", tool=tool(turn, guide))


def eased(turn: Turn, progress: Progress | None) -> str:
    """The words that take the weight off, where there may be any."""
    return ease_off(turn, progress.guide) if progress is not None and progress.on_pressure else ""


def stay_off(turn: Turn, guide: Guide | None) -> str:
    """The last words of a reprompt where a guide rests: they let the person rest off the ball. "" without a guide."""
    return turn.messages("stay off", tool=tool(turn, guide), later=turn.later) if guide is not None else ""


def ready_again(turn: Turn, guide: Guide, before: bool = False) -> str:
    """The reprompt after a part; `before` the clock has started the person is not on the ball yet."""
    if before:
        return turn.messages("ready reprompt before", later=turn.later)
    return turn.messages("ready reprompt", tool=tool(turn, guide), later=turn.later)


def go_on_again(turn: Turn, progress: Progress) -> str:
    """The reprompt while a guide rests: whether to go on, or else to stay off, and how to come back."""
    if progress.here.span.section == "down":
        return turn.messages("go on reprompt before", later=turn.later)
    return turn.messages("go on reprompt", tool=tool(turn, progress.guide), later=turn.later)


def leaving(progress: Progress | None) -> str:
    """How to come away from the place of the guide; "" for a person who cannot have gone there yet."""
    if progress is None:
        return ""
    place = progress.timeline.script.places[progress.timeline.options.place or ""]
    if progress.here.span.section != "down":
        return place.leaving
    return place.leaving if place.floor and progress.latest > progress.timeline.start else ""


def where_is(turn: Turn, here: Located) -> str:
    """Where the person is, as it is said: side and spot, or the stage of the guide."""
    span, words, sides = here.span, turn.messages, turn.library.phrases.sides
    if span.section == "down":
        return words("where before")
    if span.kind == "hold":
        if span.side:
            return words("where hold", side=sides[span.side], name=span.name)
        return words("where hold plain", name=span.name)
    if span.side:
        return words("where side", side=sides[span.side])
    if span.section == "changeover":
        return words("where changeover")
    return words("where end" if span.section in ("end", "up") else "where plain")


def stage_of(turn: Turn, span: Span) -> str:
    """A step that is still to come, as it is said."""
    words = turn.messages
    if span.kind == "hold":
        return span.name
    if span.section == "side" and span.side:
        return words("stage side", side=turn.library.phrases.sides[span.side])
    return {
        "begin": words("stage beginning"),
        "side": words("stage massage"),
        "changeover": words("stage changeover"),
        "end": words("stage end"),
        "up": words("stage up"),
    }[span.section]


def first_words(timeline: Timeline, moment: float) -> str:
    """The first sentence of the step under way."""
    span = timeline.locate(moment).span
    return next(cue.text for cue in timeline.cues if cue.start >= span.start)


def emergency_signs(turn: Turn) -> str:
    """The signs of an emergency, and the number to call."""
    return turn.messages("emergency signs", number=turn.messages("emergency number"))


def joined(*texts: str) -> str:
    """The texts that there are, with spaces between."""
    return " ".join(filter(None, texts))
