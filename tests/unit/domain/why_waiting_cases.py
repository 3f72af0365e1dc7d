"""Situations of a complaint and the sentence that says why it waits, in English and Chinese.

Written before the code that makes the sentences. A place is what is waited for; times in seconds, `due_in` in working
hours (negative: late), `standing` is the rest. Where a name has two lines, the first is Chinese.
"""

from typing import Any

MIN, H, D = 60, 3600, 24 * 3600

QUALITY, SALES, ENGINEERING = "品质部\nQuality", "销售部\nSales", "工程部\nEngineering"
MEETING = {"kind": "user_task", "step": "异常问题开会说明\nHold the problem meeting", "group": QUALITY}
RETURNED = {
    "kind": "user_task", "step": "办理退货\nTake the goods back", "awaited": "退回的样品\nthe returned sample", "group": QUALITY,
}  # fmt: skip
ANSWER = {
    "kind": "user_task", "step": "客户答复\nCustomer's answer", "awaited": "客户对 8D 的答复\nthe customer's answer to the 8D",
    "group": SALES,
}  # fmt: skip
SEND = {"kind": "job", "step": "发送 8D 报告\nSend the 8D report"}
WITHDRAWN = {"kind": "message", "step": "客户撤回\nWithdrawn"}
D4_LATE = MEETING | {"waited": 2 * D, "promise": "D4", "due_in": -5.0}
TOOL = {"kind": "question", "of": "王芳", "by": "李伟", "since": "2026-03-04 10:00"}
SIGN = {"kind": "signature", "of": "Anna", "by": "王芳", "since": "2026-03-04 11:00"}

Case = tuple[str, dict[str, Any], str, str]

CASES: list[Case] = [
    (
        "the returned part, promised and moved",
        {"places": [RETURNED | {"waited": 3 * D + 4 * H, "promise": "D4", "due_in": 9.0, "moved": 1}]},
        "Waits 3 d 4 h on the returned sample; owner: Quality; D4 due in 9 working hours; promise moved once.",
        "等待退回的样品已 3 天 4 小时；责任：品质部；D4 还剩 9 个工作小时；期限调整过 1 次。",
    ),
    (
        "a step nobody has taken on",
        {"places": [MEETING | {"waited": 2 * H}]},
        "Waits 2 h on “Hold the problem meeting”; owner: Quality.",
        "“异常问题开会说明”已等待 2 小时；责任：品质部。",
    ),
    (
        "a step nobody has taken on, due today",
        {"places": [MEETING | {"waited": 25 * MIN, "promise": "D4", "due_in": 1.0}]},
        "Waits 25 min on “Hold the problem meeting”; owner: Quality; D4 due in 1 working hour.",
        "“异常问题开会说明”已等待 25 分钟；责任：品质部；D4 还剩 1 个工作小时。",
    ),
    (
        "a promise without a name, in minutes",
        {"places": [MEETING | {"waited": 5 * H, "due_in": 0.67}]},
        "Waits 5 h on “Hold the problem meeting”; owner: Quality; due in 40 working minutes.",
        "“异常问题开会说明”已等待 5 小时；责任：品质部；还剩 40 分钟工作时间。",
    ),
    (
        "claimed",
        {"places": [MEETING | {"waited": D + 2 * H, "holder": "李伟", "promise": "D4", "due_in": 12.4}]},
        "Waits 1 d 2 h on “Hold the problem meeting”; 李伟 (Quality) is working on it; D4 due in 12 working hours.",
        "“异常问题开会说明”已等待 1 天 2 小时；李伟（品质部）正在办理；D4 还剩 12 个工作小时。",
    ),
    (
        "claimed, of no group",
        {"places": [MEETING | {"group": "", "waited": 3 * H, "holder": "Anna"}]},
        "Waits 3 h on “Hold the problem meeting”; Anna is working on it.",
        "“异常问题开会说明”已等待 3 小时；Anna 正在办理。",
    ),
    (
        "meant for somebody",
        {"places": [MEETING | {"waited": 3 * H, "meant_for": "王芳", "due_in": 6.0}]},
        "Waits 3 h on “Hold the problem meeting”; meant for 王芳 (Quality); due in 6 working hours.",
        "“异常问题开会说明”已等待 3 小时；指定王芳（品质部）办理；还剩 6 个工作小时。",
    ),
    (
        "meant for somebody, of no group",
        {"places": [MEETING | {"group": "", "waited": 3 * H, "meant_for": "Anna"}]},
        "Waits 3 h on “Hold the problem meeting”; meant for Anna.",
        "“异常问题开会说明”已等待 3 小时；指定 Anna 办理。",
    ),
    (
        "nobody's task",
        {"places": [MEETING | {"group": "", "waited": 10 * MIN}]},
        "Waits 10 min on “Hold the problem meeting”; nobody is named for it.",
        "“异常问题开会说明”已等待 10 分钟；没有指定负责人。",
    ),
    (
        "late and escalated",
        {"places": [D4_LATE | {"escalated_to": "赵总"}]},
        "Waits 2 d on “Hold the problem meeting”; owner: Quality; escalated to 赵总; D4 overdue by 5 working hours.",
        "“异常问题开会说明”已等待 2 天；责任：品质部；已上报赵总；D4 超期 5 个工作小时。",
    ),
    (
        "late, a promise without a name",
        {"places": [MEETING | {"waited": 2 * D, "due_in": -1.0}]},
        "Waits 2 d on “Hold the problem meeting”; owner: Quality; overdue by 1 working hour.",
        "“异常问题开会说明”已等待 2 天；责任：品质部；超期 1 个工作小时。",
    ),
    (
        "due at the end of the working day that is just over",
        {"places": [MEETING | {"waited": D, "promise": "D4", "due_in": 0.0, "due_at": "2026-03-06 17:30"}]},
        "Waits 1 d on “Hold the problem meeting”; owner: Quality; D4 due on 2026-03-06 17:30.",
        "“异常问题开会说明”已等待 1 天；责任：品质部；D4 期限为 2026-03-06 17:30。",
    ),
    (
        "moved several times",
        {"places": [MEETING | {"waited": 12 * D + 5 * H, "promise": "D4", "due_in": 30.0, "moved": 3}]},
        "Waits 12 d on “Hold the problem meeting”; owner: Quality; D4 due in 30 working hours; promise moved 3 times.",
        "“异常问题开会说明”已等待 12 天；责任：品质部；D4 还剩 30 个工作小时；期限调整过 3 次。",
    ),
    (
        "the customer's answer, escalated",
        {"places": [ANSWER | {"waited": 6 * D, "escalated_to": "Liu Yang", "due_in": -16.0}]},
        "Waits 6 d on the customer's answer to the 8D; owner: Sales; escalated to Liu Yang; overdue by 16 working hours.",
        "等待客户对 8D 的答复已 6 天；责任：销售部；已上报 Liu Yang；超期 16 个工作小时。",
    ),
    (
        "word from outside, which the diagram does not name",
        {"places": [MEETING | {"outside": True, "waited": 2 * D}]},
        "Waits 2 d on word from outside for “Hold the problem meeting”; owner: Quality.",
        "“异常问题开会说明”等待外部答复已 2 天；责任：品质部。",
    ),
    (
        "a job in the queue",
        {"places": [SEND | {"waited": 3 * MIN}]},
        "Waits 3 min for the server to do “Send the 8D report”.",
        "等待系统执行“发送 8D 报告”已 3 分钟。",
    ),
    (
        "a job under way",
        {"places": [SEND | {"waited": 2 * MIN, "running": True}]},
        "The server has been doing “Send the 8D report” for 2 min.",
        "系统正在执行“发送 8D 报告”，已 2 分钟。",
    ),
    (
        "a job that is tried again",
        {"places": [SEND | {"waited": 20 * MIN, "error": "mail server refused", "next_in": 8 * MIN, "tries_left": 2}]},
        "“Send the 8D report” failed and is tried again in 8 min; what broke: mail server refused; tries left: 2.",
        "“发送 8D 报告”执行失败，8 分钟后重试；故障：mail server refused；还可重试 2 次。",
    ),
    (
        "an incident",
        {"state": "incident", "places": [SEND | {"broken": True, "waited": 3 * H, "error": "mail server refused"}]},
        "“Send the 8D report” has waited 3 h for repair; what broke: mail server refused.",
        "“发送 8D 报告”等待修复已 3 小时；故障：mail server refused。",
    ),
    (
        "an incident of no step",
        {"state": "incident", "places": [{"kind": "fault", "broken": True, "waited": D, "error": "no way out"}]},
        "The process has waited 1 d for repair; what broke: no way out.",
        "流程等待修复已 1 天；故障：no way out。",
    ),
    (
        "a timer",
        {"places": [{"kind": "timer", "step": "三天之后\nThree days on", "waited": D, "at": "2026-03-05 09:00"}]},
        "Waits 1 d for a point in time, “Three days on”; it comes on 2026-03-05 09:00.",
        "等待时间点“三天之后”已 1 天；时间为 2026-03-05 09:00。",
    ),
    (
        "a timer that does not run yet",
        {"places": [{"kind": "timer", "step": "三天之后\nThree days on", "waited": D}]},
        "Waits 1 d for a point in time, “Three days on”.",
        "等待时间点“三天之后”已 1 天。",
    ),
    (
        "a message only",
        {"places": [WITHDRAWN | {"waited": 4 * D + 3 * H}]},
        "Waits 4 d 3 h for a message from outside, “Withdrawn”.",
        "等待外部消息“客户撤回”已 4 天 3 小时。",
    ),
    (
        "a condition",
        {"places": [{"kind": "condition", "step": "数量够了\nEnough pieces", "waited": H}]},
        "Waits 1 h for a condition, “Enough pieces”.",
        "等待条件“数量够了”已 1 小时。",
    ),
    (
        "a signal",
        {"places": [{"kind": "signal", "step": "全厂停线\nLines stopped", "waited": H}]},
        "Waits 1 h for a signal, “Lines stopped”.",
        "等待信号“全厂停线”已 1 小时。",
    ),
    (
        "two at once: the later promise follows",
        {"places": [MEETING | {"waited": H, "due_in": 20.0}, D4_LATE]},
        "Waits 2 d on “Hold the problem meeting”; owner: Quality; D4 overdue by 5 working hours; and 1 other.",
        "“异常问题开会说明”已等待 2 天；责任：品质部；D4 超期 5 个工作小时；另有 1 项。",
    ),
    (
        "several at once: without a promise comes last, a message does not count beside others",
        {
            "places": [
                ANSWER | {"waited": 9 * D},
                SEND | {"waited": MIN},
                RETURNED | {"waited": H, "due_in": 2.0},
                WITHDRAWN,
            ]
        },
        "Waits 1 h on the returned sample; owner: Quality; due in 2 working hours; and 2 others.",
        "等待退回的样品已 1 小时；责任：品质部；还剩 2 个工作小时；另有 2 项。",
    ),
    (
        "several at once, one of them broken",
        {"state": "incident", "places": [SEND | {"broken": True, "waited": 3 * H, "error": "x"}, D4_LATE]},
        (
            "Waits 2 d on “Hold the problem meeting”; owner: Quality; D4 overdue by 5 working hours; "
            "and 1 other; a failed step waits for repair."
        ),
        "“异常问题开会说明”已等待 2 天；责任：品质部；D4 超期 5 个工作小时；另有 1 项；有失败的步骤等待修复。",
    ),
    (
        "the broken one leads where nothing is promised",
        {
            "state": "incident",
            "places": [ANSWER | {"waited": 9 * D}, SEND | {"broken": True, "waited": H, "error": "x"}],
        },
        "“Send the 8D report” has waited 1 h for repair; what broke: x; and 1 other.",
        "“发送 8D 报告”等待修复已 1 小时；故障：x；另有 1 项。",
    ),
    (
        "the clock stands",
        {
            "pause": {"since": "2026-03-02 10:00", "why": "等样件\nwaiting for the part"},
            "places": [RETURNED | {"waited": 2 * D}],
        },
        "Waits 2 d on the returned sample; owner: Quality; the clock has stood since 2026-03-02 10:00: waiting for the part.",
        "等待退回的样品已 2 天；责任：品质部；自 2026-03-02 10:00 起暂停计时：等样件。",
    ),
    (
        "suspended",
        {
            "state": "suspended",
            "since": "2026-03-02 10:00",
            "elapsed": 5 * D,
            "reason": "客户停产",
            "places": [D4_LATE],
        },
        "Suspended since 2026-03-02 10:00 (5 d): 客户停产; it will go on with “Hold the problem meeting”.",
        "自 2026-03-02 10:00 起暂停（5 天）：客户停产；恢复后继续“异常问题开会说明”。",
    ),
    (
        "suspended with two steps",
        {
            "state": "suspended",
            "since": "2026-03-02 10:00",
            "elapsed": 5 * D,
            "reason": "line stopped",
            "places": [D4_LATE, MEETING | {"step": "成立小组\nForm the team"}],
        },
        "Suspended since 2026-03-02 10:00 (5 d): line stopped; it will go on with “Hold the problem meeting”; and 1 other.",
        "自 2026-03-02 10:00 起暂停（5 天）：line stopped；恢复后继续“异常问题开会说明”；另有 1 项。",
    ),
    (
        "ended, every promise kept",
        {
            "state": "completed",
            "since": "2026-03-20 10:00",
            "elapsed": 18 * D,
            "end": "已结案\nClosed",
            "promises": 9,
            "late": [],
        },
        "Ended with “Closed” on 2026-03-20 10:00 after 18 d; all 9 promises kept.",
        "2026-03-20 10:00 以“已结案”结束，历时 18 天；9 项期限全部守住。",
    ),
    (
        "ended, some promises late",
        {
            "state": "completed",
            "since": "2026-03-20 10:00",
            "elapsed": 2 * D + H,
            "end": "已结案\nClosed",
            "promises": 9,
            "late": ["D4", "审批退货\nApprove the return"],
        },
        "Ended with “Closed” on 2026-03-20 10:00 after 2 d 1 h; 7 of 9 promises kept, late: D4, Approve the return.",
        "2026-03-20 10:00 以“已结案”结束，历时 2 天 1 小时；9 项期限守住 7 项，超期：D4、审批退货。",
    ),
    (
        "ended, the same promise late twice, and more late than anybody wants to read",
        {
            "state": "completed",
            "since": "2026-03-20 10:00",
            "elapsed": 2 * D,
            "promises": 20,
            "late": ["D3", "D5", "D3", "D6", "D7", "D8", "D0", "D2"],
        },
        "Ended on 2026-03-20 10:00 after 2 d; 12 of 20 promises kept, late: D3 ×2, D5, D6, D7, D8, ….",
        "2026-03-20 10:00 结束，历时 2 天；20 项期限守住 12 项，超期：D3 ×2、D5、D6、D7、D8、…。",
    ),
    (
        "ended at an end without a name, one promise",
        {"state": "completed", "since": "2026-03-20 10:00", "elapsed": 3 * H, "end": "", "promises": 1, "late": []},
        "Ended on 2026-03-20 10:00 after 3 h; the promise was kept.",
        "2026-03-20 10:00 结束，历时 3 小时；期限守住了。",
    ),
    (
        "ended, nothing promised",
        {"state": "completed", "since": "2026-03-20 10:00", "elapsed": 30 * MIN, "end": "当场解决\nSettled at once"},
        "Ended with “Settled at once” on 2026-03-20 10:00 after 30 min; nothing was promised.",
        "2026-03-20 10:00 以“当场解决”结束，历时 30 分钟；没有设定期限。",
    ),
    (
        "cancelled",
        {
            "state": "cancelled",
            "since": "2026-03-20 10:00",
            "elapsed": 4 * D,
            "reason": "entered twice",
            "promises": 1,
            "late": ["D2"],
        },
        "Cancelled on 2026-03-20 10:00 after 4 d: entered twice; the promise was not kept: D2.",
        "2026-03-20 10:00 终止，历时 4 天：entered twice；期限未守住：D2。",
    ),
    (
        "a question to a colleague",
        {"places": [MEETING | {"waited": 5 * H, "holder": "李伟", "asked": [TOOL]}]},
        (
            "Waits 5 h on “Hold the problem meeting”; 李伟 (Quality) is working on it; 王芳 was asked by 李伟 on 2026-03-04 10:00"
            " and has not answered."
        ),
        "“异常问题开会说明”已等待 5 小时；李伟（品质部）正在办理；李伟于 2026-03-04 10:00 向王芳提问，尚未答复。",
    ),
    (
        "a signature, and a promise that goes on",
        {"places": [MEETING | {"waited": 5 * H, "promise": "D4", "due_in": 6.0, "asked": [SIGN]}]},
        (
            "Waits 5 h on “Hold the problem meeting”; owner: Quality; Anna was asked by 王芳 on 2026-03-04 11:00 to sign and has"
            " not; D4 due in 6 working hours."
        ),
        "“异常问题开会说明”已等待 5 小时；责任：品质部；王芳于 2026-03-04 11:00 请 Anna 签署，尚未签署；D4 还剩 6 个工作小时。",
    ),
    (
        "asked at another step than the one that leads",
        {"places": [D4_LATE, RETURNED | {"waited": 3 * H, "asked": [SIGN]}]},
        (
            "Waits 2 d on “Hold the problem meeting”; owner: Quality; D4 overdue by 5 working hours; and 1 other; at “Take the"
            " goods back” Anna was asked by 王芳 on 2026-03-04 11:00 to sign and has not."
        ),
        (
            "“异常问题开会说明”已等待 2 天；责任：品质部；D4 超期 5 个工作小时；另有 1 项；“办理退货”：王芳于 2026-03-04 11:00"
            " 请 Anna 签署，尚未签署。"
        ),
    ),
    (
        "more were asked than can be named",
        {"places": [MEETING | {"waited": 5 * H, "asked": [TOOL, SIGN, TOOL, TOOL, SIGN]}]},
        (
            "Waits 5 h on “Hold the problem meeting”; owner: Quality; 王芳 was asked by 李伟 on 2026-03-04 10:00 and has not"
            " answered; Anna was asked by 王芳 on 2026-03-04 11:00 to sign and has not; and 3 more answers or signatures are awaited."
        ),
        (
            "“异常问题开会说明”已等待 5 小时；责任：品质部；李伟于 2026-03-04 10:00 向王芳提问，尚未答复；王芳于 2026-03-04 11:00"
            " 请 Anna 签署，尚未签署；还在等另外 3 项答复或签署。"
        ),
    ),
    (
        "between two steps",
        {"places": []},
        "The next step is on its way.",
        "下一步正在进行。",
    ),
]
"""Name, the standing, the sentence in English and in Chinese."""
