"""Keep what somebody sent after his session had ended, until he logs in again."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, ClassVar

import orjson
from sqlalchemy import delete, insert, or_, select

from server.casework.command import Answer, Command, Reply
from server.casework.kept_posts import LIFE, MOST
from server.casework.work import Work
from server.persistence.models import KeptPost


@dataclass(frozen=True, kw_only=True)
class KeepPost(Command):
    """`author` is proven by the mark in his form (security/links.py), for nobody is logged in. The same kept twice
    is kept once.
    """

    verb: ClassVar[str] = "keep_post"
    author: int
    target: str
    fields: Sequence[tuple[str, str]]
    files: Sequence[str] = ()

    def handle(self, work: Work) -> Reply:
        content: dict[str, Any] = {"fields": [list(pair) for pair in self.fields], "files": list(self.files)}
        post_id = sha256(orjson.dumps([self.author, self.target, content])).hexdigest()[:40]
        newest = select(KeptPost.id).where(KeptPost.author_id == self.author)
        known = list(work.read(newest.order_by(KeptPost.created_at.desc(), KeptPost.id)).scalars())
        if post_id not in known:
            work.write(
                delete(KeptPost).where(or_(KeptPost.id.in_(known[MOST - 1 :]), KeptPost.created_at < work.now - LIFE))
            )
            row = {"id": post_id, "author_id": self.author, "target": self.target, "content": content}
            work.write(insert(KeptPost), [row | {"created_at": work.now}])
        return Answer(200, {"id": post_id})
