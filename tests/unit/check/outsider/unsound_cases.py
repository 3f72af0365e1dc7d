"""Unsound diagrams drawn by somebody who knows BPMN and the guide for process owners, judged before the check saw them.

name -> (files by process, fault, element it shows at; "" where several would do). Faults: "stuck" nothing goes on;
"left" an end came while work waits in vain; "twice" one end twice; "dead" never happens; "endless" no end can come;
"pile" work grows with every turn; "spin" a loop that waits for nothing; "loop" parallel work lies on a loop;
"uncaught" an error nobody catches breaks the case; "apart" no start leads there: a case begins at the plain start only,
so the engine never hears of what stands behind the other one, and the label "stuck" of the first draft was wrong; "unraised" as "dead", but only warned
of, since it does no harm.
"""

BAD_CALL = "S2 -> U5 -> X5 -> E5; X5 -> EE5=bad"

UNSOUND: dict[str, tuple[dict[str, str], str, str]] = {
    # Splits and joins that do not fit.
    "one of two departments is asked, both are waited for": (
        {"p": "S -> U1 -> X1 -> U2 -> P1 -> U4 -> E; X1 -> U3 -> P1"}, "stuck", "P1"),
    "any departments are asked, all are waited for": (
        {"p": "S -> O1 -> U1 -> P1 -> E; O1 -> U2 -> P1; O1 -> U3 -> P1"}, "stuck", "P1"),
    "the short way into a join of two": (
        {"p": "S -> X1 -> P1 -> U1 -> P2 -> E; P1 -> U2 -> P2; X1 -> U3 -> P2"}, "stuck", "P2"),
    "crossed joins": (
        {"p": "S -> P1 -> U1 -> P3 -> U3 -> P4 -> E; P1 -> U2 -> X2 -> P3; X2 -> P4"}, "stuck", ""),
    "answers of an event gateway joined": (
        {"p": "S -> U1 -> G1 -> CM1 -> P1 -> E; G1 -> CT1=PT4H -> U2 -> P1"}, "stuck", "P1"),
    "two branches choose apart": (
        {"p": "S -> P1 -> U1 -> X1 -> U3 -> P2 -> E; X1 -> U4 -> P3 -> E2; P1 -> U2 -> X2 -> U5 -> P2; X2 -> U6 -> P3"},
        "stuck", ""),
    "both ask one field, but people may change it in between": (
        {"p": "S -> P1 -> U1 -> X1 ->[flag] P2 -> E; X1 -> E2; P1 -> U2 -> X2 ->[flag] P2; X2 -> E3"}, "left", "P2"),
    "asked before and after a step": (
        {"p": "S -> X1 ->[flag] P1 -> U1 -> X2; P1 -> P3; X1 -> X2 -> X3 ->[flag] P3 -> E; X3 -> U2 -> E2"}, "", ""),
    "an order that is not filled is neither more nor less": (
        {"p": "S -> U0 -> P1 -> X1 ->[amount > 10] P2 -> U3 -> E; X1 -> E2; P1 -> X2 ->[amount <= 10] E3; X2 -> P2"},
        "left", "P2"),
    "deadline and work into the same join": ({"p": "S -> U1 -> P1 -> U2 -> E; BT1=PT4H@U1 -> P1"}, "stuck", "P1"),
    "a reminder into a join": ({"p": "S -> U1 -> P1 -> E; BT1!=PT4H@U1 -> U2 -> P1"}, "stuck", "P1"),
    "a mail and a form both have to come": ({"p": "S -> U1 -> P1 -> E; SM1=mail -> U2 -> P1"}, "apart", "U2"),
    "two ways to begin, of which only the first is gone": (
        {"p": "S1 -> U1 -> E1; S2 -> U2 -> E2"}, "apart", "U2"),
    "a join of two ways to begin": ({"p": "S1 -> U1 -> P1 -> E; S2 -> U2 -> P1"}, "stuck", "P1"),
    # Two tokens.
    "both departments report to one person": (
        {"p": "S -> P1 -> U1 -> U3 -> E; P1 -> W1 -> U3"}, "twice", "E"),
    "parallel merged by an exclusive gateway": (
        {"p": "S -> P1 -> U1 -> X1 -> U3 -> E; P1 -> U2 -> X1"}, "twice", "E"),
    "inclusive merged by an exclusive gateway": (
        {"p": "S -> O1 -> U1 -> X1 -> E; O1 -> U2 -> X1; O1 -> U3 -> X1"}, "twice", "E"),
    "a terminate end ends its sub-process alone": (
        {"p": "S -> P1 -> SP1{S1 -> U5 -> ET1} -> E; P1 -> U2 -> E"}, "twice", "E"),
    "two branches of a sub-process reach its one end": (
        {"p": "S -> SP1{S1 -> P5 -> U5 -> E1; P5 -> U6 -> E1} -> E"}, "twice", "E1"),
    "a reminder splits and reaches its end twice": (
        {"p": "S -> U1 -> E; BT1!=PT4H@U1 -> P1 -> U2 -> X1 -> E2; P1 -> U3 -> X1"}, "twice", "E2"),
    "three asked, two joined": (
        {"p": "S -> P1 -> U1 -> P2 -> U4 -> X1 -> E; P1 -> U2 -> P2; P1 -> U3 -> X1"}, "twice", "E"),
    # Events that take a token away.
    "the deadline leaves one of two branches": (
        {"p": "S -> P1 -> U1 -> P2 -> E; P1 -> U2 -> P2; BT1=PT4H@U1 -> U3 -> E2"}, "left", "P2"),
    "a failed job leaves one of two branches": (
        {"p": "S -> P1 -> W1 -> P2 -> E; P1 -> U2 -> P2; BE1=bad@W1 -> E2"}, "left", "P2"),
    "a failed call leaves one of two branches": (
        {"p": "S -> P1 -> CA1=q -> P2 -> E; P1 -> U2 -> P2; BE1=bad@CA1 -> E2", "q": BAD_CALL}, "left", "P2"),
    "an error from two calls below leaves a branch": (
        {"p": "S -> P1 -> CA1=q -> P2 -> E; P1 -> U1 -> P2; BE1=bad@CA1 -> U9 -> E9", "q": "S2 -> CA2=r -> E2",
         "r": "S3 -> U5 -> X5 -> E5; X5 -> EE5=bad"}, "left", "P2"),
    "a message breaks off a sub-process with parallel work": (
        {"p": "S -> P1 -> SP1{S1 -> P5 -> U5 -> P6 -> E1; P5 -> U6 -> P6} -> P2 -> E; P1 -> U2 -> P2; BM1@SP1 -> U7 -> E7"},
        "left", "P2"),
    "an escalation breaks off one branch": (
        {"p": "S -> P1 -> SP1{S1 -> U5 -> X5 -> E1; X5 -> EX1=late} -> P2 -> E; P1 -> U2 -> P2; BX1=late@SP1 -> E7"},
        "left", "P2"),
    "a condition breaks off one branch": (
        {"p": "S -> P1 -> U1 -> P2 -> E; P1 -> U2 -> P2; BC1=ready@U1 -> E2"}, "left", "P2"),
    # Errors.
    "an error of a called process nobody catches": ({"p": "S -> CA1=q -> E", "q": BAD_CALL}, "uncaught", ""),
    "an error of a sub-process nobody catches": (
        {"p": "S -> SP1{S1 -> U1 -> X1 -> E1; X1 -> EE1=bad} -> E"}, "uncaught", ""),
    "an error two calls below nobody catches": (
        {"p": "S -> CA1=q -> E", "q": "S2 -> CA2=r -> E2", "r": "S3 -> U5 -> X5 -> E5; X5 -> EE5=bad"}, "uncaught", ""),
    "the wrong code is caught": ({"p": "S -> CA1=q -> E; BE1=other@CA1 -> U1 -> E2", "q": BAD_CALL}, "dead", "BE1"),
    "a person cannot raise an error": ({"p": "S -> U1 -> E; BE1=bad@U1 -> U2 -> E2"}, "unraised", "BE1"),
    "a called process that always fails": (
        {"p": "S -> CA1=q -> U1 -> E; BE1@CA1 -> E2", "q": "S2 -> U5 -> EE5=bad"}, "dead", "U1"),
    "an escalation nobody raises": (
        {"p": "S -> SP1{S1 -> U1 -> E1} -> E; BX1=late@SP1 -> U2 -> E2"}, "dead", "BX1"),
    "a transaction nobody cancels": (
        {"p": "S -> TR1{S1 -> U1 -> E1} -> E; BK1@TR1 -> U2 -> E2"}, "dead", "BK1"),
    # Signals come from inside the case only.
    "a signal nobody sends": ({"p": "S -> U1 -> CS1=stop -> E"}, "stuck", "CS1"),
    "a signal nobody sends, at a border": ({"p": "S -> U1 -> E; BS1=stop@U1 -> U2 -> E2"}, "dead", "BS1"),
    "a signal nobody sends, behind an event gateway": (
        {"p": "S -> G1 -> CS1=go -> U2 -> E; G1 -> CT1=PT4H -> U1 -> E"}, "dead", "CS1"),
    "a signal that may come before it is waited for": (
        {"p": "S -> P1 -> U1 -> TS1=go -> P2 -> E; P1 -> U2 -> CS1=go -> P2"}, "stuck", "CS1"),
    "a signal that is sent behind the wait for it": ({"p": "S -> U1 -> CS1=go -> TS1=go -> E"}, "stuck", "CS1"),
    # Conditions that cannot hold.
    "a condition that contradicts itself": (
        {"p": "S -> X1 ->[amount > 10 and amount < 5] U1 -> E; X1 -> U2 -> E"}, "dead", "U1"),
    "a condition that contradicts the one before": (
        {"p": "S -> X1 ->[amount > 10] X2 ->[amount < 5] U1 -> E; X2 -> U2 -> E; X1 -> U3 -> E"}, "dead", "U1"),
    "a condition in the shadow of a wider one": (
        {"p": "S -> X1 ->[amount > 3] U1 -> E; X1 ->[amount > 5] U2 -> E; X1 -> U3 -> E"}, "dead", "U2"),
    "asked again what was denied": (
        {"p": 'S -> X1 ->[kind == "a"] U1 -> E; X1 -> X2 ->[kind == "a"] U2 -> E; X2 -> U3 -> E'}, "dead", "U2"),
    "a constant that is false": ({"p": "S -> X1 ->[1 == 2] U1 -> E; X1 -> U2 -> E"}, "dead", "U1"),
    # For ever.
    "a correction that never leads on": ({"p": "S -> X0 -> U9 -> E; X0 -> X1 -> U1 -> U2 -> X1"}, "endless", ""),
    "after the deadline it goes round": ({"p": "S -> U1 -> E; BT1=PT4H@U1 -> X1 -> U2 -> X1"}, "endless", ""),
    "a reminder goes round for ever": ({"p": "S -> U1 -> E; BT1!=PT4H@U1 -> X1 -> U2 -> X1"}, "endless", ""),
    "a timer of zero goes round for ever": ({"p": "S -> X0 -> U9 -> E; X0 -> X1 -> CT1=PT0S -> X1"}, "spin", ""),
    "a called process goes round for ever": (
        {"p": "S -> CA1=q -> E", "q": "S2 -> X4 -> U4 -> E4; X4 -> X5 -> U5 -> X5"}, "endless", ""),
    "gateways alone go round": ({"p": "S -> U1 -> X1 -> X2 ->[amount > 5] X1; X2 -> E"}, "spin", ""),
    "a call that waits for nothing goes round": (
        {"p": "S -> X1 -> CA1=q -> X2 -> E; X2 -> X1", "q": "S2 -> TN2 -> E2"}, "spin", ""),
    "a condition that stays true goes round": (
        {"p": "S -> X1 -> CC1=ready -> X2 ->[amount > 5] E; X2 -> X1"}, "spin", ""),
    "a condition at a border goes round": ({"p": "S -> X1 -> U1 -> E; BC1=ready@U1 -> X1"}, "spin", ""),
    "sending goes round": ({"p": "S -> X1 -> SN1 -> X2 ->[amount > 5] E; X2 -> X1"}, "spin", ""),
    # Parallel work on a loop.
    "the way back leads before the split": (
        {"p": "S -> P1 -> U1 -> X1 -> P2 -> E; P1 -> U2 -> P2; X1 -> P1"}, "loop", "P1"),
    "an inclusive merge on a loop": ({"p": "S -> U0 -> O2 -> U1 -> X1 -> E; X1 -> O2"}, "loop", "O2"),
    "each turn starts one more": ({"p": "S -> X1 -> U1 -> P1 -> X1; P1 -> U2 -> E"}, "loop", "P1"),
    "waiting for one of two on a loop of both": (
        {"p": "S -> X0 -> P1 -> G1 -> CM1 -> P2 -> X1 -> E; G1 -> CT1=PT4H -> E9; P1 -> U1 -> P2; X1 -> X0"}, "left", "P2"),
    # Inside.
    "every row gets stuck": (
        {"p": "S -> SP1*{S1 -> X5 -> U5 -> P5 -> E1; X5 -> U6 -> P5} -> E"}, "stuck", "P5"),
    "three levels down": (
        {"p": "S -> U0 -> SP1{S1 -> U1 -> SP2{S2 -> SP3{S3 -> X5 -> U5 -> P5 -> E3; X5 -> U6 -> P5} -> E2} -> E1} -> E"},
        "stuck", "P5"),
    "in a call inside a sub-process inside parallel work": (
        {"p": "S -> P1 -> SP1{S1 -> CA1=q -> E1} -> P2 -> E; P1 -> U1 -> P2",
         "q": "S2 -> X5 -> U5 -> P5 -> E2; X5 -> U6 -> P5"}, "stuck", "P5"),
}  # fmt: skip
