"""Uses the wiki through garim and without it, and says what worked. Started by `run`."""

import argparse
import pathlib
import sys
import traceback

# The checks in a real browser use what is here.
sys.path.append(str(pathlib.Path(__file__).parents[1] / "browser"))

import board_edits  # noqa: E402
import clean
import edits  # noqa: E402
import findings
import life
import places  # noqa: E402
import wiki_edits  # noqa: E402
from bench import Bench, Skip


def main():
    options = arguments()
    bench = Bench(options)
    checks = clean.CHECKS if options.site_only else clean.CHECKS + findings.CHECKS + board_edits.CHECKS + edits.CHECKS + places.CHECKS + wiki_edits.CHECKS + life.CHECKS
    passed, failed, skipped = 0, 0, 0
    for check in checks:
        for way in bench.ways(check):
            name = check.__doc__.strip().splitlines()[0].rstrip(".") + (f" [{way}]" if way else "")
            try:
                check(bench, way) if way else check(bench)
            except Skip as why:
                skipped += 1
                print(f"SKIPPED {name}: {why}", flush=True)
            except Exception as error:  # noqa: BLE001: whatever it is, the other checks are still to be run
                failed += 1
                print(f"FAILED  {name}: {error or type(error).__name__}", flush=True)
                if not isinstance(error, AssertionError):
                    traceback.print_exc(limit=-3, file=sys.stdout)
            else:
                passed += 1
                print(f"ok      {name}", flush=True)
    if failed:
        bench.show_logs()
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    wrong = failed or not passed or (skipped and not options.allow_skips)
    sys.exit(1 if wrong else 0)


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--host", required=True)
    parser.add_argument("--site-port", type=int, required=True)
    parser.add_argument("--front-port", type=int, required=True)
    parser.add_argument("--operations-port", type=int, required=True)
    parser.add_argument("--demo-port", type=int, required=True)
    parser.add_argument("--demo-board-port", type=int, required=True)
    parser.add_argument("--demo-operations-port", type=int, required=True)
    parser.add_argument("--site-only", action="store_true")
    parser.add_argument("--allow-skips", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
