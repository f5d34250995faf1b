"""What rooms above the marketplace show on the pages of an application: tabs, and parts of its overview.

They register functions in their ``AppConfig.ready``, which are called with the page that is shown
(``marketplace.web.application_page.ApplicationPage``) and answer with ``Tab`` and ``Part`` of
``catalog.web.extensions``. Each costs the queries it makes on every page of an application, so it makes few.
"""

from catalog.web.extensions import Places

application_tabs = Places()
application_parts = Places()
