"""The states of a process instance, in the words of those who read them."""

from collections.abc import Mapping

from server.i18n import N_

STATES: Mapping[str, str] = {
    "active": N_("in progress"),
    "incident": N_("needs repair"),
    "suspended": N_("suspended"),
    "completed": N_("closed"),
    "cancelled": N_("cancelled"),
}
