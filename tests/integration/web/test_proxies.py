"""Whom the server believes about the caller's address: nobody, or so many proxies as KESU_TRUSTED_PROXIES says."""

import threading
import urllib.request
from pathlib import Path

import pytest
import waitress
from flask import Flask, jsonify, request

from server import serving
from server.app import build_context, create_app
from server.settings import Settings
from server.web.access import public

pytestmark = pytest.mark.one_database("believes addresses or not")

FORWARDED = {
    "X-Forwarded-For": "6.6.6.6, 7.7.7.7, 8.8.8.8",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.example",
}


@public
def seen() -> object:
    return jsonify([request.remote_addr, request.scheme, request.host])


def app_behind(folder: Path, proxies: int) -> Flask:
    settings = Settings(
        data_dir=folder, database_url="", secret_key="a secret of the tests only", trusted_proxies=proxies
    )
    app = create_app(build_context(settings))
    app.add_url_rule("/seen", "seen", seen)
    return app


@pytest.mark.parametrize(
    ("proxies", "address", "scheme"), [(0, "10.0.0.1", "http"), (1, "8.8.8.8", "https"), (2, "7.7.7.7", "http")]
)
def test_so_many_entries_are_believed(tmp_path: Path, proxies: int, address: str, scheme: str) -> None:
    client = app_behind(tmp_path, proxies).test_client()
    reply = client.get("/seen", headers=FORWARDED, environ_base={"REMOTE_ADDR": "10.0.0.1"})
    assert reply.json == [address, scheme, "localhost"]


@pytest.mark.parametrize(("proxies", "address"), [(0, "127.0.0.1"), (1, "8.8.8.8")])
def test_the_web_server_lets_through_what_is_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxies: int, address: str
) -> None:
    """What `serve_forever` tells waitress, on a real socket."""
    told: dict[str, object] = {}

    def keep(_app: Flask, **options: object) -> None:
        told.update(options)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(waitress, "create_server", keep)
        settings = Settings(data_dir=tmp_path, database_url="", secret_key="a secret of the tests only")
        with pytest.raises(KeyboardInterrupt):
            serving.serve_forever(settings.model_copy(update={"trusted_proxies": proxies}), "127.0.0.1", 0, demo=False)
    (listener,) = told.pop("sockets")  # type: ignore[misc]
    server = waitress.create_server(app_behind(tmp_path, proxies), sockets=[listener], **told)
    threading.Thread(target=server.run, daemon=True).start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/seen"
    with urllib.request.urlopen(urllib.request.Request(url, headers=FORWARDED), timeout=20) as reply:
        assert f'"{address}"' in reply.read().decode()
    server.task_dispatcher.shutdown()
