"""The command that shows what is understood: `massage understand`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import click

from skill.dialog.private_intents import SAFETY_INTENTS
from skill.locales import DEFAULT, LOCALES, language_of
from skill.models.interaction_model import model_file
from skill.simulator.nlu import builtin_phrases, courtesies
from skill.understanding import understand as understanding
from skill.understanding.alarm_files import load_alarms
from skill.understanding.classifier import Classifier
from skill.understanding.examples import Example, examples, fingerprint, natural_sentences
from skill.understanding.spotting import Spotter
from skill.understanding.templates import Templates
from skill.understanding.understand import Heard, State, Understanding

STATES = [state for state in get_args(State) if state]
NOT_LEARNT = frozenset({"EmergencyIntent", "SharpPainIntent", "CannotGetUpIntent", "AMAZON.FallbackIntent"})
"""Intents that the classifier does not know: alarms, and what is not understood."""


@click.command("understand")
@click.argument("sentences", nargs=-1)
@click.option("--state", type=click.Choice(STATES), help="What the conversation is at.")
@click.option("--locale", type=click.Choice(LOCALES), default=DEFAULT, show_default=True, help="Whose English.")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each sentence.")
@click.option("--train", "training", is_flag=True, help="Make the classifier's table anew (the extra voice; a minute).")
@click.option("--check", "compare", is_flag=True, help="Fail when the alarms have mistakes or the table is stale.")
def understand_command(
    sentences: tuple[str, ...], state: State | None, locale: str, as_json: bool, training: bool, compare: bool
) -> None:
    """Show what is understood of sentences, given here or one a line on standard input.

    Example: massage understand "i can't feel my leg" "something for my hip" --state hold
    """
    if training or compare:
        _table(language_of(locale), compare)
        return
    heard = load_understanding(locale)
    for sentence in sentences or _typed():
        found = heard.understand(sentence, state or "")
        click.echo(_as_json(sentence, found) if as_json else _as_text(sentence, found))


def load_understanding(locale: str = DEFAULT) -> Understanding:
    """What understands this locale. Raises FilesInvalid."""
    model = json.loads(model_file(locale).read_text(encoding="utf-8"))
    templates = Templates(model, builtin_phrases()["intents"], SAFETY_INTENTS, courtesies())
    classifier = Classifier(table_file(language_of(locale)).read_bytes())
    return Understanding(templates, load_alarms(language_of(locale)), classifier, Spotter(model))


def table_file(language: str) -> Path:
    """The file of the classifier's table."""
    return Path(understanding.__file__).parent / language / "classifier.table"


def all_examples(language: str) -> list[Example]:
    """What the classifier of a language learns from. Raises FilesInvalid."""
    locale = next(each for each in (DEFAULT, *LOCALES) if language_of(each) == language)
    model = json.loads(model_file(locale).read_text(encoding="utf-8"))
    return examples(model, natural_sentences(model_file(locale).parent / "natural" / language), NOT_LEARNT)


def _table(language: str, compare: bool) -> None:
    file, found = table_file(language), all_examples(language)
    if compare:
        load_alarms(language)
        if Classifier(file.read_bytes()).made_of != fingerprint(found):
            raise click.ClickException(f"{file.name} is not current; run: massage understand --train")
        click.echo(f"{file.name} is current, and the alarms are well")
        return
    from skill.understanding.training import train  # numpy and scipy, which only this needs

    file.write_bytes(train(found))
    click.echo(f"{file.name} is made of {len(found)} sentences")


def _typed() -> Iterator[str]:
    return (line.rstrip("\n") for line in sys.stdin if line.strip())


def _as_json(sentence: str, heard: Heard) -> str:
    slots = {name: value.id or value.value for name, value in heard.slots.items()}
    return json.dumps(
        {
            "say": sentence, "intent": heard.intent, "slots": slots, "confidence": round(heard.confidence, 2),
            "by": heard.by, "doubtful": heard.doubtful,
        }
    )  # fmt: skip


def _as_text(sentence: str, heard: Heard) -> str:
    slots = "".join(f" {name}={value.id or value.value}" for name, value in heard.slots.items())
    doubt = ", doubtful" if heard.doubtful else ""
    by = f" (by {heard.by}, {heard.confidence:.2f}{doubt})" if heard.by else ""
    return f"{sentence}: {heard.intent or 'not understood'}{slots}{by}" + (f" [{heard.why}]" if heard.why else "")
