"""What a shell offers for the value of an option; for anything else it offers files."""

from collections.abc import Callable


def one_of(*words: str) -> Callable[[str], list[str]]:
    def offered(incomplete: str) -> list[str]:
        return [word for word in words if word.startswith(incomplete)]

    return offered


def profiles(incomplete: str) -> list[str]:
    """The import profiles that ship."""
    from linli.incidents.imports import shipped_profiles

    return one_of(*shipped_profiles())(incomplete)
