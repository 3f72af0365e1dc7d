"""`api`: a new house and admin's way into it; `shared_api`: one for the whole file."""

from typing import Any

import pytest
from flask import Flask

from server.app import create_app
from server.casework.context import Context
from tests.house import token_of
from tests.rest import Api


@pytest.fixture
def app(house: Context) -> Flask:
    return create_app(house)


@pytest.fixture
def api(house: Context, app: Flask) -> Api:
    return Api(house, app, token_of(house, "admin"))


@pytest.fixture
def filed(api: Api) -> dict[str, Any]:
    return api.file()


@pytest.fixture(scope="module")
def shared_api(shared_house: Context) -> Api:
    """One API for the whole file; only for tests that do not mind each other's complaints."""
    return Api(shared_house, create_app(shared_house), token_of(shared_house, "admin"))
