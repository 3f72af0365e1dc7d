"""The process engine behind one door: SpiffWorkflow, with case file, clock and functions handed in."""

from server.engine.course import Course, counterparts
from server.engine.decision_table import DecisionTable
from server.engine.definition import ProcessDefinition, parse_definition
from server.engine.drawn import Box, Drawn, drawn
from server.engine.elements import Element
from server.engine.environment import Environment, Limits
from server.engine.errors import (
    BudgetExceeded,
    DiagramRefused,
    EngineError,
    ExpressionError,
    MigrationRefused,
    ProcessFault,
    TaskNotOpen,
)
from server.engine.expression_syntax import expression_names, parse_expression
from server.engine.instance import ProcessInstance
from server.engine.outlook import Marking, Outlook, candidates, missing
from server.engine.prompts import PROMPTS, prompt_keys
from server.engine.questions import Questions
from server.engine.trial_value import trial_value
from server.engine.waits import Wait

__all__ = [
    "PROMPTS",
    "Box",
    "BudgetExceeded",
    "Course",
    "DecisionTable",
    "DiagramRefused",
    "Drawn",
    "Element",
    "EngineError",
    "Environment",
    "ExpressionError",
    "Limits",
    "Marking",
    "MigrationRefused",
    "Outlook",
    "ProcessDefinition",
    "ProcessFault",
    "ProcessInstance",
    "Questions",
    "TaskNotOpen",
    "Wait",
    "candidates",
    "counterparts",
    "drawn",
    "expression_names",
    "missing",
    "parse_definition",
    "parse_expression",
    "prompt_keys",
    "trial_value",
]
