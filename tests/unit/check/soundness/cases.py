"""Sketches with their verdict, settled by hand before the check was written (see sketch.py for the notation).

UNSOUND: name -> (sketches by process, code of the finding, element it points to; "" when any of several will do).
"""

UNSOUND: dict[str, tuple[dict[str, str], str, str]] = {
    # One of two ways is taken, both are waited for.
    "choice joined in parallel": ({"p": "s > x1 > t1 > p1 > e; x1 > t2 > p1"}, "K801", "p1"),
    "choice of three joined in parallel": ({"p": "s > x1 > t1 > p1 > e; x1 > t2 > p1; x1 > t3 > p1"}, "K801", "p1"),
    "choice with a short cut into a parallel join": ({"p": "s > t1 > x1 > t2 > p1 > t3 > e; x1 > p1"}, "K801", "p1"),
    "events joined in parallel": ({"p": "s > g1 > m1 > p1 > e; g1 > m2 > p1"}, "K801", "p1"),
    "inclusive split joined in parallel": ({"p": "s > o1 > t1 > p1 > e; o1 > t2 > p1"}, "K801", "p1"),
    "one of three parallel branches may leave": (
        {"p": "s > p1 > t1 > p2 > t4 > e; p1 > t2 > p2; p1 > t3 > x1 > p2; x1 > e2"},
        "K802",
        "p2",
    ),
    "a boundary event takes the token away from the join": (
        {"p": "s > p1 > t1 > p2 > e; p1 > t2 > p2; b1@t1 > t3 > e2"},
        "K802",
        "p2",
    ),
    "a boundary event into the same join": ({"p": "s > t1 > p1 > e; b1@t1 > t2 > p1"}, "K801", "p1"),
    "an interrupted branch ends at its own end": (
        {"p": "s > p1 > t1 > p2 > t3 > e; p1 > t2 > p2; b1@t2 > e2"},
        "K802",
        "p2",
    ),
    "an error leaves the branch": ({"p": "s > p1 > w1 > p2 > e; p1 > t1 > p2; r1@w1 > e2"}, "K802", "p2"),
    "the loop back comes from inside the parallel part": (
        {"p": "s > p1 > t1 > p2 > e; p1 > x1 > t2 > p2; x1 > t3 > e2"},
        "K802",
        "p2",
    ),
    "two choices that need not agree": (
        {"p": "s > p1 > x1 > t1 > p2 > e; x1 > t2 > p3 > e2; p1 > x2 > t3 > p2; x2 > t4 > p3"},
        "",
        "",
    ),
    "a join before the choice that feeds it": ({"p": "s > p1 > t1 > x1 > e; x1 > t2 > p1"}, "K801", "p1"),
    "a join that waits for its own result": ({"p": "s > t1 > p1 > t2 > p2 > e; p2 > t3 > p1"}, "K801", "p1"),
    "parallel crossing": (
        {"p": "s > p1 > t1 > p2 > t3 > e; p1 > t2 > p3 > t4 > p2; p2 > p3"},
        "K801",
        "",
    ),
    "a side event feeds a parallel join": ({"p": "s > t1 > p1 > e; n1@t1 > t2 > p1"}, "K801", "p1"),
    "nested: the inner choice does not come back": (
        {"p": "s > p1 > p2 > t1 > p3 > p4 > e; p2 > x1 > t2 > p3; x1 > e2; p1 > t3 > p4"},
        "K802",
        "",
    ),
    # Everything is started, nothing waits: an end comes twice.
    "parallel merged by choice": ({"p": "s > p1 > t1 > x1 > e; p1 > t2 > x1"}, "K803", "e"),
    "parallel into one task": ({"p": "s > p1 > t1 > t3 > e; p1 > t2 > t3"}, "K803", "e"),
    "parallel into one end": ({"p": "s > p1 > t1 > e; p1 > t2 > e"}, "K803", "e"),
    "three parallel, two joined": (
        {"p": "s > p1 > t1 > p2 > x1 > e; p1 > t2 > p2; p1 > t3 > x1"},
        "K803",
        "e",
    ),
    "inclusive merged by choice": ({"p": "s > o1 > t1 > x1 > e; o1 > t2 > x1"}, "K803", "e"),
    "a loop that also ends": ({"p": "s > x1 > t1 > p1 > e; p1 > t2 > x1"}, "", ""),
    "parallel merged, then work after it": ({"p": "s > t0 > p1 > t1 > x1 > t3 > t4 > e; p1 > t2 > x1"}, "K803", "e"),
    "events after a parallel split into one end": ({"p": "s > p1 > m1 > e; p1 > m2 > e"}, "K803", "e"),
    "two ends, one of them twice": ({"p": "s > p1 > t1 > e; p1 > t2 > e2; p1 > t3 > e2"}, "K803", "e2"),
    # Round and round.
    "a loop without a way out": ({"p": "s > x1 > t1 > t2 > x1; t9 > e"}, "K805", ""),
    "a choice of which one way never comes back": ({"p": "s > x1 > t1 > e; x1 > x2 > t2 > t3 > x2"}, "K805", ""),
    "parallel: one branch goes round for ever": ({"p": "s > p1 > t1 > e; p1 > x1 > t2 > x1"}, "K805", ""),
    "events for ever": ({"p": "s > x0 > t1 > e; x0 > x1 > g1 > m1 > x1; g1 > m2 > x1"}, "K805", ""),
    # Never.
    "behind a call that never ends well": (
        {"p": "s > c1=q > t1 > e; r1@c1 > t2 > e2", "q": "s1 > t5 > E1"},
        "K804",
        "t1",
    ),
    "an error nobody throws": ({"p": "s > c1=q > t1 > e; r1@c1 > t2 > e2", "q": "s1 > t5 > e5"}, "K804", "r1"),
    "an error no sub-process throws": ({"p": "s > u1{s1 > t5 > e5} > t1 > e; r1@u1 > t2 > e2"}, "K804", "r1"),
    # Inside.
    "stuck inside a sub-process": ({"p": "s > t0 > u1{s1 > x1 > t1 > p1 > e1; x1 > t2 > p1} > e"}, "K801", "p1"),
    "stuck inside a called process": (
        {"p": "s > t0 > c1=q > e", "q": "s1 > x1 > t1 > p1 > e1; x1 > t2 > p1"},
        "K801",
        "p1",
    ),
    "twice inside a called process": (
        {"p": "s > c1=q > e", "q": "s1 > p1 > t1 > x1 > e1; p1 > t2 > x1"},
        "K803",
        "e1",
    ),
    "inside a sub-process behind parallel work": (
        {"p": "s > p1 > t1 > p2 > u1{s1 > x1 > t3 > p3 > e1; x1 > t4 > p3} > e; p1 > t2 > p2"},
        "K801",
        "p3",
    ),
}

SOUND: dict[str, dict[str, str]] = {
    "nothing to do": {"p": "s > e"},
    "a straight line": {"p": "s > t1 > t2 > t3 > e"},
    "choice and merge": {"p": "s > x1 > t1 > x2 > e; x1 > t2 > x2"},
    "choice with two ends": {"p": "s > x1 > t1 > e; x1 > t2 > e2"},
    "choice into the same task": {"p": "s > x1 > t1 > t3 > e; x1 > t2 > t3"},
    "choice into the same end": {"p": "s > x1 > t1 > e; x1 > t2 > e"},
    "choice of five": {"p": "s > x1 > t1 > x2 > e; x1 > t2 > x2; x1 > t3 > x2; x1 > t4 > x2; x1 > x2"},
    "nested choices": {"p": "s > x1 > x2 > t1 > x3 > x4 > e; x2 > t2 > x3; x1 > t3 > x4"},
    "parallel and join": {"p": "s > p1 > t1 > p2 > e; p1 > t2 > p2"},
    "parallel, each branch with its own end": {"p": "s > p1 > t1 > e; p1 > t2 > e2"},
    "parallel of ten": {
        "p": "s > p1 > p2 > e; " + "; ".join(f"p1 > t{n} > t{n}a > t{n}b > p2" for n in range(10)),
    },
    "parallel in parallel": {"p": "s > p1 > p2 > t1 > p3 > p4 > e; p2 > t2 > p3; p1 > t3 > p4"},
    "choice inside parallel": {"p": "s > p1 > x1 > t1 > x2 > p2 > e; x1 > t2 > x2; p1 > t3 > p2"},
    "parallel inside choice": {"p": "s > x1 > p1 > t1 > p2 > x2 > e; p1 > t2 > p2; x1 > t3 > x2"},
    "inclusive and inclusive": {"p": "s > o1 > t1 > o2 > e; o1 > t2 > o2"},
    "inclusive of three": {"p": "s > o1 > t1 > o2 > t4 > e; o1 > t2 > o2; o1 > t3 > o2"},
    "inclusive inside parallel": {"p": "s > p1 > o1 > t1 > o2 > p2 > e; o1 > t2 > o2; p1 > t3 > p2"},
    "inclusive with a choice inside": {"p": "s > o1 > x1 > t1 > x2 > o2 > e; x1 > t2 > x2; o1 > t3 > o2"},
    "inclusive, each its own end": {"p": "s > o1 > t1 > e; o1 > t2 > e2"},
    "parallel joined inclusively": {"p": "s > p1 > t1 > o1 > e; p1 > t2 > o1"},
    "choice joined inclusively": {"p": "s > x1 > t1 > o1 > e; x1 > t2 > o1"},
    "a loop with a way out": {"p": "s > x1 > t1 > x2 > e; x2 > x1"},
    "a loop back to a task": {"p": "s > t1 > t2 > x1 > e; x1 > t1"},
    "two loops in a row": {"p": "s > t1 > x1 > t2 > x2 > e; x1 > t1; x2 > t2"},
    "a loop in a loop": {"p": "s > t1 > t2 > x1 > x2 > e; x1 > t2; x2 > t1"},
    "a loop from far back": {"p": "s > t1 > x1 > t2 > x2 > t3 > x3 > e; x3 > t1; x1 > t3; x2 > e2"},
    "events": {"p": "s > g1 > m1 > t1 > e; g1 > m2 > t2 > e2"},
    "events merged": {"p": "s > g1 > m1 > x1 > e; g1 > m2 > x1"},
    "events and back again": {"p": "s > x0 > g1 > m1 > t1 > x0; g1 > m2 > e"},
    "a boundary event to its own end": {"p": "s > t1 > e; b1@t1 > t2 > e2"},
    "a boundary event merged": {"p": "s > t1 > x1 > e; b1@t1 > t2 > x1"},
    "a boundary event inside parallel work, merged before the join": {
        "p": "s > p1 > t1 > x1 > p2 > e; b1@t1 > t3 > x1; p1 > t2 > p2",
    },
    "a boundary event goes back": {"p": "s > t1 > t2 > e; b1@t2 > t1"},
    "a side event with its own end": {"p": "s > t1 > e; n1@t1 > t2 > e2"},
    "a side event with the same end": {"p": "s > t1 > e; n1@t1 > t2 > e"},
    "a side event on a task of a loop": {"p": "s > t1 > x1 > e; x1 > t1; n1@t1 > t2 > e2"},
    "an error handled": {"p": "s > w1 > e; r1@w1 > t1 > e2"},
    "an error handled and tried again": {"p": "s > x1 > w1 > e; r1@w1 > t1 > x1"},
    "terminate ends the other branch": {"p": "s > p1 > t1 > T1; p1 > t2 > T2"},
    "terminate while events are waited for": {
        "p": "s > p1 > t1 > t2 > T1; p1 > x0 > g1 > m1 > T2; g1 > m2 > t3 > x0",
    },
    "one terminates, the other ends": {"p": "s > p1 > t1 > T1; p1 > t2 > e"},
    "terminate after a choice": {"p": "s > p1 > t1 > x1 > t3 > T1; x1 > T2; p1 > t2 > T3"},
    "a call": {"p": "s > t1 > c1=q > e", "q": "s1 > t5 > e5"},
    "a call twice": {"p": "s > c1=q > t1 > c2=q > e", "q": "s1 > t5 > e5"},
    "a call that may fail": {"p": "s > c1=q > e; r1@c1 > t1 > e2", "q": "s1 > t5 > x5 > e5; x5 > E5"},
    "a call that may fail and goes round": {
        "p": "s > x0 > c1=q > x1 > e; x1 > x0; r1@c1 > t1 > e2",
        "q": "s1 > t5 > x5 > e5; x5 > E5",
    },
    "a call with parallel work": {"p": "s > c1=q > e", "q": "s1 > p1 > t1 > p2 > e1; p1 > t2 > p2"},
    "a call on a loop": {"p": "s > t1 > c1=q > x1 > e; x1 > t1", "q": "s1 > p1 > t5 > p2 > e5; p1 > t6 > p2"},
    "a call of a call": {"p": "s > c1=q > e", "q": "s1 > c2=r > e1", "r": "s2 > t1 > e2"},
    "a worker inside a call may fail": {"p": "s > c1=q > e; r1@c1 > t1 > e2", "q": "s1 > w1 > e1"},
    "a sub-process": {"p": "s > u1{s1 > t1 > e1} > e"},
    "a sub-process with parallel work on a loop": {
        "p": "s > x0 > u1{s1 > p1 > t1 > p2 > e1; p1 > t2 > p2} > x1 > e; x1 > x0",
    },
    "a sub-process with two ends of its own": {"p": "s > u1{s1 > p1 > t1 > e1; p1 > t2 > e2} > t3 > e"},
    "a sub-process that is broken off": {"p": "s > u1{s1 > t1 > t2 > e1} > e; b1@u1 > t3 > e2"},
    "a sub-process that may fail": {"p": "s > u1{s1 > t1 > x1 > e1; x1 > E1} > e; r1@u1 > t3 > e2"},
    "a sub-process that terminates": {"p": "s > u1{s1 > p1 > t1 > T1; p1 > t2 > e1} > t3 > e"},
    "parallel sub-processes": {"p": "s > p1 > u1{s1 > t1 > e1} > p2 > e; p1 > u2{s2 > t2 > e2} > p2"},
    "an uncaught error ends the case": {"p": "s > t1 > x1 > e; x1 > E1"},
    "many choices in a row": {
        "p": "s > "
        + " > ".join(f"x{n} > t{n} > x{n}b" for n in range(20))
        + " > e; "
        + "; ".join(f"x{n} > t{n}c > x{n}b" for n in range(20)),
    },
    "many parallel parts in a row": {
        "p": "s > "
        + " > ".join(f"p{n} > t{n} > p{n}b" for n in range(20))
        + " > e; "
        + "; ".join(f"p{n} > t{n}c > t{n}d > p{n}b" for n in range(20)),
    },
    "thirty parallel branches": {"p": "s > p1 > p2 > e; " + "; ".join(f"p1 > t{n} > t{n}a > p2" for n in range(30))},
}
