"""Why a backup was not made or not restored; every message ends with its cure."""


class BackupError(Exception):
    """Nothing was made, nothing was changed."""


class WrongKeyError(BackupError):
    """The file was sealed with another key."""


class DamagedError(BackupError):
    """The file is not what was written: cut off, altered or not a backup."""


class NotEmptyError(BackupError):
    """The place to restore into holds something already."""
