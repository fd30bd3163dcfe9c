"""What a write leaves for the commit: with it, before whatever is asked meanwhile, or never."""

import pytest
from django.db import IntegrityError, connection, transaction

from linli.casework.models import SavedView
from linli.database.context import county_context
from linli.database.pipeline import exchange, send_with_commit
from tests.conftest import A
from tests.factories.rows import make

RENAME = "UPDATE casework_savedview SET name = %s WHERE county_id = %s AND id = %s"


@pytest.fixture
def view(committed):
    with county_context(A):
        return make(SavedView, name="old")


def rename(view: SavedView, name: str = "new") -> None:
    send_with_commit([(RENAME, [name, A, view.pk])])


def arrived() -> set[str]:
    """Past Django, which would send what waits."""
    found = connection.connection.execute("SELECT name FROM casework_savedview")
    return {name for (name,) in found}


def kept() -> set[str]:
    with county_context(A):
        return set(SavedView.objects.values_list("name", flat=True))


def test_it_travels_with_the_commit(view):
    with county_context(A):
        rename(view)
        assert arrived() == {"old"}
    assert kept() == {"new"}


def test_without_a_transaction_it_is_sent_at_once(view):
    exchange(("SELECT set_config('linli.county', %s, false)", [A]))
    rename(view)
    assert arrived() == {"new"}


def test_whoever_asks_meanwhile_finds_it_done(view):
    with county_context(A):
        rename(view)
        assert SavedView.objects.get().name == "new"
    assert kept() == {"new"}


def test_it_comes_before_what_is_left_later(view):
    with county_context(A):
        rename(view, "first")
        rename(view, "second")
    assert kept() == {"second"}


def test_an_inner_block_sends_it_when_it_ends(view):
    with county_context(A):
        with transaction.atomic():
            rename(view)
        assert arrived() == {"new"}


def roll_back(view: SavedView) -> None:
    with transaction.atomic():
        rename(view)
        raise ZeroDivisionError


def test_what_is_rolled_back_is_never_sent(view):
    with pytest.raises(ZeroDivisionError), county_context(A):
        roll_back(view)
    with county_context(A):
        rename(view)
        transaction.set_rollback(True)
    with county_context(A):
        SavedView.objects.get()
        with pytest.raises(ZeroDivisionError):
            roll_back(view)
    assert kept() == {"old"}


def test_a_commit_that_fails_saves_nothing_and_says_why(view):
    with county_context(A):
        other = make(SavedView, name="other", user=view.user, page=view.page)

    def take_one_name_twice() -> None:
        with county_context(A):
            SavedView.objects.filter(pk=view.pk).update(name="third")
            rename(other, "third")

    with pytest.raises(IntegrityError, match="casework_view_name"):
        take_one_name_twice()
    assert kept() == {"old", "other"}


def test_a_new_connection_knows_nothing_of_it(view):
    def lose_the_connection() -> None:
        with county_context(A):
            rename(view)
            connection.connection.close()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        lose_the_connection()
    connection.close()
    assert kept() == {"old"}
