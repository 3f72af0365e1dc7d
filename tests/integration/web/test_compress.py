"""Text goes over the wire gzipped to whoever takes that, and says nothing by its length."""

import gzip
import re

import pytest

from server.web.compress import LEAST

pytestmark = pytest.mark.one_database("what is asked is how a page is sent")

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


def bundle(visit) -> str:
    page = visit().get("/login").get_data(as_text=True)
    found = re.search(r'href="(/static/dist/base-[^"]+\.css)"', page)
    assert found
    return found[1]


def test_a_page_is_packed_for_who_takes_it(visit):
    plain, packed = visit("sales1").fetch("/tasks"), visit("sales1").fetch("/tasks", headers=GZIP)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"].count("Accept-Encoding") == plain.headers["Vary"].count("Accept-Encoding") == 1
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 2
    assert b"</html>" in gzip.decompress(packed.data)
    assert packed.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("accepted", ["", "identity", "gzip;q=0", "br"])
def test_who_does_not_take_gzip_gets_none(visit, accepted):
    reply = visit().fetch("/login", headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in reply.headers
    assert b"</html>" in reply.data


def test_the_same_page_has_another_length_each_time(visit):
    person = visit("sales1")
    lengths = {len(person.fetch("/tasks", headers=GZIP).data) for _ in range(30)}
    assert len(lengths) > 10
    assert max(lengths) - min(lengths) < 200


def test_the_bundle_is_packed_once_and_kept_by_the_browser(visit):
    path = bundle(visit)
    plain, packed = visit().fetch(path), visit().fetch(path, headers=GZIP)
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "immutable" in packed.headers["Cache-Control"]
    assert visit().fetch(path, headers=GZIP).data == packed.data
    assert packed.headers["ETag"] == "W/" + plain.headers["ETag"]
    known = visit().fetch(path, headers={**GZIP, "If-None-Match": packed.headers["ETag"]})
    assert (known.status_code, known.data) == (304, b"")


def test_a_part_of_a_file_and_a_short_answer_stay_as_they_are(visit):
    path = bundle(visit)
    part = visit().fetch(path, headers={**GZIP, "Range": "bytes=0-9"})
    assert (part.status_code, len(part.data)) == (206, 10)
    assert "Content-Encoding" not in part.headers
    short = visit().fetch("/api/v1/health", headers=GZIP)
    assert len(short.data) < LEAST
    assert "Content-Encoding" not in short.headers


def test_an_error_page_is_packed_too(visit):
    lost = visit("sales1").fetch("/tasks/nowhere", headers=GZIP)
    assert lost.status_code == 404
    assert b"</html>" in gzip.decompress(lost.data)


def test_head_tells_what_get_would(visit):
    reply = visit().client.head(bundle(visit), headers=GZIP)
    assert (reply.headers["Content-Encoding"], reply.data) == ("gzip", b"")
