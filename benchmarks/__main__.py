"""`make bench`: every figure as a ratio, with what it must be and the command that prints it alone.

`python -m benchmarks league photos` runs those parts only. Ratios compare CPU time within one process and run, or
steps of SQLite's virtual machine, so that another machine gives about the same.
"""

import argparse
import importlib
import time

from benchmarks.line import Line

PARTS = (
    "pages",
    "live",
    "league",
    "publishing",
    "writers",
    "readers",
    "slow_phones",
    "photos",
    "hostile",
    "likeness",
    "start",
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all when none is named")
    chosen = parser.parse_args().parts or PARTS
    missed: list[Line] = []
    for part in chosen:
        begun = time.monotonic()
        lines: list[Line] = importlib.import_module(f"benchmarks.{part}").measure()
        print(f"\n{part}  (python -m benchmarks {part}, {time.monotonic() - begun:.0f} s)")
        for line in lines:
            print(f"  {line}")
        missed += [line for line in lines if not line.holds]
    print(f"\n{len(missed)} of the goals missed" + "".join(f"\n  {line}" for line in missed))


if __name__ == "__main__":
    main()
