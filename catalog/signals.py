"""What the catalog tells the rooms above it, after the change is committed."""

from django.dispatch import Signal

#: A version became published. Sent once a version with ``api_id`` and ``version_id``.
version_published = Signal()
