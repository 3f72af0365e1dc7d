"""Every action of the task desk once, in a browser, by the people it is for."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, expect

from server.app import create_app
from server.casework.context import Context
from server.commands.save_draft import SaveDraft
from server.queries.task_detail import task_detail
from tests.browser.together import Person
from tests.durability.audit import audit_house
from tests.house import actor
from tests.integration.desk_house import filed, publish, received, task

REFUSAL = ("409: ", "console: Failed to load resource: the server responded with a status of 409")
Look = Callable[[Person, str], None]


def test_each_action_once(house: Context, serve, browser: Browser) -> None:
    walk(publish(house), serve, browser, lambda _person, _state: None)


def walk(site: Context, serve, browser: Browser, look: Look, **device: Any) -> None:
    """`look` is called with each state that is worth a look; `device`: of everybody, as Playwright names it."""
    with serve(create_app(site)) as address:
        people = {
            who: Person(browser, address, who, **device)
            for who in ("sales1", "sales2", "quality1", "engineering1", "manager", "service1")
        }
        number = claims(site, people, look)
        record = takes_back(site, people, number, look)
        asks(people, record, look)
        delegates(people, record, look)
        signs(site, people, number, record, look)
        sends_back(site, people, look)
        hurries(site, people, look)
        stands_in(people, look)
        held = takes_many(site, people, look)
        hands_on_many(site, people, held, look)
        completes_many(site, people, held, look)
        for who, person in people.items():
            # A refusal is an answer with a status of its own.
            trouble = [each for each in person.trouble if not each.startswith(REFUSAL)]
            assert not trouble, (who, trouble)
            person.context.close()
    assert audit_house(site) == []


def claims(site: Context, people: dict[str, Person], look: Look) -> str:
    """Two press the button for the same task: the second is led to the next."""
    first, second = filed(site), filed(site)
    wanted, other = task(site, first, "receive")["id"], task(site, second, "receive")["id"]
    winner, loser = people["sales1"].opens("/tasks"), people["sales2"].opens("/tasks")
    winner.sends(f"/tasks/{wanted}/claim")
    winner.page.wait_for_url(f"**/tasks/{wanted}")
    loser.sends(f"/tasks/{wanted}/claim")
    offer = loser.page.locator(f".notice a[href='/tasks/{other}']")
    expect(offer).to_be_visible()
    look(loser, "claimed")
    offer.click()
    loser.page.wait_for_url(f"**/tasks/{other}")
    winner.sends("/unclaim")
    assert task(site, first, "receive")["claimed_by"] is None
    return first


def takes_back(site: Context, people: dict[str, Person], number: str, look: Look) -> str:
    """The id of the task `record` at the end."""
    seller = people["sales1"]
    done = task(site, number, "receive")["id"]
    seller.opens(f"/tasks/{done}").sends(f"/tasks/{done}", press="button[value=complete]")
    seller.page.wait_for_url("**/tasks")
    seller.opens(f"/tasks/{done}").form("/withdraw")
    look(seller, "withdraw")
    seller.sends("/withdraw", reason="客户弄错了")
    again = task(site, number, "receive")["id"]
    seller.page.wait_for_url(f"**/tasks/{again}")
    seller.sends(f"/tasks/{again}", press="button[value=complete]")
    seller.page.wait_for_url("**/tasks")
    return str(task(site, number, "record")["id"])


def asks(people: dict[str, Person], record: str, look: Look) -> None:
    asker, asked = people["quality1"].opens(f"/tasks/{record}"), people["service1"]
    asker.form("/ask")
    look(asker, "ask")
    asker.sends("/ask", of="service1", text="客户又打来了吗?")
    asked.opens("/tasks").page.locator(".notice a[href='/me/asked']").click()
    asked.reads("客户又打来了吗?")
    look(asked, "asked")
    asked.sends("/answer", text="昨天打了两次")
    asker.opens(f"/tasks/{record}").reads("昨天打了两次")
    asker.sends("/comment", text="@service1 谢谢 👍")
    asked.opens("/me/asked").reads("谢谢 👍")
    asked.sends("/seen")
    look(asker, "comments")


def delegates(people: dict[str, Person], record: str, look: Look) -> None:
    owner, helper = people["quality1"].opens(f"/tasks/{record}"), people["engineering1"]
    owner.sends("/delegate", to="engineering1", reason="模具你最清楚")
    helper.opens(f"/tasks/{record}")
    look(helper, "delegated")
    expect(helper.page.locator("button[value=complete]")).to_have_count(0)
    helper.page.locator("input[type=radio]").first.check()
    helper.sends(f"/tasks/{record}", press="button.btn-outline-primary[value=draft]")
    helper.page.wait_for_load_state()
    helper.sends("/return", reason="已填好")
    helper.page.wait_for_url("**/tasks")
    expect(owner.opens(f"/tasks/{record}").page.locator("button[value=complete]")).to_be_visible()


def signs(site: Context, people: dict[str, Person], number: str, record: str, look: Look) -> None:
    owner, signer = people["quality1"].opens(f"/tasks/{record}"), people["manager"]
    owner.form("/signers")
    look(owner, "signers")
    for verdict in ("refuse", "agree"):
        owner.opens(f"/tasks/{record}").sends("/signers", signers="manager", position="after", text="请核对")
        owner.page.wait_for_load_state()
        owner.sends(f"/tasks/{record}", press="button[value=complete]")
        owner.page.wait_for_url(f"**/tasks/{record}")
        signer.opens("/me/asked")
        look(signer, "sign")
        signer.sends("/sign", press=f"button[value={verdict}]", text="批号缺失" if verdict == "refuse" else "")
        signer.page.wait_for_load_state()
        owner.opens(f"/tasks/{record}")
        if verdict == "refuse":
            owner.reads("批号缺失")
            look(owner, "refused")
    owner.sends(f"/tasks/{record}", press="button[value=complete]")
    owner.page.wait_for_url("**/tasks")
    assert task(site, number, "record", "completed")["id"] == record


def sends_back(site: Context, people: dict[str, Person], look: Look) -> None:
    """Told first what it cancels, and asked again."""
    number = received(site)
    record = task(site, number, "record")["id"]
    sender = people["quality1"].opens(f"/tasks/{record}")
    sender.sends("/send-back", reason="客户信息不全")
    expect(sender.page.locator("form[action$='/send-back'] li")).to_contain_text("遏制")
    look(sender, "send-back")
    assert task(site, number, "secure")["state"] == "open"
    sender.page.locator("button[name=confirmed]").click()
    sender.page.wait_for_url("**/tasks")
    assert task(site, number, "receive")["state"] == "open"


def hurries(site: Context, people: dict[str, Person], look: Look) -> None:
    number = filed(site)
    wanted = task(site, number, "receive")["id"]
    caller = people["sales2"].opens(f"/tasks/{wanted}")
    caller.sends("/urge", text="客户停线")
    caller.page.wait_for_load_state()
    caller.sends("/urge", text="再催")
    expect(caller.page.locator("details[open] .notice-danger")).to_be_visible()
    look(caller, "urged")
    caller.opens(f"/tasks/{wanted}").sends("/priority", priority="100", reason="客户停线")
    caller.page.wait_for_load_state()
    assert task(site, number, "receive")["priority"] == 100


def stands_in(people: dict[str, Person], look: Look) -> None:
    absent, substitute = people["sales1"].opens("/me/substitutes"), people["service1"]
    absent.page.locator("#substitute").select_option("service1")
    absent.page.locator("#first").fill("2026-03-02")
    absent.page.locator("#last").fill("2026-03-06")
    absent.page.locator("main form .btn-primary").click()
    expect(absent.page.locator(".card-item")).to_have_count(1)
    look(absent, "substitutes")
    substitute.opens("/tasks")
    expect(substitute.page.locator(".card-item .badge-plain").first).to_be_visible()
    look(substitute, "list")


def takes_many(site: Context, people: dict[str, Person], look: Look) -> str:
    """One of the chosen is taken by another meanwhile: it stays chosen, with the reason. The id of the other one."""
    free, taken = (str(task(site, filed(site), "receive")["id"]) for _ in range(2))
    seller = chooses(people["sales1"], free, taken)
    look(seller, "chosen")
    other = people["sales2"].opens("/tasks")
    other.sends(f"/tasks/{taken}/claim")
    other.page.wait_for_url(f"**/tasks/{taken}")
    does(seller, "claim")
    only_one_is_left(seller, taken)
    look(seller, "bulk")
    assert detail(site, free)["claimed_by"] == "sales1"
    return free


def hands_on_many(site: Context, people: dict[str, Person], held: str, look: Look) -> None:
    """What another one holds is not handed on; a colleague's name and the reason are asked once for all."""
    others = task(site, filed(site), "receive")["id"]
    people["sales2"].opens("/tasks").sends(f"/tasks/{others}/claim")
    seller = chooses(people["sales1"], held, others)
    seller.page.locator("#bulk summary").click()
    seller.page.locator("#bulk-to").select_option("sales2")
    seller.page.locator("#bulk-reason").fill("你熟悉这家客户")
    look(seller, "bulk-transfer")
    does(seller, "transfer")
    only_one_is_left(seller, others)
    assert detail(site, held)["assignee"] == "sales2"


def completes_many(site: Context, people: dict[str, Person], ready: str, look: Look) -> None:
    """Where somebody began to fill in the form, it has to be opened; then it is hurried, and made urgent."""
    begun = str(task(site, filed(site), "receive")["id"])
    site.execute(SaveDraft(actor=actor(site, "sales2"), task_id=begun, data={}))
    seller = chooses(people["sales2"], ready, begun)
    does(seller, "complete")
    only_one_is_left(seller, begun)
    look(seller, "bulk-complete")
    assert (detail(site, ready)["state"], detail(site, begun)["state"]) == ("completed", "open")
    does(seller, "urge")
    expect(seller.page.locator("main .plain-list > li")).to_have_count(1)
    chooses(seller, begun).page.locator("#bulk summary").click()
    seller.page.locator("#bulk-priority").select_option("100")
    seller.page.locator("#bulk-reason").fill("客户停线")
    does(seller, "priority")
    expect(seller.page.locator("main .plain-list > li")).to_have_count(1)
    assert detail(site, begun)["priority"] == 100


def chooses(person: Person, *tasks: str) -> Person:
    person.opens("/tasks")
    for each in tasks:
        person.page.locator(f"input[name=task][value='{each}']").check()
    return person


def does(person: Person, action: str) -> None:
    with person.page.expect_navigation():
        person.page.locator(f"#bulk button[value={action}]").click()


def only_one_is_left(person: Person, task_id: str) -> None:
    """Refused, with its reason, and chosen still."""
    expect(person.page.locator("main .card-item")).to_have_count(1)
    expect(person.page.locator(f"input[name=task][value='{task_id}']")).to_be_checked()


def detail(site: Context, task_id: str) -> dict[str, Any]:
    return task_detail(site, actor(site, "admin"), task_id, "en")
