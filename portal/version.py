"""The version of Portico; the changelog says what is in it."""

VERSION = "0.1.0"
