"""What fields of the REST API say about a value they refuse, where the framework does not say what to do.

The sentences about limits are made when a field is, so they are put on the classes, once, at start.
"""

from rest_framework import fields

_AT_MOST_CHARACTERS = {"max_length": "Use at most {max_length} characters."}
_NUMBERS = {"max_value": "Use at most {max_value}.", "min_value": "Use at least {min_value}."}

_SENTENCES: dict[type[fields.Field], dict[str, str]] = {
    fields.BooleanField: {"invalid": "Use true or false."},
    fields.CharField: {"invalid": "Use text.", "blank": "This cannot be empty.", **_AT_MOST_CHARACTERS},
    fields.ChoiceField: {"invalid_choice": "“{input}” is not one of the choices."},
    fields.DateField: {"invalid": "Write the day as YYYY-MM-DD.", "datetime": "Give a day without a time."},
    fields.DateTimeField: {
        "invalid": "Write the time as YYYY-MM-DDThh:mm:ssZ.",
        "date": "Give a time, not only a day.",
    },
    fields.EmailField: {"invalid": "Write a mail address, such as jane@example.org."},
    fields.IntegerField: {"invalid": "Use a whole number.", **_NUMBERS},
    fields.DictField: {"not_a_dict": "Use an object."},
    fields.ListField: {"not_a_list": "Use a list."},
}


def use_own_sentences() -> None:
    """Every field that is made from now on says ours."""
    for kind, sentences in _SENTENCES.items():
        kind.default_error_messages = {**kind.default_error_messages, **sentences}
