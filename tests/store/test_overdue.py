"""What takes too long is called in, by one thread for everything."""

from __future__ import annotations

import threading

from skill.store.overdue import Overdue


def test_what_is_not_ended_is_called_in() -> None:
    """What was begun and not ended in time is called, once; what was ended is not."""
    overdue, called, done = Overdue(0.05), list[str](), threading.Event()
    ended = overdue.begin(lambda: called.append("ended"))
    overdue.end(ended)
    overdue.begin(lambda: called.append("late"))
    overdue.begin(done.set)
    assert done.wait(10)
    assert called == ["late"]


def test_one_thread_watches_everything() -> None:
    """However much is watched, and however often, there is one thread for it."""
    overdue, before = Overdue(60.0), threading.active_count()
    for number in [overdue.begin(lambda: None) for _ in range(200)]:
        overdue.end(number)
    assert threading.active_count() <= before + 1
