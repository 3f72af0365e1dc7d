"""Lists to choose from for pages without script: what a picker would offer before anything is typed."""

from server.domain.form_widgets import PICKERS
from server.queries.known_values import known_values
from server.web.forms.case_form import CaseForm
from server.web.forms.leaves import Leaf
from server.web.forms.rows import RowsLeaf
from server.web.person import context, current_actor

OFFERED = 100


def picks(leaf: Leaf) -> bool:
    """Whether the field is a picker."""
    return leaf.spec.kind == "text" and leaf.spec.widget in PICKERS and not leaf.spec.locked


def offered(form: CaseForm) -> dict[str, list[dict[str, str]]]:
    """By kind of picker in the form what the reader may choose; nothing for who may read no complaint."""
    actor = current_actor()
    if actor is None or not actor.may("case.read"):
        return {}
    specs = [leaf.spec for leaf in form if not leaf.spec.locked]
    columns = [
        cell for leaf in form if isinstance(leaf, RowsLeaf) and not leaf.spec.locked for cell in leaf.spec.columns
    ]
    kinds = {spec.widget for spec in (*specs, *columns) if spec.widget in PICKERS}
    return {str(kind): known_values(context(), actor, str(kind), "", OFFERED) for kind in sorted(map(str, kinds))}
