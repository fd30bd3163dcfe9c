from datetime import UTC, datetime, timedelta

from linli.incidents.models import Incident
from linli.lib.bigrams import tsvector_literal

EPOCH, WEEK = datetime(1970, 1, 1, tzinfo=UTC), timedelta(weeks=1)


def words_of(incident: Incident) -> str:
    """The words by which an incident is found, as PostgreSQL reads a tsvector.

    Most titles are the beginning of the text, which is not indexed twice.
    """
    begins = incident.text.startswith(incident.title.removesuffix("…"))
    title = "" if begins else incident.title
    told = (incident.number, title, incident.text, incident.place_text)
    return tokens_of(incident.opened_at, *told)


def tokens_of(opened_at: datetime, *parts: str) -> str:
    """The words of these parts and the week of the case."""
    words = tsvector_literal("\n".join(part for part in parts if part))
    return f"{words} {week_of(opened_at)}".lstrip()


def week_of(opened_at: datetime) -> str:
    """A word that nobody can type: weeks since 1970. A search goes back through them."""
    return f"'@{(opened_at - EPOCH) // WEEK}'"
