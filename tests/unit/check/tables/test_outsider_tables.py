"""Tables of an outsider: what their labels say is told, and nothing else."""

import pytest

from tests.unit.check.tables.outsider_cases import OUTSIDER
from tests.unit.check.tables.test_tables import check, told


@pytest.mark.parametrize("name", OUTSIDER)
def test_a_table_of_an_outsider_is_told_what_its_label_says(name: str) -> None:
    case, codes = OUTSIDER[name]
    found = [one for one in check(case) if one.severity != "info"]
    assert {one.code for one in found} == codes, [told(one) for one in found]
