"""Icon and tone of each state and severity. The word comes from the domain's own labels."""

STATES: dict[str, tuple[str, str]] = {
    "reported": ("inbox", "information"),
    "accepted": ("check-lg", "information"),
    "not_accepted": ("dash-circle", "neutral"),
    "dispatched": ("send", "information"),
    "returned": ("arrow-return-left", "attention"),
    "handling": ("hammer", "primary"),
    "extension_asked": ("hourglass-split", "attention"),
    "awaiting_verification": ("clipboard-check", "information"),
    "rework": ("arrow-counterclockwise", "attention"),
    "pending": ("calendar-event", "attention"),
    "closed": ("check-circle", "done"),
    "settled_on_the_spot": ("patch-check", "done"),
    "merged": ("intersect", "neutral"),
    "withdrawn": ("dash-circle", "neutral"),
    "archived": ("archive", "neutral"),
}
UNKNOWN = ("circle", "neutral")

# The sign changes with the colour, so that either alone is enough.
SEVERITIES: dict[str, tuple[str, str]] = {
    "general": ("circle", "neutral"),
    "considerable": ("exclamation-circle", "information"),
    "major": ("exclamation-diamond", "attention"),
    "critical": ("exclamation-octagon", "overdue"),
}


def state_look(state: str) -> tuple[str, str]:
    """Icon and tone of a state's value."""
    return STATES.get(state, UNKNOWN)


def severity_look(severity: str) -> tuple[str, str]:
    """Icon and tone of a severity's value."""
    return SEVERITIES.get(severity, UNKNOWN)
