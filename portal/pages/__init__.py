"""The site's front: home, browse with search, and what the search field suggests."""
