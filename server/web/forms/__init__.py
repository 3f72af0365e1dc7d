"""JSON Schema -> WTForms -> JSON Merge Patch, for the forms of tasks and of filing."""

from server.web.forms.case_form import CaseForm
from server.web.forms.patch import patch_of
from server.web.forms.problems import show_refusal
from server.web.forms.uploads import receive

__all__ = ["CaseForm", "patch_of", "receive", "show_refusal"]
