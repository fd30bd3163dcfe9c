"""What is wrong with a value, in the language that the client asked for."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# pydantic's type of an error -> words; {places} come from the error itself.
_WORDS: Mapping[str, str] = {
    "missing": gettext_noop("This is required."),
    "extra_forbidden": gettext_noop("There is no such field here."),
    "string_type": gettext_noop("This must be a text."),
    "string_unicode": gettext_noop("This text holds characters that do not exist."),
    "string_too_long": gettext_noop("At most {max_length} characters."),
    "string_too_short": gettext_noop("At least {min_length} characters."),
    "string_pattern_mismatch": gettext_noop("This does not have the expected form: {pattern}"),
    "too_long": gettext_noop("At most {max_length} entries."),
    "uuid_parsing": gettext_noop("This is no id."),
    "uuid_type": gettext_noop("This is no id."),
    "bool_parsing": gettext_noop("This must be true or false."),
    "bool_type": gettext_noop("This must be true or false."),
    "int_parsing": gettext_noop("This must be a whole number."),
    "int_type": gettext_noop("This must be a whole number."),
    "int_parsing_size": gettext_noop("This number is too large."),
    "float_parsing": gettext_noop("This must be a number."),
    "float_type": gettext_noop("This must be a number."),
    "greater_than_equal": gettext_noop("At least {ge}."),
    "less_than_equal": gettext_noop("At most {le}."),
    "less_than": gettext_noop("Less than {lt}."),
    "literal_error": gettext_noop("One of: {expected}."),
    "list_type": gettext_noop("This must be a list."),
    "dict_type": gettext_noop("This must be an object."),
    "model_type": gettext_noop("This must be an object."),
    "model_attributes_type": gettext_noop("This must be an object."),
    "date_from_datetime_parsing": gettext_noop("This is no day: 2026-12-01."),
    "date_parsing": gettext_noop("This is no day: 2026-12-01."),
    "datetime_parsing": gettext_noop("This is no time: 2026-12-01T08:30:00+08:00."),
    "datetime_from_date_parsing": gettext_noop("This is no time: 2026-12-01T08:30:00+08:00."),
    "datetime_type": gettext_noop("This is no time: 2026-12-01T08:30:00+08:00."),
    "timezone_aware": gettext_noop("Say the time zone: 2026-12-01T08:30:00+08:00."),
    "nul_character": gettext_noop("This text holds a NUL character."),
    "half_a_point": gettext_noop("A point needs longitude and latitude."),
}
_OTHER = gettext_noop("This cannot be read.")


def words_of(error: Mapping[str, Any]) -> str:
    """The words for one entry of pydantic's list of errors."""
    template = _WORDS.get(str(error["type"]), _OTHER)
    return _(template).format(**error.get("ctx", {}))
