"""Staff who can sign in: accounts with passwords and roles, made as administrators make them."""

from datetime import date

from linli.accounts.enums import Role
from linli.accounts.models import Membership, User
from linli.database.context import county_context

PASSWORD = "quiet-river-stone"
BEGINNING = date(2020, 1, 1)


def person(county: str, username: str, *roles: Role, password: str = PASSWORD, **scope) -> User:
    """An account kept by `county`, with these roles in it; call outside a county context."""
    from linli.access.actor import system
    from linli.accounts.actions import create_user

    with county_context(county):
        user, _ = create_user(username=username, name=username, by=system(), password=password)
        for role in roles:
            Membership.objects.create(user=user, role=role, valid_from=BEGINNING, **scope)
    return user


def sign_in(client, user: User, password: str = PASSWORD):
    """Sign in through the page, as a person does; whoever is signed in there goes first."""
    if "_auth_user_id" in client.session:
        client.post("/account/logout/")
    return client.post("/account/login/", {"username": user.username, "password": password})
