"""The year of this shelf is the same on both databases, and goes on as any house does."""

from pathlib import Path

import pytest

from server.persistence.database import Database
from server.persistence.models import Base
from server.settings import DATABASE_FILE
from server.simulation.office import Office
from server.simulation.people import OUTSIDE
from tests.house import drain_jobs
from tests.population.playing import Population, populated


@pytest.mark.postgresql
def test_every_row_came_to_the_server_as_it_was(played_folder: Path, tmp_path: Path) -> None:
    # A house of its own: in the common one sweeps have counted on.
    own = populated(played_folder, tmp_path / "data")
    file = Database(f"sqlite:///{played_folder / DATABASE_FILE}")
    with own as house, file.read() as here, house.context.database.read() as there:
        for table in Base.metadata.sorted_tables:
            rows = {
                tuple(row._mapping[each] for each in table.primary_key): row for row in here.execute(table.select())
            }
            copied = {
                tuple(row._mapping[each] for each in table.primary_key): row for row in there.execute(table.select())
            }
            assert copied == rows, table.name
    file.close()


def test_it_is_a_year_with_an_end(population: Population) -> None:
    office = Office(population.context)
    numbers = [each["number"] for each in office.pages(OUTSIDE, "/complaints")]
    assert len(numbers) == len(set(numbers)) > 100
    assert population.clock.now() == population.until


def test_a_house_of_ones_own_goes_on(played_folder: Path, tmp_path: Path) -> None:
    with populated(played_folder, tmp_path / "data") as own:
        office = Office(own.context)
        known = {each["number"] for each in office.pages(OUTSIDE, "/complaints")}
        fields = {"customer": {"name": "ACME"}, "problem": {"description": "Cracked housing"}}
        filed = office.send(OUTSIDE, "/complaints", {"channel": "phone", "fields": fields})
        assert filed["number"] not in known
        assert drain_jobs(own.context) > 0
        (task,) = office.get(OUTSIDE, "/tasks", case=filed["number"])["items"]
        assert task["element_id"] == "receive"
