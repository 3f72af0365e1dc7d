"""Lengths of time in words."""

from dataclasses import dataclass

from server.i18n import N_, translate


@dataclass(frozen=True)
class Span:
    """So many seconds, told in the largest unit that is not zero, rounded down."""

    seconds: float

    def text(self, language: str) -> str:
        seconds = max(0, int(self.seconds))
        if seconds < 60:
            return translate(N_("{seconds} s"), language, seconds=seconds)
        if seconds < 3600:
            return translate(N_("{minutes} min"), language, minutes=seconds // 60)
        if seconds < 86400:
            return translate(N_("{hours} h"), language, hours=seconds // 3600)
        return translate(N_("{days} d"), language, days=seconds // 86400)
