"""What is answered to what: one function for each intent and request type."""

from __future__ import annotations

from collections.abc import Mapping

from skill.handlers import answers, endings, launch, start, transport, yes_no
from skill.turn import Handler

HANDLERS: Mapping[str, Handler] = {
    "LaunchRequest": launch.launch,
    "StartGuideIntent": start.start_guide,
    "OffFloorIntent": start.off_floor,
    "ReadyIntent": transport.ready,
    "TimeLeftIntent": transport.time_left,
    "DisclaimerIntent": answers.disclaimer,
    "WhoShouldNotIntent": answers.who_should_not,
    "AMAZON.YesIntent": yes_no.yes,
    "AMAZON.NoIntent": yes_no.no,
    "AMAZON.PauseIntent": transport.pause,
    "AMAZON.ResumeIntent": transport.resume,
    "AMAZON.NextIntent": transport.next_,
    "AMAZON.PreviousIntent": transport.previous,
    "AMAZON.RepeatIntent": transport.repeat,
    "AMAZON.StartOverIntent": transport.start_over,
    "AMAZON.LoopOnIntent": answers.loop,
    "AMAZON.LoopOffIntent": answers.loop,
    "AMAZON.ShuffleOnIntent": answers.shuffle,
    "AMAZON.ShuffleOffIntent": answers.shuffle,
    "AMAZON.HelpIntent": answers.help_,
    "AMAZON.FallbackIntent": answers.not_understood,
    "AMAZON.StopIntent": endings.goodbye,
    "AMAZON.CancelIntent": endings.goodbye,
    "AMAZON.NavigateHomeIntent": endings.goodbye,
    "SessionEndedRequest": endings.session_ended,
}
