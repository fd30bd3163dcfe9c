"""Tables that come with a library: why they are there and how long their rows stay.

Each entry: tenancy, purpose, how its rows are removed.
"""

THIRD_PARTY: dict[str, tuple[str, str, str]] = {
    "auth.Permission": (
        "reference",
        "Django's sign-in requires it; unused.",
        "never written",
    ),
    "auth.Group": ("reference", "Django's sign-in requires it; unused.", "never written"),
    "auth.Group_permissions": (
        "reference",
        "Django's sign-in requires it.",
        "never written",
    ),
    "contenttypes.ContentType": ("reference", "Names of models, required by Django.", "kept"),
    "sessions.Session": ("local", "Who is signed in.", "expired ones go with retention"),
    "procrastinate.ProcrastinateJob": ("local", "Jobs to do.", "finished ones go after a week"),
    "procrastinate.ProcrastinateEvent": ("local", "What became of a job.", "goes with its job"),
    "procrastinate.ProcrastinateWorker": ("local", "Workers alive.", "stalled ones are pruned"),
    "procrastinate.ProcrastinatePeriodicDefer": ("local", "Last run of a schedule.", "one a task"),
    "account.EmailAddress": ("reference", "Second factors require it; unused.", "never written"),
    "account.EmailConfirmation": ("reference", "Second factors require it.", "never written"),
    "mfa.Authenticator": ("reference", "Second factors of staff.", "removed with the account"),
    "axes.AccessAttempt": ("local", "Failed sign-ins, for the lockout.", "gone after the lockout"),
    "axes.AccessAttemptExpiration": ("local", "When a lockout ends.", "goes with the attempt"),
    "axes.AccessFailureLog": ("local", "Comes with the lockout; unused.", "never written"),
    "axes.AccessLog": ("local", "Comes with the lockout; unused.", "never written"),
}
