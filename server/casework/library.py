"""Published versions of process applications, read and parsed once per process."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from threading import Lock
from typing import Any

from sqlalchemy import select

from server.documents.bundle import BundleDocuments
from server.domain.application import Application
from server.domain.bundle import Bundle
from server.domain.forms import FormBook
from server.domain.rejection import Rejected
from server.engine import ProcessDefinition, parse_definition
from server.i18n import N_
from server.persistence.database import Database
from server.persistence.models import DefinitionVersion, ProcessApplication

KEPT = 50
READ = 12
"""So many different bundles are kept read, whichever library they are in."""


@dataclass(frozen=True)
class PublishedVersion:
    """One immutable version with everything made from its bundle."""

    id: int
    key: str
    number: int
    bundle: Bundle
    application: Application
    definition: ProcessDefinition
    forms: FormBook
    known_names: frozenset[str]

    @cached_property
    def documents(self) -> BundleDocuments:
        """Its templates, for whoever writes mails and documents of a case."""
        return BundleDocuments(self.bundle)


class Library:
    """Versions by id, kept in memory since they never change."""

    def __init__(self, database: Database):
        self._database = database
        self._versions: dict[int, PublishedVersion] = {}
        self._latest: dict[str, int] = {}
        self._lock = Lock()

    def version(self, version_id: int) -> PublishedVersion:
        """The version `version_id`; KeyError when there is none, since only our own rows name it."""
        found = self._versions.get(version_id)
        if found is None:
            with self._lock:
                found = self._versions.get(version_id) or self._load(version_id)
                while len(self._versions) >= KEPT:
                    self._versions.pop(next(iter(self._versions)))
                self._versions[version_id] = found
        return found

    def keys(self) -> frozenset[str]:
        """Keys of all applications that have a version."""
        with self._database.read() as connection:
            return frozenset(connection.execute(select(ProcessApplication.key)).scalars())

    def current(self, key: str) -> PublishedVersion:
        """The version new cases start with; Rejected when nothing is published under `key`."""
        query = select(ProcessApplication.current_version_id).where(ProcessApplication.key == key)
        with self._database.read() as connection:
            version_id = connection.execute(query).scalar_one_or_none()
        if version_id is None:
            raise Rejected(
                "not_found.definition",
                N_("No process application “{key}” is published. Publish one with kesu deploy."),
                key=key,
            )
        self._latest[key] = version_id
        return self.version(version_id)

    def latest(self, key: str) -> PublishedVersion:
        """As `current`, but as it was known here a moment ago, so that the database is asked once only."""
        version_id = self._latest.get(key)
        return self.current(key) if version_id is None else self.version(version_id)

    def turned(self, key: str, version_id: int) -> None:
        """New cases of `key` start with that version from now on: it was just committed."""
        self._latest[key] = version_id

    def _load(self, version_id: int) -> PublishedVersion:
        query = select(DefinitionVersion).where(DefinitionVersion.id == version_id)
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise KeyError(f"definition version {version_id}")
        return published(row.id, row.number, Bundle.from_zip(row.bundle))


def published(version_id: int, number: int, bundle: Bundle) -> PublishedVersion:
    """Everything made from `bundle`; raises DiagramRefused or Rejected when it cannot run."""
    application, definition, forms = _made_from(bundle)
    return PublishedVersion(
        id=version_id,
        key=application.key,
        number=number,
        bundle=bundle,
        application=application,
        definition=definition,
        forms=forms,
        known_names=known_names(forms.case_schema()),
    )


@lru_cache(maxsize=READ)
def _made_from(bundle: Bundle) -> tuple[Application, ProcessDefinition, FormBook]:
    """Kept by content: a draft that is looked at again and again, and a version that was one, are read once."""
    diagrams = {name: data for name, data in bundle.items() if name.endswith((".bpmn", ".dmn"))}
    application = bundle.application
    return application, parse_definition(diagrams, application.process_id), FormBook(bundle)


def known_names(case_schema: Mapping[str, Any]) -> frozenset[str]:
    """Names that expressions may use: the case file's top-level fields, and the complaint's number."""
    fields = case_schema.get("properties")
    return frozenset(fields if isinstance(fields, Mapping) else ()) | {"number"}
