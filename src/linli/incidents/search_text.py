from linli.lib.bigrams import tsvector_literal


def tokens_of(number: str, text: str, place_text: str, *, title: str = "") -> str:
    """The words by which an incident is found, as PostgreSQL reads a tsvector.

    Most titles are the beginning of the text, which is not indexed twice.
    """
    if text.startswith(title.removesuffix("…")):
        title = ""
    return tsvector_literal("\n".join(part for part in (number, title, text, place_text) if part))
