"""A plan and its code: one for one, bounded, and fit for any address."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from skill.tracks.code import LONGEST_CODE, TrackPlan, decode, encode
from speech.timeline.options import PlanOptions

SPOTS = st.lists(
    st.from_regex(r"(session-[0-9]:)?[a-z]{1,12}(-[a-z]{1,6})?(#[2-9])?/(left|right|-)", fullmatch=True), max_size=6
).map(lambda names: tuple(sorted(set(names))))
ASKS = st.builds(
    PlanOptions,
    seconds=st.none() | st.integers(1_000, 3_600_000).map(lambda milliseconds: milliseconds / 1000),
    side=st.sampled_from(["left", "right"]),
    only=st.booleans(),
    place=st.none() | st.sampled_from(["floor", "wall", "bed", "chair"]),
    cue_density=st.sampled_from(["few", "normal", "many"]),
    soft=st.booleans(),
    slow=st.booleans(),
    waits=st.booleans(),
    left_out=SPOTS,
    extra=SPOTS,
)
PLANS = st.builds(
    TrackPlan,
    script=st.sampled_from(["piriformis-ball", "full-session"]),
    digest=st.just("ab72162977"),
    options=ASKS,
    bell=st.booleans(),
    voice=st.sampled_from(["kokoro", "pico"]),
    content=st.just("0123456789ab"),
)
CODE = "1.piriformis-ball.ab72162977.600000.l.floor.normal...bell.kokoro.0123456789ab"


@given(PLANS)
def test_a_code_gives_its_plan_back(plan: TrackPlan) -> None:
    """Whatever fits into a code is read back from it as it was, and needs no escape in an address."""
    code = encode(plan)
    if code is None:
        assert len(plan.options.left_out) + len(plan.options.extra) > 3, "only a long list of spots does not fit"
        return
    assert len(code) <= LONGEST_CODE and re.fullmatch(r"[A-Za-z0-9._~-]+", code)
    assert decode(code) == plan


@given(st.text(max_size=400) | st.text("01.abcdlrN~_-", max_size=120))
def test_no_other_text_is_a_code(text: str) -> None:
    """Whatever is no plan's own code is refused, and never fails."""
    plan = decode(text)
    assert plan is None or encode(plan) == text


@given(st.integers(0, len(CODE) - 1), st.sampled_from("01.abzlrNT~_-AZ/%"))
def test_one_plan_has_one_code(at: int, letter: str) -> None:
    """A code that was changed is another plan's, or nobody's: never a second way to write the same."""
    changed = CODE[:at] + letter + CODE[at + 1 :]
    plan = decode(changed)
    assert plan is None or (encode(plan) == changed and (plan != decode(CODE) or changed == CODE))


def test_bounds() -> None:
    """Lengths, lists and the code itself are bounded; nothing is read that no plan could hold."""
    assert decode(CODE) is not None
    for wrong in (
        CODE.replace("600000", "0"),
        CODE.replace("600000", "0600000"),
        CODE.replace("600000", "99999999"),
        CODE.replace(".l.", ".lso."),
        CODE.replace(".l.", ".x."),
        CODE.replace("normal", "loud"),
        CODE.replace(".bell.", ".gong."),
        CODE.replace("normal..", "normal.b_left~a_left."),
        CODE.replace("normal..", "normal.a_left~a_left."),
        CODE.replace("normal...", "normal.." + "~".join(f"a{n}_left" for n in range(7)) + "."),
        CODE.replace("floor", "../etc"),
        CODE.replace("1.pir", "2.pir"),
        CODE + ".",
        CODE + "a" * LONGEST_CODE,
        "",
    ):
        assert decode(wrong) is None, wrong


def test_a_length_between_two_milliseconds_has_no_code() -> None:
    """A code is exact or it is not."""
    plan = decode(CODE)
    assert plan is not None
    assert encode(TrackPlan(plan.script, plan.digest, PlanOptions(600.0004), True, "kokoro", plan.content)) is None
