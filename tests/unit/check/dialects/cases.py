"""Diagrams as other tools write them, drawn after their documentation, and what the check has to say of each.

file -> (codes of errors, none where it is accepted; words that must stand in what is told). A diagram is looked at alone.
"""

FORM, LANE = "formKey", "lane"

DIALECTS: dict[str, tuple[frozenset[str], tuple[str, ...]]] = {
    "activiti_bom_crlf": (frozenset({"K301", "K406"}), ("activiti:class", "activiti:formKey", "without the signs")),
    "bpmn_io_bom_crlf_no_drawing": (frozenset(), (FORM, LANE)),
    "bpmn_io_colours_groups": (frozenset(), (FORM, LANE)),
    "bpmn_io_colours_not_executable": (frozenset({"K201", "K212", "K213"}), ("executable", "default")),
    "bpmn_io_large": (frozenset(), (FORM, LANE)),
    "bpmn_io_new_diagram": (frozenset({"K201"}), ("executable",)),
    "bpmn_io_rare_elements": (
        frozenset({"K205", "K206", "K214", "K232", "K233", "K239", "K241"}),
        ("exclusive, inclusive or parallel", "sequence flow"),
    ),
    "bpmn_io_unconfigured_events": (frozenset({"K241", "K249", "K251", "K303", "K316"}), ("name", "code", "PT8H")),
    "camunda7_connector": (frozenset({"K249"}), ("camunda:connector",)),
    "camunda7_external": (frozenset({"K406"}), ("camunda:topic", "send-answer", "camunda:formKey")),
    "camunda7_invoice": (
        frozenset({"K212", "K301", "K406"}),
        ("camunda:class", "camunda:formKey", "camunda:candidateGroups", "camunda:assignee", "camunda:dueDate"),
    ),
    "camunda7_listeners": (
        frozenset({"K406"}),
        ("camunda:delegateExpression", "camunda:taskListener", "camunda:executionListener", "camunda:inputOutput"),
    ),
    "camunda7_multi_instance": (
        frozenset({"K261", "K301", "K404"}),
        ("camunda:collection", "camunda:decisionRef", "grading", "camunda:in"),
    ),
    "camunda7_plain_conditions": (frozenset(), ("camunda:formRef", "camunda:candidateUsers")),
    "camunda7_script": (frozenset({"K230", "K301"}), ("decision table",)),
    "camunda7_timers": (frozenset({"K234", "K312"}), ("R/P1D", '"PT8H"')),
    "camunda8_call_and_decision": (
        frozenset({"K261", "K301", "K401", "K404"}),
        ("zeebe:calledElement", "zeebe:calledDecision", "zeebe:loopCharacteristics", "grading"),
    ),
    "camunda8_connector": (frozenset({"K406"}), ("zeebe:taskDefinition", "io.camunda:http-json:1", "zeebe:ioMapping")),
    "camunda8_messages": (frozenset({"K249", "K301", "K406"}), ("equals sign", "zeebe:taskDefinition", "correlation")),
    "camunda8_people_only": (frozenset(), ("zeebe:formDefinition", "zeebe:assignmentDefinition", "zeebe:taskSchedule")),
    "camunda8_service": (frozenset({"K301", "K406"}), ("equals sign", "zeebe:taskDefinition", "send-answer")),
    "camunda8_user_forms": (frozenset({"K301"}), ("zeebe:formDefinition",)),
    "flowable_leave": (
        frozenset({"K212", "K301", "K406"}),
        ("flowable:delegateExpression", "flowable:formKey", "flowable:candidateGroups", "flowable:taskListener"),
    ),
    "flowable_mail_and_http": (frozenset({"K406"}), ("flowable:type", "mail", "http")),
    "flowable_plain_cdata": (frozenset(), ("flowable:candidateGroups",)),
    "flowable_sub_process": (frozenset({"K249", "K261", "K301"}), ("flowable:collection", '"PT4H"')),
    "signavio_conversation": (frozenset({"K201", "K238"}), ()),
    "signavio_data": (frozenset({"K235"}), (FORM,)),
    "signavio_lanes_no_executable_flag": (frozenset(), (FORM,)),
    "signavio_pools_not_executable": (frozenset({"K201", "K212", "K213"}), ("executable",)),
    "signavio_two_pools": (frozenset({"K219"}), ("call activity",)),
    "signavio_utf16": (frozenset(), (FORM,)),
}
