"""Our parser: the library's, with own task specs, XML order instead of drawing order, and our decision tables."""

from typing import Any, ClassVar

from SpiffWorkflow.bpmn.parser import event_parsers, task_parsers
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs import defaults as bpmn
from SpiffWorkflow.spiff.parser import event_parsers as spiff_events
from SpiffWorkflow.spiff.parser import task_spec as spiff_tasks
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser, SpiffProcessParser
from SpiffWorkflow.spiff.specs import defaults as spiff

from server.engine.boundary import StayingBoundaryEvent
from server.engine.decision_table import DecisionTable
from server.engine.elements import outgoing_flows
from server.engine.event_gateway import BranchingEventGateway
from server.engine.gateways import CountingInclusiveGateway, CountingParallelGateway, OrderedExclusiveGateway
from server.engine.parsing_rules import OwnEventRules, OwnTaskRules
from server.engine.rule_task import DecisionTask, DecisionTaskParser
from server.engine.service_task import QueuedServiceTask
from server.engine.sub_processes import CaseCallActivity, CaseSubProcess, CaseTransaction
from server.engine.workflow import CaseProcessSpec


class CaseProcessParser(SpiffProcessParser):
    """Gives flows in the XML order of `outgoing`; positions in the drawing mean nothing."""

    def create_spec(self) -> CaseProcessSpec:
        """A spec with our end join; a process that is not executable is run all the same when it is called."""
        return CaseProcessSpec(name=self.bpmn_id, description=self.get_name(), filename=self.filename)

    def get_outgoing_sequence_flows(self, source_ref: str) -> list[Any]:
        """The flows leaving a node, in the order they are tried."""
        return outgoing_flows(self.nodes_by_id[source_ref], self.outgoing_sequence_flows.get(source_ref, []))

    def get_position(self, node_id: str) -> dict[str, float]:
        """The same place for every node, so that the library's sorting by height changes nothing."""
        return {"x": 0.0, "y": 0.0}

    def parse_data_object(self, obj: Any) -> Any:
        """A data object, which only documents."""
        return super().parse_data_object(obj)

    def _parse(self) -> None:
        super()._parse()
        self.spec.data_objects = {}


def _own(rules: type, parser: type) -> type:
    return type(f"Own{parser.__name__}", (rules, parser), {})


class CaseParser(SpiffBpmnParser):
    """Reads prepared diagrams; decisions: tables by decision id."""

    PROCESS_PARSER_CLASS = CaseProcessParser
    OVERRIDE_PARSER_CLASSES: ClassVar[dict[str, Any]] = {
        **{
            full_tag(tag): (_own(OwnTaskRules, parser), spec)
            for tag, parser, spec in (
                ("task", spiff_tasks.SpiffTaskParser, spiff.NoneTask),
                ("manualTask", spiff_tasks.SpiffTaskParser, spiff.ManualTask),
                ("userTask", spiff_tasks.UserTaskParser, spiff.UserTask),
                ("serviceTask", spiff_tasks.ServiceTaskParser, QueuedServiceTask),
                ("subProcess", spiff_tasks.SubWorkflowParser, CaseSubProcess),
                ("transaction", spiff_tasks.SubWorkflowParser, CaseTransaction),
                ("callActivity", spiff_tasks.CallActivityParser, CaseCallActivity),
                ("exclusiveGateway", task_parsers.ConditionalGatewayParser, OrderedExclusiveGateway),
                ("inclusiveGateway", task_parsers.ConditionalGatewayParser, CountingInclusiveGateway),
                ("parallelGateway", task_parsers.GatewayParser, CountingParallelGateway),
            )
        },
        **{
            full_tag(tag): (_own(OwnEventRules, parser), spec)
            for tag, parser, spec in (
                ("startEvent", spiff_events.SpiffStartEventParser, bpmn.StartEvent),
                ("endEvent", spiff_events.SpiffEndEventParser, bpmn.EndEvent),
                ("boundaryEvent", spiff_events.SpiffBoundaryEventParser, StayingBoundaryEvent),
                ("intermediateCatchEvent", spiff_events.SpiffIntermediateCatchEventParser, bpmn.IntermediateCatchEvent),
                ("intermediateThrowEvent", spiff_events.SpiffIntermediateThrowEventParser, bpmn.IntermediateThrowEvent),
                ("sendTask", spiff_events.SpiffSendTaskParser, spiff.SendTask),
                ("receiveTask", spiff_events.SpiffReceiveTaskParser, spiff.ReceiveTask),
                ("eventBasedGateway", event_parsers.EventBasedGatewayParser, BranchingEventGateway),
            )
        },
        full_tag("businessRuleTask"): (DecisionTaskParser, DecisionTask),
    }

    def __init__(self, decisions: dict[str, DecisionTable], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.decisions = decisions

    def _add_data_stores(self, bpmn_root: Any) -> None:
        """Data stores only document."""

    def _add_correlations(self, bpmn_root: Any) -> None:
        """Correlation stands at the event that waits."""
