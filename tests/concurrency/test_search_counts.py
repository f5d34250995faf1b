import threading

import pytest
from django.db import connection, transaction

from catalog.models import Service
from catalog.search import counters, index
from tests.factories.catalog import make_service


@pytest.mark.django_db(transaction=True)
def test_two_writers_do_not_wait_for_each_other() -> None:
    services = [make_service(f"worker-{number}", tags=["shared"]) for number in range(2)]
    answered = threading.Event()

    def other() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '5s'")
        Service.objects.filter(pk=services[1].pk).update(lifecycle="retired")
        index.reindex_service(services[1].pk)
        answered.set()
        connection.close()

    with transaction.atomic():
        Service.objects.filter(pk=services[0].pk).update(lifecycle="retired")
        index.reindex_service(services[0].pk)
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(timeout=20)
        assert answered.is_set()

    assert counters.kept() == counters.recounted()
