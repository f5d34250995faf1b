"""The same tests on a cluster that somebody names: here the demo's API server as a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from demo.cluster.control import tell
from tests.demo.processes import ROOT, running
from tests.live.conftest import KUBECONFIG


@pytest.mark.skipif(bool(KUBECONFIG), reason="these tests already run on a cluster that somebody names")
def test_they_pass_on_the_cluster_of_a_kubeconfig_and_leave_nothing_in_it(tmp_path: Path):
    control, admin = tmp_path / "control", tmp_path / "admin"
    command = [sys.executable, "-m", "demo.cluster", "--port", "0", "--kubeconfig", str(tmp_path / "reader")]
    command += ["--control", str(control), "--admin-kubeconfig", str(admin)]
    with running(command, control):
        before = tell(control, do="requests")
        again = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/live"]
        environment = os.environ | {"PORTICO_TEST_KUBECONFIG": str(admin)}
        done = subprocess.run(again, check=False, cwd=ROOT, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout
        assert " passed" in done.stdout
        assert "1 skipped" in done.stdout
        assert tell(control, do="requests") - before > 100
        assert tell(control, do="names", kind="Namespace") == [
            "default",
            "kube-node-lease",
            "kube-public",
            "kube-system",
        ]
        for kind in ("ClusterRole", "ClusterRoleBinding", "Role", "ServiceAccount"):
            assert tell(control, do="names", kind=kind) == []
