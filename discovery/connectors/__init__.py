"""The code that knows one kind of place each, behind the contract of ``discovery.connectors.base``. No Django here."""
