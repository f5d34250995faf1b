"""APIs and services as rows of a list."""

from django.db.models import DateField, F, QuerySet, TextField, Value

from catalog.models import API


def listed(entries: QuerySet) -> QuerySet:
    """The entries with their owner, and for APIs the current version's ``version_name`` and ``sunset_on``.

    For ``templates/catalog/_entries.html``; the versions' long texts are not read.
    """
    rows = entries.select_related("owner").defer("description")
    if entries.model is API:
        return rows.annotate(version_name=F("current_version__name"), sunset_on=F("current_version__sunset_on"))
    return rows.annotate(
        version_name=Value("", output_field=TextField()), sunset_on=Value(None, output_field=DateField())
    )
