"""Counts that every page asks for."""

from linli.database.counting import spelled_out
from linli.incidents.enums import State


def test_members_of_enumerations_stand_in_the_text_and_other_values_beside_it():
    sql = "SELECT 1 WHERE a = %s AND state IN (%s, %s) AND b = %s"
    text, values = spelled_out(sql, ("it's", State.REPORTED, State.CLOSED, "reported"))
    assert text == "SELECT 1 WHERE a = %s AND state IN ('reported', 'closed') AND b = %s"
    assert values == ("it's", "reported")
