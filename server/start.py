"""From an empty data folder to a server that works: schema, site, applications, people, samples."""

from server.casework.command import SYSTEM
from server.casework.context import Context
from server.commands.prepare_site import PrepareSite
from server.commands.publish_version import PublishVersion
from server.domain.bundle import Bundle, applications, bundled_root
from server.persistence.schema import upgrade


def prepare(context: Context, *, demo: bool = False) -> None:
    """Bring the database up to date; a second call finds everything there. Raises Rejected."""
    upgrade(context.database)
    context.execute(PrepareSite(actor=SYSTEM, demo=demo))
    publish_bundled(context)


def publish_bundled(context: Context) -> None:
    """Publish each bundled application that has no version yet; one that its owners changed is left alone."""
    root = bundled_root()
    published = context.library.keys()
    for key in applications(root):
        if key not in published:
            bundle = Bundle.from_folder(root, key)
            context.execute(PublishVersion(actor=SYSTEM, bundle=bundle.to_zip(), note="bundled"))
