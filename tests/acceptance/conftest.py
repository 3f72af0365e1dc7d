"""`procedure`: a house whose clock stands still, ready for one complaint."""

import pytest

from server.app import create_app
from server.casework.context import Context
from tests.acceptance.procedure import Procedure
from tests.house import token_of
from tests.rest import Api


@pytest.fixture
def procedure(house: Context) -> Procedure:
    return Procedure(Api(house, create_app(house), token_of(house, "admin")))
