"""Set the language a person reads."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import update

from server.casework.command import Answer, Command, Reply
from server.casework.work import Work
from server.domain.rejection import Rejected
from server.i18n import LANGUAGES, N_
from server.persistence.models import UserAccount


@dataclass(frozen=True, kw_only=True)
class SetLanguage(Command):
    verb: ClassVar[str] = "set_language"
    language: str

    def handle(self, work: Work) -> Reply:
        if self.language not in LANGUAGES:
            raise Rejected(
                "user.language", N_("Choose one of these languages: {languages}."), languages=", ".join(LANGUAGES)
            )
        work.write_one(update(UserAccount).where(UserAccount.id == work.actor.user_id).values(language=self.language))
        return Answer(200, {"language": self.language})
