from discovery.connectors.base import Problem
from discovery.connectors.problems import PROBLEMS_AT_MOST, Problems


def test_no_number_of_warnings_hides_an_error():
    problems = Problems()
    for number in range(PROBLEMS_AT_MOST + 10):
        problems.add(Problem("strange", "Strange.", "warning", str(number)))
    problems.add(Problem("broken", "Broken.", "error"))
    first, *others, last = problems
    assert first.code == "broken"
    assert [other.place for other in others] == [str(number) for number in range(PROBLEMS_AT_MOST - 1)]
    assert (last.severity, last.message) == ("warning", "More problems were left out: 11.")


def test_nothing_is_said_of_problems_left_out_when_none_was():
    problems = Problems()
    for _ in range(PROBLEMS_AT_MOST):
        problems.add(Problem("broken", "Broken.", "error"))
    assert {problem.code for problem in problems} == {"broken"}
