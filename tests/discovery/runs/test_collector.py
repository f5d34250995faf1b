import gc

import pytest

from discovery.runs.collector import collecting_seldom


def test_looks_for_garbage_as_often_as_before_afterwards():
    before = gc.get_threshold()
    with pytest.raises(KeyError), collecting_seldom():
        assert gc.get_threshold() > before
        raise KeyError

    assert gc.get_threshold() == before
