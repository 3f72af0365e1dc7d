"""What every page of the bundle does."""

from playwright.sync_api import expect

from tests.browser.workshop import workshop

FORM = (
    '<form method="post" action="/slow"><button class="btn btn-primary" name="what" value="this">发送</button></form>'
)


def test_two_quick_presses_are_one_submission(serve, quiet_page):
    presses: list[str] = []
    site = workshop({"page": FORM}, [])

    @site.post("/slow")
    def slow() -> tuple[str, int]:
        from flask import request

        presses.append(request.form["what"])
        return "", 204  # the page stays, as after a download

    with serve(site) as address:
        quiet_page.goto(f"{address}/page")
        button = quiet_page.get_by_role("button")
        with quiet_page.expect_response("**/slow"):
            button.dblclick()
        expect(button).to_have_attribute("aria-disabled", "true")
        quiet_page.wait_for_timeout(200)
        assert presses == ["this"]


def test_htmx_sends_the_token_and_shows_a_refused_form(serve, page):
    tokens: list[str | None] = []
    site = workshop({"page": '<div hx-post="/part" hx-trigger="click" id="part">先</div>'}, [])

    @site.post("/part")
    def part() -> tuple[str, int]:
        from flask import request

        tokens.append(request.headers.get("X-CSRFToken"))
        return "后", 422

    with serve(site) as address:
        page.goto(f"{address}/page")
        page.locator("#part").click()
        expect(page.locator("#part")).to_have_text("后")
        assert tokens == ["token-of-the-page"]


def test_files_of_the_bundle_are_kept_for_ever(serve, quiet_page):
    with serve(workshop({"page": FORM}, [])) as address:
        answers = []
        quiet_page.on("response", lambda answer: answers.append((answer.url, answer.headers.get("cache-control", ""))))
        quiet_page.goto(f"{address}/page")
        bundle = [kept for url, kept in answers if "/static/dist/" in url]
        assert bundle
        assert all("immutable" in kept and "no-cache" not in kept for kept in bundle)
