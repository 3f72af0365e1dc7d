"""Moments and spans in words, in the site's zone."""

from server.domain.durations import clock_time, moment, span
from server.i18n import N_, translate

__all__ = ["clock_time", "moment", "promise_left", "span", "work_span"]

_CLOSE, _WORKING_DAY = 2 * 3600, 8 * 3600


def work_span(seconds: float, language: str) -> str:
    """A length of working time: hours and minutes, from ten hours on hours alone; days differ from site to site."""
    minutes = int(abs(seconds)) // 60
    hours, rest = divmod(minutes, 60)
    if hours >= 10 or (hours and not rest):
        return translate(N_("{hours} h"), language, hours=f"{hours:,}")
    if hours:
        return translate(N_("{hours} h {minutes} min"), language, hours=hours, minutes=rest)
    return translate(N_("{minutes} min"), language, minutes=rest)


def promise_left(working: int | None, late: bool, language: str, clock_stands: bool = False) -> tuple[str, str]:
    """(state for the colour: green, amber, red, late or none; words) of what is left until a promise.

    `working` is in seconds of working time, negative when they have passed; None for no promise.
    `late` is by the clock: what was promised until last night is late before anybody has worked since.
    """
    if clock_stands:
        return "none", translate(N_("the clock stands"), language)
    if working is None:
        return "none", translate(N_("no time limit"), language)
    if late:
        if working > -60:
            return "late", translate(N_("just late"), language)
        return "late", translate(N_("{time} late"), language, time=work_span(working, language))
    state = "red" if working < _CLOSE else "amber" if working < _WORKING_DAY else "green"
    return state, translate(N_("{time} left"), language, time=work_span(working, language))
