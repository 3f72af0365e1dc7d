"""Everything a command or query may use, put together once by `server.app.build_context`."""

from dataclasses import dataclass

from server.casework.command import Answer, Command
from server.casework.execute import execute
from server.casework.tools import Bell, SilentBell, Tools

__all__ = ["Bell", "Context", "SilentBell"]


@dataclass
class Context(Tools):
    """The tools, and the one way to change something."""

    def execute(self, command: Command) -> Answer:
        """Carry `command` out; raises Rejected when it is refused, and then nothing has changed."""
        return execute(self, command)
