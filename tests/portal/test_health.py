import json

import pytest
from django.db import connection
from django.test import Client, override_settings

from portal import health
from portal.celery import app


@pytest.fixture(autouse=True)
def fresh() -> None:
    health._all_applied.cache_clear()


def checks(client: Client) -> tuple[int, dict]:
    answer = client.get("/readyz")
    return answer.status_code, json.loads(answer.content)["checks"]


def test_healthz_answers_without_the_database(client):
    assert client.get("/healthz").content == b"ok\n"


@pytest.mark.django_db
def test_readyz_is_ready_when_every_check_passes(client):
    assert checks(client) == (200, {"database": "ok", "broker": "ok", "migrations": "ok"})


@pytest.mark.django_db
def test_readyz_names_migrations_that_are_not_applied(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    status, results = checks(client)
    assert status == 503
    assert results["migrations"] == "1 migrations are not applied"
    assert results["database"] == "ok"


@pytest.mark.django_db(transaction=True)
def test_readyz_says_when_the_database_does_not_answer(client, monkeypatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "wrong")
    status, results = checks(client)
    assert status == 503
    assert results == {
        "database": "the database does not answer",
        "broker": "ok",
        "migrations": "not known without the database",
    }
    connection.close()


@pytest.mark.django_db
def test_readyz_says_when_the_broker_does_not_answer(client, tmp_path, monkeypatch):
    file = tmp_path / "file"
    file.write_text("no folder")
    monkeypatch.setitem(app.conf.broker_transport_options, "folder", str(file / "broker"))
    status, results = checks(client)
    assert (status, results["broker"]) == (503, "the broker does not answer")


def test_metrics_is_no_page_without_a_token_set(client):
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.django_db
@override_settings(PORTICO_METRICS_TOKEN="figures")
def test_metrics_needs_its_token_and_counts_requests_by_route(client):
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    client.get("/healthz")
    text = client.get("/metrics", headers={"Authorization": "Bearer figures"}).content.decode()
    assert 'portico_requests_total{method="GET",route="healthz",status="200"}' in text
    assert 'portico_request_seconds_bucket{le="0.005",method="GET",route="healthz"}' in text
    assert "portico_database_up 1.0" in text
    assert "portico_watch_live 0.0" in text
    assert "portico_build_info{version=" in text


@pytest.mark.django_db
def test_an_unknown_address_is_counted_without_being_named(client):
    client.get("/no-such-page-anywhere")
    with override_settings(PORTICO_METRICS_TOKEN="figures"):
        text = client.get("/metrics", headers={"Authorization": "Bearer figures"}).content.decode()
    assert 'route="unmatched"' in text
    assert "no-such-page" not in text
