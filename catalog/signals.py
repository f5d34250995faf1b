"""What the catalog tells the rooms above it: after the change is committed, where nothing else is said."""

from django.dispatch import Signal

#: A version became published. Sent once a version with ``api_id`` and ``version_id``.
version_published = Signal()

#: A version entered another stage of its life. Sent with ``api_id`` and ``version_id`` as the last statement of the
#: transaction, so that what follows from it above is written together with it.
version_turned = Signal()
