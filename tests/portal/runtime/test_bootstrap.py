"""The first lines of `make run`, on a Python that lacks something: one line that says what to do."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def bootstrap_after(change: str, folder: Path) -> subprocess.CompletedProcess:
    """The bootstrap in a fresh Python that ``change`` has made poorer."""
    code = (
        f"import runpy, sys; {change}; sys.argv = ['bootstrap.py', {str(folder)!r}, 'runtime'];"
        "runpy.run_path('portal/runtime/bootstrap.py', run_name='__main__')"
    )
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)


def test_it_names_the_package_when_ensurepip_is_missing(tmp_path):
    done = bootstrap_after("sys.modules['ensurepip'] = None", tmp_path / "venv")
    assert done.returncode == 1
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"apt-get install python{version}-venv" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_it_names_the_version_it_needs_when_python_is_too_old(tmp_path):
    done = bootstrap_after("sys.version_info = (3, 10, 4)", tmp_path / "venv")
    assert done.returncode == 1
    assert "Portico needs Python 3.11 or newer" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_it_installs_nothing_twice(tmp_path):
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(sys.executable)
    stamp = f"__import__('pathlib').Path({str(venv)!r}, '.installed-runtime')"
    digest = "__import__('hashlib').sha256(open('requirements.txt', 'rb').read()).hexdigest()"
    done = bootstrap_after(f"{stamp}.write_text({digest})", venv)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
