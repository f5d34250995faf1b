from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from catalog.search import counters, index, words


class Command(BaseCommand):
    help = "Write every search document again, then the words in use, and check the facet counts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only compare the facet counts with a recount")

    def handle(self, *_: Any, **options: Any) -> None:
        if not options["check"]:
            index.rebuild()
            words.rebuild()
        wrong = set(counters.kept().items()) ^ set(counters.recounted().items())
        if not wrong:
            self.stdout.write("The facet counts are right.")
        elif options["check"]:
            self.stderr.write(f"{len(wrong)} facet counts are wrong; run rebuild_search without --check.")
            raise SystemExit(1)
        else:
            counters.recount()
            self.stdout.write(f"{len(wrong)} facet counts were wrong and are right now.")
