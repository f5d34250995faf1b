"""Stands in for Django's command of this name, whose kind of person Portico does not have."""

from accounts.management.commands.create_administrator import Command

__all__ = ["Command"]
