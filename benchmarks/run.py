"""`python benchmarks/run.py [NAME ...] [--json]`: without a name, lists what can be measured.

Each benchmark is a module of this folder with `measure() -> dict`, run in a process of its own,
beside its ceiling in the same run.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
HELPERS = {"__init__", "run", "scratch", "million", "load", "serving"}


def names() -> dict[str, str]:
    """Name -> what it measures, from the first line of each module."""
    found = {}
    for file in sorted(HERE.glob("*.py")):
        if file.stem not in HELPERS:
            first = file.read_text(encoding="utf-8").split("\n", 1)[0]
            found[file.stem] = first.strip('"')
    return found


def run(name: str) -> object:
    """Measure in a fresh process, so that no benchmark inherits another's settings."""
    code = f"import json; from benchmarks.{name} import measure; print(json.dumps(measure()))"
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, check=True
    )
    return json.loads(done.stdout.decode().strip().splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    known = names()
    unknown = [name for name in chosen.names if name not in known]
    if not chosen.names or unknown:
        for name in unknown:
            print(f"There is no benchmark {name}.", file=sys.stderr)
        print(
            json.dumps(known) if chosen.json else "\n".join(f"{k:12} {v}" for k, v in known.items())
        )
        raise SystemExit(2 if unknown else 0)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    result = {"date": str(date.today()), "machine": machine}
    result |= {"results": {name: run(name) for name in chosen.names}}
    print(json.dumps(result, ensure_ascii=False, indent=None if chosen.json else 1))


if __name__ == "__main__":
    main()
