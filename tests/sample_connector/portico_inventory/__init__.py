"""A list of services in text, as a source of Portico."""
