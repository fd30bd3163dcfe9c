from linli.lib.bigrams import tsvector_literal


def tokens_of(*parts: str) -> str:
    """The words by which an incident is found, as PostgreSQL reads a tsvector."""
    return tsvector_literal("\n".join(part for part in parts if part))
