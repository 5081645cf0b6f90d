"""What is answered to what: one function for each intent and request type."""

from __future__ import annotations

from collections.abc import Mapping

from skill.content import content
from skill.errors import WordsInvalid
from skill.handlers import (
    answers,
    choosing,
    details,
    endings,
    knowledge,
    launch,
    moves,
    player,
    practice,
    reminders,
    safety,
    start,
    transport,
    yes_no,
)
from skill.turn import Handler
from skill.words import answered_intents
from speech.errors import ScriptsInvalid
from speech.pace import PaceError


def _answered() -> tuple[str, ...]:
    """The intents that one text of the words answers, even where there are mistakes: those are told later, in words."""
    try:
        return content().answered
    except (ScriptsInvalid, WordsInvalid, PaceError):
        return answered_intents()


HANDLERS: Mapping[str, Handler] = {
    **dict.fromkeys(_answered(), knowledge.answer),
    "AboutIntent": knowledge.about,
    "TipIntent": knowledge.tip,
    "LaunchRequest": launch.launch,
    "StartGuideIntent": start.start_guide,
    "OffFloorIntent": choosing.off_floor,
    "ChooseIntent": choosing.choose,
    "TechniquesIntent": choosing.techniques,
    "NeedsIntent": details.needs,
    "DurationIntent": details.duration,
    "ReadyIntent": transport.ready,
    "TimeLeftIntent": transport.time_left,
    "TooStrongIntent": safety.too_strong,
    "SharpPainIntent": safety.sharp_pain,
    "EmergencyIntent": safety.emergency,
    "CannotGetUpIntent": safety.cannot_get_up,
    "ConditionIntent": safety.condition,
    "SeeDoctorIntent": safety.see_doctor,
    "WhoShouldNotIntent": answers.who_should_not,
    "DisclaimerIntent": answers.disclaimer,
    "MoreTimeIntent": moves.more_time,
    "ShorterIntent": moves.shorter_,
    "SofterIntent": safety.softer,
    "MorePressureIntent": moves.more_pressure,
    "TalkLessIntent": moves.talk_less,
    "TalkMoreIntent": moves.talk_more,
    "SlowerIntent": moves.slower,
    "FasterIntent": moves.faster,
    "OtherSideIntent": moves.other_side_,
    "SkipSideIntent": moves.skip_side_,
    "BackByIntent": moves.back_by_,
    "ForwardByIntent": moves.forward_by_,
    "WhatIsNextIntent": moves.what_is_next,
    "WhereAreWeIntent": moves.where_are_we,
    "BellOffIntent": moves.bell_off,
    "BellOnIntent": moves.bell_on,
    "WaitForMeIntent": moves.wait_for_me,
    "GoByItselfIntent": moves.go_by_itself,
    "StartPlanIntent": practice.start_plan,
    "ChangePlanIntent": practice.change_plan,
    "DropPlanIntent": practice.drop_plan,
    "PlanIntent": practice.plan,
    "ProgressIntent": practice.progress,
    "RemindIntent": reminders.remind,
    "ForgetMeIntent": practice.forget_me,
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
    "AudioPlayer.PlaybackStarted": player.started,
    "AudioPlayer.PlaybackStopped": player.stopped,
    "AudioPlayer.PlaybackNearlyFinished": player.nearly_finished,
    "AudioPlayer.PlaybackFinished": player.finished,
    "AudioPlayer.PlaybackFailed": player.failed,
    "PlaybackController.PlayCommandIssued": player.play_button,
    "PlaybackController.PauseCommandIssued": player.pause_button,
    "PlaybackController.NextCommandIssued": player.next_button,
    "PlaybackController.PreviousCommandIssued": player.previous_button,
    "Connections.Response": reminders.permission_told,
    "SessionEndedRequest": endings.session_ended,
}
