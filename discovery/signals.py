"""What discovery tells after the change is committed."""

from django.dispatch import Signal

#: A person published discovered services. Sent once a decision with ``has_specifications``: whether some wait.
services_published = Signal()

#: A publication rule was saved, moved or deleted: what is stored has to be judged again.
rules_changed = Signal()
