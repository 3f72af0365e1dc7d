"""A house in which complaints run the small process with a strip for what may happen at any time."""

import pytest

from server.casework.context import Context
from tests.integration import strip


@pytest.fixture
def site(house: Context) -> Context:
    strip.publish(house)
    return house
