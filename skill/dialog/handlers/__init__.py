"""What is answered to what: one function for each intent and request type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from skill.dialog.handlers import adjustments, anytime, choosing, launch, player_events, safety, weekly_plan
from skill.dialog.moving import goodbye, pause, ready, session_ended, time_left
from skill.dialog.outcome import Handler
from skill.dialog.practice_days import permission_told, take_up_plan
from skill.dialog.questions import no, tell_tip, tell_way_up, yes
from skill.messages.messages import Messages

OWN_HANDLERS: Mapping[str, Handler] = {
    "AboutIntent": anytime.about,
    "TipIntent": tell_tip,
    "LaunchRequest": launch.launch,
    "StartGuideIntent": choosing.start_guide,
    "OffFloorIntent": choosing.off_floor,
    "ChooseIntent": choosing.choose,
    "TechniquesIntent": choosing.techniques,
    "NeedsIntent": choosing.needs,
    "DurationIntent": choosing.duration,
    "ReadyIntent": ready,
    "TimeLeftIntent": time_left,
    "TooStrongIntent": safety.too_strong,
    "SharpPainIntent": safety.sharp_pain,
    "EmergencyIntent": safety.emergency,
    "CannotGetUpIntent": tell_way_up,
    "ConditionIntent": safety.condition,
    "SeeDoctorIntent": safety.see_doctor,
    "WhoShouldNotIntent": anytime.who_should_not,
    "DisclaimerIntent": anytime.disclaimer,
    "MoreTimeIntent": adjustments.more_time,
    "ShorterIntent": adjustments.shorter,
    "SofterIntent": safety.softer,
    "MorePressureIntent": adjustments.more_pressure,
    **dict.fromkeys(adjustments.WISHES, adjustments.wish),
    "OtherSideIntent": adjustments.other_side,
    "SkipSideIntent": adjustments.skip_side,
    "BackByIntent": adjustments.back_by,
    "ForwardByIntent": adjustments.forward_by,
    "WhatIsNextIntent": adjustments.what_is_next,
    "WhereAreWeIntent": adjustments.where_are_we,
    "BellOffIntent": adjustments.bell,
    "BellOnIntent": adjustments.bell,
    "StartPlanIntent": take_up_plan,
    "ChangePlanIntent": weekly_plan.change_plan,
    "DropPlanIntent": weekly_plan.drop_plan,
    "PlanIntent": weekly_plan.plan,
    "ProgressIntent": weekly_plan.progress,
    "RemindIntent": weekly_plan.remind,
    "ForgetMeIntent": weekly_plan.forget_me,
    "AMAZON.YesIntent": yes,
    "AMAZON.NoIntent": no,
    "AMAZON.PauseIntent": pause,
    "AMAZON.ResumeIntent": adjustments.resume,
    "AMAZON.NextIntent": adjustments.next_,
    "AMAZON.PreviousIntent": adjustments.previous,
    "AMAZON.RepeatIntent": adjustments.repeat,
    "AMAZON.StartOverIntent": adjustments.start_over,
    "AMAZON.LoopOnIntent": anytime.loop_or_shuffle,
    "AMAZON.LoopOffIntent": anytime.loop_or_shuffle,
    "AMAZON.ShuffleOnIntent": anytime.loop_or_shuffle,
    "AMAZON.ShuffleOffIntent": anytime.loop_or_shuffle,
    "AMAZON.HelpIntent": anytime.help_,
    "AMAZON.FallbackIntent": anytime.not_understood,
    "AMAZON.StopIntent": goodbye,
    "AMAZON.CancelIntent": goodbye,
    "AMAZON.NavigateHomeIntent": goodbye,
    "AudioPlayer.PlaybackStarted": player_events.started,
    "AudioPlayer.PlaybackStopped": player_events.stopped,
    "AudioPlayer.PlaybackNearlyFinished": player_events.nearly_finished,
    "AudioPlayer.PlaybackFinished": player_events.finished,
    "AudioPlayer.PlaybackFailed": player_events.failed,
    "PlaybackController.PlayCommandIssued": player_events.play_button,
    "PlaybackController.PauseCommandIssued": player_events.pause_button,
    "PlaybackController.NextCommandIssued": player_events.next_button,
    "PlaybackController.PreviousCommandIssued": player_events.previous_button,
    "Connections.Response": permission_told,
    "SessionEndedRequest": session_ended,
}
"""The handler of each intent and request type that has one of its own."""


def handlers_for(messages: Iterable[Messages]) -> Mapping[str, Handler]:
    """The handler of each intent and request type; the messages of all locales tell which intents one text answers."""
    answered = [intent for one in messages for intent in one.answered_intents]
    return {**dict.fromkeys(answered, anytime.answer), **OWN_HANDLERS}
