"""What following a large cluster costs: ``python -m bench.clusters`` measures this part of ``make bench``.

It starts all it needs: a portal with its embedded PostgreSQL, and the large cluster of `demo/cluster` in a process of
its own. Runs go through ``manage.py run_source``; the floors are ``bench.cluster_floor``'s, each right beside the run
it is compared with.
"""

import argparse
import json
import os
import tempfile
from pathlib import Path

from bench.cluster_process import ClusterProcess, large_cluster
from bench.cluster_report import Figures, First, Pair, Watched, aims, section
from bench.live import Latency
from bench.measuring import say
from bench.portico import ROOT, Portico, running
from bench.processes import Spent
from bench.rewriting import rewritten
from bench.runs import add_source, run_of, touched_rows

#: One of them is the API server's own.
SERVICES = 10_001
TIMES = 3
ENVIRONMENT = "production"
# Only for the environment.
APIS = 10


def measure(times: int = TIMES) -> Figures:
    """All figures of this part, in a portal and a cluster of their own; ``times`` sources look at it."""
    with (
        tempfile.TemporaryDirectory(prefix="portico-bench-cluster-") as folder,
        running(PORTICO_DISCOVERY_WORKERS="0") as portico,
        large_cluster(Path(folder)) as cluster,
    ):
        say("10,000 services in a cluster: preparing")
        portico.command("-m", "bench.generate", "--apis", str(APIS))
        sources = [f"cluster-{number}" for number in range(times)]
        first = [_first_run(portico, cluster, source) for source in sources]
        before = touched_rows(portico)
        unchanged = [_unchanged_run(portico, cluster, source) for source in sources]
        written = touched_rows(portico) - before
        return Figures(first, unchanged, written, *_live(portico, cluster, sources[0]))


def _live(portico: Portico, cluster: ClusterProcess, source: str) -> tuple[Latency, Watched]:
    """Only this source is watched; afterwards a run must find nothing that the watch had not."""
    say("changes in a cluster that is watched")
    portico.sql(f"update discovery_source set is_watched = true where name = '{source}' returning id")
    before = portico.processor_ms("watch")
    latency = Latency(**json.loads(portico.command("-m", "bench.live", str(cluster.control), source)))
    watched = Watched(portico.processor_ms("watch") - before, portico.peak_bytes("watch"))
    run_of(portico, source, {"new": 0, "changed": 0, "missing": 0})
    return latency, watched


def _first_run(portico: Portico, cluster: ClusterProcess, source: str) -> First:
    add_source(portico, source, ENVIRONMENT, "--kind", "kubernetes", "--kubeconfig", str(cluster.kubeconfig))
    # Followed from the first run on, it would cost while runs are measured.
    portico.sql("update discovery_source set is_watched = false returning id")
    portico.vacuum()
    bare, floor = _floor(portico, "rows", cluster, source), _floor(portico, "indexed", cluster, source)
    return First(floor, run_of(portico, source, {"observed": SERVICES, "new": SERVICES}), bare)


def _unchanged_run(portico: Portico, cluster: ClusterProcess, source: str) -> Pair:
    portico.vacuum()
    floor = _floor(portico, "known", cluster, source)
    return Pair(floor, run_of(portico, source, {"observed": SERVICES, "unchanged": SERVICES}))


def _floor(portico: Portico, mode: str, cluster: ClusterProcess, source: str) -> Spent:
    spent = portico.spent_on(("-m", "bench.cluster_floor"), mode, str(cluster.kubeconfig), source)
    if int(spent.output) != SERVICES:
        raise SystemExit(f"The floor counted {spent.output.strip()} services instead of {SERVICES}.")
    return spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "performance.md", help="where figures are put")
    parser.add_argument("--times", type=int, default=TIMES, help="how many sources look at the cluster")
    options = parser.parse_args()
    before = os.getloadavg()[0]
    figures = measure(options.times)
    document = rewritten(options.output.read_text(encoding="utf-8"), aims(figures), section(figures))
    options.output.write_text(document, encoding="utf-8")
    print("\n".join(f"- {line}" for line in aims(figures)), end="\n\n")
    print(section(figures))
    print(f"\nBefore it {before:.1f} processes wanted to run (1 minute average), after it {os.getloadavg()[0]:.1f}.")


if __name__ == "__main__":
    main()
