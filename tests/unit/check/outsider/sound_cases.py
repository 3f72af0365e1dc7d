"""Sound diagrams drawn by somebody who knows BPMN and the guide for process owners, judged before the check saw them."""

BAD_CALL = "S2 -> U5 -> X5 -> E5; X5 -> EE5=bad"

SOUND: dict[str, dict[str, str]] = {
    # Joins of all shapes.
    "two departments at once": {"p": "S -> U1 -> P1 -> U2 -> P2 -> U4 -> E; P1 -> U3 -> P2"},
    "a gateway joins and splits": {"p": "S -> P1 -> U1 -> P2 -> U3 -> P3 -> E; P1 -> U2 -> P2; P2 -> U4 -> P3"},
    "an inclusive gateway joins and splits": {
        "p": "S -> O1 -> U1 -> O2 -> U3 -> O3 -> E; O1 -> U2 -> O2; O2 -> U4 -> O3"},
    "one branch waits for the other's first half": {
        "p": "S -> P1 -> U1 -> P2 -> U3 -> P5 -> E; P2 -> P4; P1 -> U2 -> P4 -> U4 -> P5"},
    "gateways with one flow in and out": {"p": "S -> P1 -> U1 -> X1 -> U2 -> O1 -> E"},
    "inclusive in inclusive": {"p": "S -> O1 -> O3 -> U1 -> O4 -> O2 -> E; O3 -> U2 -> O4; O1 -> U3 -> O2"},
    "inclusive split whose branch may end by itself": {"p": "S -> O1 -> U1 -> O2 -> E; O1 -> U2 -> X1 -> O2; X1 -> E2"},
    "inclusive join with a loop in one branch": {"p": "S -> O1 -> U1 -> O2 -> E; O1 -> X0 -> U2 -> X1 -> O2; X1 -> X0"},
    "inclusive join of a choice and of parallel work": {
        "p": "S -> X0 -> P1 -> U1 -> O2 -> E; P1 -> U2 -> O2; X0 -> U3 -> O2"},
    "inclusive split with a default": {
        "p": "S -> O1 ->[flag] U1 -> O2 -> E; O1 ->[amount > 5] U2 -> O2; O1 -> U3 -> O2"},
    "an inclusive join waits for a deadline that may lead to it": {
        "p": "S -> P1 -> U1 -> O2 -> E; P1 -> U2 -> U4 -> E2; BT1=PT4H@U2 -> O2"},
    "an inclusive join waits for a reminder that may lead to it": {
        "p": "S -> P1 -> U1 -> O2 -> E; P1 -> U2 -> E2; BT1!=PT4H@U2 -> O2"},
    "an inclusive join waits for a call that may fail": {
        "p": "S -> P1 -> U1 -> O2 -> E; P1 -> CA1=q -> E2; BE1=bad@CA1 -> O2", "q": BAD_CALL},
    "an inclusive join behind events": {
        "p": "S -> P1 -> U1 -> O2 -> E; P1 -> G1 -> CM1 -> O2; G1 -> CT1=PT4H -> E2"},
    "parallel with an end for each": {"p": "S -> P1 -> U1 -> E; P1 -> U2 -> E2; P1 -> W1 -> E3"},
    "parallel in a choice in parallel": {
        "p": "S -> P1 -> X1 -> P3 -> U1 -> P4 -> X2 -> P2 -> E; P3 -> U2 -> P4; X1 -> U3 -> X2; P1 -> U4 -> P2"},
    # Loops with a wait.
    "back to an earlier task": {"p": "S -> U1 -> U2 -> X1 -> E; X1 -> U1"},
    "it can go on for ever, but need not": {"p": "S -> X1 -> U1 -> X2 -> E; X2 -> U2 -> X1"},
    "a timer of zero on a loop": {"p": "S -> X1 -> CT1=PT0S -> W1 -> X2 -> E; X2 -> X1"},
    "a plain task on a loop": {"p": "S -> X1 -> T1 -> X2 ->[amount > 5] E; X2 -> X1"},
    "a manual task on a loop": {"p": "S -> X1 -> M1 -> X2 ->[amount > 5] E; X2 -> X1"},
    "a reply on a loop": {"p": "S -> X1 -> SN1 -> RC1 -> X2 ->[amount > 5] E; X2 -> X1"},
    "a called process that waits, on a loop": {"p": "S -> X1 -> CA1=q -> X2 -> E; X2 -> X1", "q": BAD_CALL.replace("EE5=bad", "E6")},
    "parallel work in a sub-process on a loop": {
        "p": "S -> X1 -> SP1{S1 -> P5 -> U5 -> P6 -> E1; P5 -> U6 -> P6} -> X2 -> E; X2 -> X1"},
    "inclusive work in a called process on a loop": {
        "p": "S -> X1 -> CA1=q -> X2 -> E; X2 -> X1", "q": "S2 -> O5 -> U5 -> O6 -> E2; O5 -> U6 -> O6"},
    "a failed try is repeated": {
        "p": "S -> X1 -> SP1{S1 -> U1 -> X5 -> E1; X5 -> EE1=bad} -> E; BE1=bad@SP1 -> U2 -> X1"},
    "loops that overlap": {"p": "S -> X1 -> U1 -> X2 -> U2 -> X3 -> U3 -> X4 -> E; X3 -> X1; X4 -> X2"},
    "two events on a loop": {"p": "S -> X1 -> G1 -> CM1 -> U1 -> X1; G1 -> CT1=PT4H -> E"},
    # Events.
    "a deadline and the work merge before the join": {
        "p": "S -> P1 -> U1 -> X1 -> P2 -> E; BT1=PT4H@U1 -> U3 -> X1; P1 -> U2 -> P2"},
    "a reminder with its own end": {"p": "S -> U1 -> U2 -> E; BT1!=PT4H@U1 -> W1 -> E2"},
    "a reminder that comes to the same end": {"p": "S -> U1 -> U2 -> E; BT1!=PT4H@U1 -> W1 -> E"},
    "a reminder inside parallel work": {
        "p": "S -> P1 -> U1 -> P2 -> E; P1 -> U2 -> P2; BT1!=PT4H@U1 -> W1 -> E2; BM1!@U2 -> U5 -> E3"},
    "three events at one call": {
        "p": "S -> CA1=q -> E; BT1!=PT4H@CA1 -> W1 -> E2; BM1@CA1 -> U2 -> E3; BE1=bad@CA1 -> U3 -> E4", "q": BAD_CALL},
    "a message breaks off a sub-process with parallel work": {
        "p": "S -> SP1{S1 -> P5 -> U5 -> P6 -> E1; P5 -> U6 -> P6} -> X1 -> E; BM1@SP1 -> U7 -> X1"},
    "a condition is waited for": {"p": "S -> U1 -> P1 -> CC1=ready -> P2 -> E; P1 -> U2 -> P2"},
    "a condition breaks off": {"p": "S -> U1 -> E; BC1=ready@U1 -> E2"},
    "an escalation goes beside": {
        "p": "S -> SP1{S1 -> U1 -> TX1=late -> U2 -> E1} -> E; BX1!=late@SP1 -> U3 -> E2"},
    "an escalation breaks off": {
        "p": "S -> SP1{S1 -> U1 -> X1 -> E1; X1 -> EX1=late} -> E; BX1=late@SP1 -> U3 -> E2"},
    "a transaction is cancelled": {
        "p": "S -> TR1{S1 -> U1 -> X1 -> E1; X1 -> EK1} -> E; BK1@TR1 -> U2 -> E2"},
    "a signal breaks off the other branch": {
        "p": "S -> P1 -> U1 -> TS1=stop -> P2 -> E; P1 -> U2 -> X1 -> P2; BS1=stop@U2 -> X1"},
    "a signal or a deadline": {
        "p": "S -> P1 -> U1 -> TS1=go -> P2 -> E; P1 -> G1 -> CS1=go -> X1 -> P2; G1 -> CT1=PT4H -> X1"},
    "a signal from a called process": {
        "p": "S -> P1 -> CA1=q -> P2 -> E; P1 -> U2 -> X1 -> P2; BS1=stop@U2 -> X1", "q": "S2 -> U5 -> TS1=stop -> E2"},
    "two ways to begin that meet at once": {"p": "S1 -> X1 -> U1 -> E; S2 -> X1"},
    "mail or form": {"p": "S -> X1 -> U1 -> E; SM1=mail -> X1"},
    "messages and tasks that send": {"p": "S -> SN1 -> TM1 -> G1 -> RC1 -> E; G1 -> CT1=PT4H -> U1 -> EM1"},
    # Errors.
    "an error from two calls below is caught": {
        "p": "S -> CA1=q -> E; BE1=bad@CA1 -> U9 -> E9", "q": "S2 -> CA2=r -> E2",
        "r": "S3 -> U5 -> X5 -> E5; X5 -> EE5=bad"},
    "two errors, each caught where it belongs": {
        "p": "S -> SP1{S1 -> SP2{S2 -> U1 -> X1 -> E2; X1 -> EE1=small; X1 -> EE2=big} -> E1; BE1=small@SP2 -> U2 -> E3} "
        "-> E; BE2=big@SP1 -> U3 -> E4"},
    "an error of any kind": {"p": "S -> CA1=q -> E; BE1@CA1 -> U1 -> E2", "q": BAD_CALL},
    "a job may fail in several ways": {"p": "S -> W1 -> E; BE1=bad@W1 -> U1 -> E2; BE2@W1 -> U2 -> E3"},
    "a job inside a call may fail": {"p": "S -> CA1=q -> E; BE1=bad@CA1 -> U1 -> E2", "q": "S2 -> W5 -> E5"},
    "the whole case fails": {"p": "S -> U1 -> X1 -> E; X1 -> EE1=bad"},
    # Terminate.
    "who is first ends it": {"p": "S -> P1 -> U1 -> ET1; P1 -> G1 -> CM1 -> ET2; G1 -> CT1=PT4H -> E3"},
    "reminders until it is done": {"p": "S -> P1 -> U1 -> ET1; P1 -> X1 -> CT1=PT4H -> W1 -> X1"},
    "terminate inside a sub-process, the rest goes on": {
        "p": "S -> SP1{S1 -> P5 -> U5 -> ET1; P5 -> U6 -> E1} -> U2 -> E"},
    # Rows.
    "everyone answers": {"p": "S -> U1* -> X1 -> E; X1 -> U2 -> E"},
    "parallel work for every row": {
        "p": "S -> SP1*{S1 -> P5 -> U5 -> P6 -> E1; P5 -> U6 -> P6} -> E; BT1=PT4H@SP1 -> U7 -> E7"},
    "a call for every row may fail": {"p": "S -> CA1*=q -> E; BE1=bad@CA1 -> U1 -> E2", "q": BAD_CALL},
    # The same question twice, with nothing in between that could change the answer.
    "both branches ask the same field at once": {
        "p": "S -> U0 -> P1 -> X1 ->[flag] P2 -> U3 -> E; X1 -> E2; P1 -> X2 ->[flag] P2; X2 -> E3"},
    "one asks for it, the other for its opposite": {
        "p": "S -> U0 -> P1 -> X1 ->[level == 1] P2 -> U3 -> E; X1 -> E2; P1 -> X2 ->[level != 1] E3; X2 -> P2"},
    "one question in two words": {
        "p": 'S -> U0 -> P1 -> X1 ->[kind in ["a", "b"]] P2 -> U3 -> E; X1 -> E2; '
        'P1 -> X2 ->[kind == "a" or kind == "b"] P2; X2 -> E3'},
    "asked again on the way": {
        "p": "S -> U0 -> X1 ->[flag] P1 -> X2; P1 -> P3; X1 -> X2 -> X3 ->[flag] P3 -> U1 -> E; X3 -> U2 -> E2"},
    "asked with more beside it": {
        "p": "S -> U0 -> X1 ->[flag and amount > 5] P1 -> X2; P1 -> P3; X1 -> X2 -> X3 ->[flag and amount > 5] P3 -> "
        "U1 -> E; X3 -> U2 -> E2"},
    "inclusive branches that ask the same": {
        "p": "S -> U0 -> O1 ->[amount > 5] U1 -> P2 -> U3 -> E; O1 ->[5 < amount] U2 -> P2; O1 -> E2"},
    "a default for safety only": {
        "p": "S -> X1 ->[level == 1] U1 -> E; X1 ->[level != 1] U2 -> E; X1 -> U3 -> E"},
    "asked again after people had their turn": {
        "p": "S -> X1 ->[flag] U1 -> X2; X1 -> U2 -> X2 -> X3 ->[flag] U3 -> E; X3 -> U4 -> E2"},
    # Many of everything.
    "three departments over three calls": {
        "p": "S -> U1 -> P1 -> CA1=q -> P2 -> U2 -> E; P1 -> CA2=q -> P2; P1 -> CA3=r -> P2; BT1!=PT4H@CA1 -> W1 -> E2",
        "q": "S2 -> X4 -> U4 -> X5 -> E2; X5 -> X4", "r": "S3 -> CA4=q -> E3"},
    "a long way": {
        "p": "S -> " + " -> ".join(f"U{n}" for n in range(40)) + " -> P1 -> "
        + " -> ".join(f"U{n}" for n in range(40, 60)) + " -> P2 -> E; P1 -> U60 -> X1 -> U61 -> P2; "
        "BT1=PT4H@U60 -> U62 -> X1"},
    "twelve departments, any of them": {
        "p": "S -> O1 -> O2 -> E; " + "; ".join(f"O1 -> U{n} -> W{n} -> O2" for n in range(12))},
    "six inclusive parts in a row": {
        "p": "S -> " + " -> ".join(f"O{n} -> U{n} -> O{n}b" for n in range(6)) + " -> E; "
        + "; ".join(f"O{n} -> W{n} -> O{n}b; O{n} -> M{n} -> O{n}b" for n in range(6))},
    "ten parallel branches with choices and deadlines": {
        "p": "S -> P1 -> P2 -> E; " + "; ".join(
            f"P1 -> U{n} -> X{n} -> W{n} -> X{n}b -> P2; X{n} -> X{n}b; BT{n}=PT4H@U{n} -> X{n}b" for n in range(10))},
}  # fmt: skip
