"""Time and memory of `garim detect` for each file, on core 0: one process that opens, reads and tells, as a worker does.

usage: measure.py PROGRAM ROUNDS FILE…
Printed are the median over the rounds of the time that passed and of the CPU time (user and system), and the most resident
memory, each with what a program costs that has next to nothing to read.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

AIMS = {"list.xlsx": 150, "people.xlsx": 150, "report.hwp": 150, "pages.pdf": 1500, "hundred.zip": 1000}


def once(program, file):
    start = time.monotonic()
    child = subprocess.Popen(["taskset", "-c", "0", program, "detect", "--json", str(file)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    lines = child.stdout.read().count(b"\n")
    _, status, used = os.wait4(child.pid, 0)
    passed = time.monotonic() - start
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit(f"{file}: garim ended with {status}")
    return passed * 1000, (used.ru_utime + used.ru_stime) * 1000, used.ru_maxrss / 1024, lines


def main():
    program, rounds, files = sys.argv[1], int(sys.argv[2]), [pathlib.Path(name) for name in sys.argv[3:]]
    with tempfile.NamedTemporaryFile(suffix=".txt") as nothing:
        nothing.write("가림\n".encode())
        nothing.flush()
        print("| file | bytes | findings | ms | ms CPU | MB | aim, ms |\n| --- | --- | --- | --- | --- | --- | --- |")
        for file in [pathlib.Path(nothing.name), *files]:
            all_rounds = [once(program, file) for _ in range(rounds)]
            passed, cpu, memory, lines = (statistics.median(values) for values in zip(*all_rounds))
            name = "(nothing)" if file.name == pathlib.Path(nothing.name).name else file.name
            print(f"| {name} | {file.stat().st_size} | {lines:.0f} | {passed:.0f} | {cpu:.0f} | {memory:.0f} | {AIMS.get(name, '')} |")


main()
