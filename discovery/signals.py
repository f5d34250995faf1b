"""What discovery tells after the change is committed."""

from django.dispatch import Signal

#: A person published discovered services. Sent once a decision with ``has_specifications``: whether some wait.
services_published = Signal()
