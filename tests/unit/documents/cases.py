"""Case files for documents: one full, from the world of moulded parts, and a few that are hard to print."""

from typing import Any

FULL: dict[str, Any] = {
    "intake": {"channel": "phone", "received_at": "2026-03-02T23:30:00Z", "received_by": "王丽"},
    "customer": {
        "name": "宁波海川汽车部件有限公司", "plant": "慈溪二厂", "contact": "何经理", "email": "he@haichuan.example",
        "complaint_no": "QR-2026-118", "supplier_no": "V-30071", "language": "zh-CN",
    },
    "product": {
        "name": "水泵叶轮 PA66-GF30", "part_no": "IMP-6630-B", "customer_part_no": "HC-88120", "drawing_index": "C",
        "batch": "20260211-2", "order_no": "SO-26-0457", "delivered_on": "2026-02-16", "unit": "piece",
        "quantity_delivered": 4800, "quantity_defective": 37, "warranty": "in",
    },
    "problem": {
        "title": "叶轮轮毂处开裂", "description": "装配压入轴时，37 件叶轮轮毂处出现裂纹，生产线停线 2 小时。",
        "our_description": "INTERNAL our description", "defect": "轮毂放射状裂纹，长 3–8 mm", "kind": "incoming",
        "detected_on": "2026-03-02", "detected_at": "慈溪二厂 3 号装配线", "frequency": "37 / 4800", "history": "first",
        "effect": "line_stop", "losses": "INTERNAL losses",
        "is_is_not": [
            {"id": "1", "dimension": "what", "is": "轮毂裂纹", "is_not": "叶片断裂", "difference": "仅在熔接线处"},
            {"id": "2", "dimension": "when", "is": "2 月 11 日二班", "is_not": "其它班次", "difference": "换料后 40 分钟内"},
        ],
    },
    "team": {
        "leader": "张伟", "sponsor": "陈国栋", "formed_on": "2026-03-03",
        "members": [
            {"id": "1", "name": "张伟", "department": "quality", "function": "质量工程师", "duty": "lead", "phone": "INTERNAL phone"},
            {"id": "2", "name": "孙浩", "department": "engineering", "function": "工艺工程师", "duty": "plan"},
            {"id": "3", "name": "吴强", "department": "production", "function": "注塑车间主任", "duty": "execute"},
        ],
    },
    "meeting": {"minutes": "INTERNAL minutes", "decisions": "INTERNAL decisions"},
    "containment": {
        "emergency_action": "当日发出 5000 件复检合格品，恢复客户生产。", "effective_on": "2026-03-03", "method": "sorting",
        "quantity": 4763, "visit_on": "2026-03-03", "stock_quarantined": "yes", "wip_quarantined": "yes",
        "in_transit": "none", "effectiveness": 100, "verification": "100% 目视加压装抽检 125 件，无开裂",
        "marking": "包装箱贴绿色圆点", "clean_delivery": "2026-03-03，送货单 DN-0311", "areas_informed": "yes", "cost": 18250,
        "actions": [
            {"id": "1", "place": "customer_stock", "action": "派两人到现场 100% 分选", "responsible": "李娜", "introduced_on": "2026-03-03", "checked": 4763, "nok": 21, "disposition": "scrap"},
            {"id": "2", "place": "own_stock", "action": "隔离并复检同批库存", "responsible": "吴强", "introduced_on": "2026-03-02", "checked": 2600, "nok": 9, "disposition": "scrap"},
            {"id": "3", "place": "wip", "action": "停机，隔离在制品", "responsible": "吴强", "introduced_on": "2026-03-02", "checked": 310, "nok": 0, "disposition": "release"},
        ],
    },
    "root_cause": {
        "candidates": [{"id": "1", "category": "material", "cause": "INTERNAL candidate", "verdict": "confirmed"}],
        "five_why": [
            {"id": "1", "path": "made", "why": "轮毂为何开裂？", "because": "熔接线强度不足"},
            {"id": "2", "path": "made", "why": "熔接线强度为何不足？", "because": "料温比规定低 25 ℃"},
            {"id": "3", "path": "made", "why": "料温为何低？", "because": "换料后未等温度稳定即生产"},
            {"id": "4", "path": "not_detected", "why": "为何没有发现？", "because": "首件检验只测尺寸，不做压装试验"},
        ],
        "occurrence": "换料后料筒温度未稳定，熔接线强度不足", "occurrence_system": "换料作业指导书没有规定等温时间",
        "escape": "首件检验不含压装试验", "escape_system": "控制计划未把熔接线强度列为特殊特性", "category": "method",
        "share": 85, "proof": "料温 265 ℃ 时 30 件中 11 件开裂，290 ℃ 时 0/60",
    },
    "plan": {
        "summary": "INTERNAL summary", "cost": 42000, "alternatives": "INTERNAL alternatives", "verified_by": "trial",
        "verification": "三批试产各 200 件，压装无开裂", "acceptance_limit": "压装试验 0/125",
        "actions": [
            {"id": "1", "action": "料温联锁：低于 285 ℃ 机台不允许开模", "against": "made", "responsible": "孙浩", "due_on": "2026-03-20", "expected_effect": 100, "risk": "INTERNAL risk"},
            {"id": "2", "action": "首件及每 2 小时做压装试验 5 件", "against": "not_detected", "responsible": "张伟", "due_on": "2026-03-12", "expected_effect": 95},
            {"id": "3", "action": "换料作业指导书增加等温 20 分钟并由班长签字", "against": "system", "responsible": "吴强", "due_on": "2026-03-15", "expected_effect": 90},
        ],
    },
    "approval": {"opinion": "INTERNAL opinion"},
    "eight_d": {
        "number": "8D-2026-031", "title": "水泵叶轮轮毂开裂", "kind": "final", "language": "zh-CN",
        "problem": "批号 20260211-2 的叶轮在压装轴时，轮毂熔接线处出现放射状裂纹。",
        "containment": "客户库存、我司库存和在制品均已 100% 分选，当日补发合格品。",
        "root_cause": "换料后料筒温度未稳定即生产，熔接线强度不足；首件检验不含压装试验，因此未发现。",
        "corrective_action": "增加料温联锁，首件和巡检加做压装试验。",
        "implementation": "已在 1–6 号机全部实施，自批号 20260321-1 起有效。",
        "prevention": "PFMEA、控制计划和作业指导书已更新，并展开到全部 PA66-GF 零件。",
        "answers": "问：其它型号是否受影响？\n答：已检查 IMP-6620 和 IMP-6640，未发现裂纹。",
        "released_by": "陈国栋", "photos": ["f1", "f2"],
    },
    "implementation": {
        "implemented_on": "2026-03-21", "valid_from": "20260321-1", "trained_on": "2026-03-18", "trained": "注塑车间三班 26 人",
        "validation_method": "压装试验", "sample": 125, "period": "2026-03-21 – 2026-04-05", "validation_result": "0/125",
        "effective": "yes", "confirmed_by": "张伟", "confirmed_on": "2026-04-06", "containment_lifted_on": "2026-04-06",
        "locations": [
            {"id": "1", "place": "customer_stock", "action": "更换全部库存", "implemented_on": "2026-03-05", "quantity": 4742, "result": "ok"},
            {"id": "2", "place": "wip", "action": "按新工艺生产", "implemented_on": "2026-03-21", "quantity": 1200, "result": "ok"},
        ],
    },
    "rollout": {
        "lessons": "INTERNAL lessons",
        "prevention": [
            {"id": "1", "document": "fmea", "number": "PFMEA-663", "revision": "D", "date": "2026-03-25", "responsible": "孙浩", "change": "新增失效模式：熔接线强度"},
            {"id": "2", "document": "control_plan", "number": "CP-663", "revision": "F", "date": "2026-03-25", "responsible": "张伟", "change": "压装试验列为特殊特性"},
        ],
        "read_across": [
            {"id": "1", "to": "IMP-6620 / IMP-6640", "status": "done", "reason": "同材料，同机台"},
            {"id": "2", "to": "POM 齿轮", "status": "not_applicable", "reason": "无熔接线受力"},
        ],
        "shipments": [{"id": "1", "number": "DN-0402", "shipped_on": "2026-04-02", "quantity": 2400, "defective": 0, "result": "good"}],
    },
    "archive": {"accepted_by": "何经理", "accepted_on": "2026-04-10", "cost": 60250, "summary": "INTERNAL closing"},
}  # fmt: skip

# What FULL holds in earlier fields, as each place, shipment and round reports it by itself.
BY_PLACE: dict[str, Any] = {
    "quarantine": {
        "stock": {"done": "yes", "quantity": 2600, "disposition": "scrap", "place": "INTERNAL place"},
        "wip": {"done": "yes", "quantity": 310, "disposition": "release"},
        "transit": {"state": "stopped", "quantity": 600, "conveyance_no": "COSU631", "remark": "INTERNAL remark"},
    },
    "goods_return": {"slip_no": "TH-26-031", "returned_on": "2026-03-06", "counted": 21, "verdict": "confirmed", "opinion": "INTERNAL gm"},
    "sorting": {"done_on": "2026-03-03", "quantity": 4763, "ok": 4742, "nok": 21, "criterion": "目视加压装"},
    "implementation": {
        "customer_stock": {"implemented_on": "2026-03-05", "quantity": 4742, "result": "ok", "remark": "INTERNAL remark"},
        "standard": {"document": "WI-INJ-07", "revision": "C", "effective_on": "2026-03-15"},
        "training": {"trained": "注塑车间二班", "trained_on": "2026-03-18", "trainer": "孙浩"},
    },
    "rollout": {
        "shipment_1": {"number": "DN-0402", "quantity": 2400, "defective": 0, "result": "good"},
        "shipment_2": {"number": "DN-0409", "quantity": 2400, "defective": 1, "result": "bad", "remark": "INTERNAL remark"},
        "shipment_3": {"result": "none_planned"},
    },
    "release": {
        "reviewed_by": "李娜", "review_remark": "INTERNAL review", "released_by": "陈国栋", "released_on": "2026-03-14",
        "gm_decision": "signed", "gm_opinion": "INTERNAL gm", "signed_on": "2026-03-15",
    },
    "plan_rounds": [
        {"number": 1, "reason": "INTERNAL refusal", "closed_at": "2026-03-08T02:00:00Z", "values": {"approval": {"decision": "refused", "opinion": "INTERNAL refusal"}}},
        {"number": 2, "reason": "INTERNAL trial", "closed_at": "2026-03-10T02:00:00Z", "values": {"approval": {"decision": "approved"}, "implementation": {"effective": "no"}}},
    ],
    "eight_d_rounds": [
        {"number": 1, "reason": "INTERNAL review", "closed_at": "2026-03-11T02:00:00Z", "values": {"release": {"review": "back"}}},
        {"number": 2, "closed_at": "2026-03-12T02:00:00Z", "values": {"answer": {"result": "sent_back", "text": "请补充流出原因"}}},
    ],
}  # fmt: skip

ENGLISH: dict[str, Any] = {
    "intake": {"channel": "email", "received_at": "2026-05-04T07:12:00Z"},
    "customer": {"name": "Nordlicht Solar GmbH", "plant": "Bremen", "contact": "Ms Petersen", "complaint_no": "CLM-4471"},
    "product": {
        "name": "PV module KS-M6-440", "part_no": "KS-M6-440-BK", "batch": "2601-07", "unit": "module",
        "quantity_delivered": 1240, "quantity_defective": 18,
    },
    "problem": {
        "title": "Delamination at the junction box", "kind": "field", "detected_on": "2026-04-29", "effect": "field_failure",
        "description": "After the first winter 18 of 1240 modules show delamination around the junction box.",
    },
    "team": {"leader": "Li Na", "members": [{"id": "1", "name": "Li Na", "department": "quality", "duty": "lead"}]},
    "containment": {
        "method": "on_site", "in_transit": "stopped", "areas_informed": "yes",
        "actions": [
            {"id": "1", "place": "in_transit", "action": "Containers MSKU 771 and 772 stopped in Hamburg and inspected", "responsible": "Wu Qiang", "introduced_on": "2026-05-05", "checked": 620, "nok": 4, "disposition": "hold"},
        ],
    },
    "root_cause": {
        "occurrence": "Silicone of lot S-88 was applied below 15 °C", "escape": "Pull test is done on warm samples only",
        "five_why": [{"id": "1", "path": "system", "why": "Why was there no limit?", "because": "The work instruction names none"}],
    },
    "plan": {"verified_by": "theory", "actions": [{"id": "1", "action": "Interlock of the dispenser below 18 °C", "against": "made", "responsible": "Sun Hao", "due_on": "2026-05-20"}]},
    "eight_d": {
        "title": "Delamination at the junction box", "kind": "interim", "language": "en",
        "root_cause": "Silicone was applied below its lowest processing temperature.",
        "corrective_action": "The dispenser is interlocked with the hall temperature.", "released_by": "Chen Guodong",
    },
}  # fmt: skip

HARD_TEXTS: list[str] = [
    "#set page(fill: red) #panic() $x^2$ *bold* _it_ `raw` @label <b>&amp; \\ // comment /* */ [ ] { } ~ -- ---",
    "{{ 7 * 7 }} {% raw %} #sys.inputs \u201cquotes\u201d 'x' \"y\"",
    "emoji 😀👨‍👩‍👧🇨🇳 ✅ and rare 𠮷 䶮 囍 镕 堃",
    "\x00\x01\x07\x1b[31mred\x7f\x85 \u202egnp.exe\u202c \ufffd \ufffe \ue000 \u2028\u2029",
    "عربى עברית ไทย हिन्दी Ελληνικά Tiếng Việt",
    "W" * 10_000,
    "裂" * 10_000,
    "https://example.com/" + "a/b?c=d&" * 60,
    "line 1\r\nline 2\rline 3\n\n\nline 6\ttab",
    "\ud800 lone surrogate",
]
