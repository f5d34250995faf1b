from datetime import UTC, datetime

from django.template.loader import render_to_string

from common.web.charts import Chart, Series, spark_points

TIMES = [datetime(2026, 11, 22, 14, minute, tzinfo=UTC) for minute in (0, 1, 2)]


def test_it_draws_a_line_from_zero_to_the_largest_value():
    assert spark_points([0, 10, 5]) == "0.0,18.5 44.0,1.5 88.0,10.0"


def test_it_draws_nothing_of_a_single_value_and_a_flat_line_of_zeros():
    assert spark_points([3]) == ""
    assert spark_points([0, 0]) == "0.0,18.5 88.0,18.5"


def test_it_gives_the_same_figures_to_the_script_and_to_those_without_it():
    chart = Chart(
        "requests", "Requests a minute", "requests", TIMES, [Series("</script>", [1, None, 1200])], "In short."
    )

    page = render_to_string("components/chart.html", {"chart": chart})

    assert chart.data["times"][0] == "2026-11-22T14:00:00Z"
    assert chart.rows[0] == (TIMES[2], [1200])
    assert 'aria-label="In short."' in page
    assert "1,200" in page
    assert page.count("</script>") == 1
