"""CPU time per request and latency of garim and of nginx, in turns: round by round, workload by workload.

usage: measure.py WORK ROUNDS SECONDS WORKLOAD,…
Machines are shared and noisy, so what counts is the ratio within a round; the median of the rounds is printed.
"""

import os
import pathlib
import re
import statistics
import subprocess
import sys
import urllib.request
import ssl

# "anew" is garim that remembers no answer, and so reads each as if it had never come before.
PEERS = {"nginx": 18543, "garim": 18544, "anew": 18545}
PATHS = {"a": "/a.json", "b": "/b.html", "c": "/c.html", "d": "/d.html", "form": "/sink"}
TITLES = {"a": "JSON of 1.7 KB", "b": "page of 60 KB, nothing to find", "c": "page of 60 KB with 40 numbers, masked", "d": "page of 60 KB, the office's address found and recorded", "form": "post of 4 KB"}
TICKS = os.sysconf("SC_CLK_TCK")
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


def main():
    work, rounds, seconds = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    workloads = sys.argv[4].split(",")
    masks_are_there()
    cpu = {(name, peer): [] for name in workloads for peer in PEERS}
    for turn in range(rounds):
        for name in workloads:
            # The one that goes first changes, so that neither always meets the warmer caches.
            for peer in sorted(PEERS, reverse=bool(turn % 2)):
                cpu[name, peer].append(load(work, name, peer, seconds, connections=32)[0])
            one, anew, other = (cpu[name, peer][-1] for peer in ("garim", "anew", "nginx"))
            print(f"round {turn + 1} {name:5} nginx {other:.4f} ms CPU a request, garim {one:.4f}: {one / other:.2f} times; read anew {anew:.4f}: {anew / other:.2f} times", flush=True)
    print("\n| workload | nginx, ms CPU | read anew, ms CPU | to nginx, median (least, most) | garim, ms CPU | to nginx |\n| --- | --- | --- | --- | --- | --- |")
    for name in workloads:
        row = [f"{statistics.median(cpu[name, 'nginx']):.3f}"]
        for peer in ("anew", "garim"):
            ratios = [one / other for one, other in zip(cpu[name, peer], cpu[name, "nginx"])]
            row += [f"{statistics.median(cpu[name, peer]):.3f}", f"{statistics.median(ratios):.2f} ({min(ratios):.2f}, {max(ratios):.2f})"]
        print(f"| {TITLES[name]} | {' | '.join(row)} |")
    if "b" in workloads:
        latency = {peer: statistics.median(load(work, "b", peer, seconds, connections=1)[1] for _ in range(3)) for peer in PEERS}
        shown = ", ".join(f"{peer} {time:.2f} ms" for peer, time in latency.items())
        print(f"\nOne connection, page of 60 KB, median: {shown}")


def masks_are_there():
    """A proxy that does nothing is quick: first see that garim masks, also the second time, and nginx does not."""
    trust = ssl._create_unverified_context()  # noqa: S323: a certificate of this run, on loopback
    for peer, port in [*PEERS.items()] * 2:
        with urllib.request.urlopen(f"https://127.0.0.1:{port}/c.html", context=trust, timeout=10) as answer:
            shown = len(re.findall(rb"\d{6}-[12]\d{6}", answer.read()))
        if shown != (20 if peer == "nginx" else 0):
            raise SystemExit(f"{peer} shows {shown} resident numbers")


def load(work, name, peer, seconds, connections):
    """Milliseconds of CPU time per request, and the median latency in milliseconds."""
    command = ["taskset", "-c", "1", "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "10s"]
    environment = dict(os.environ)
    if name == "form":
        command += ["-s", str(pathlib.Path(__file__).with_name("post.lua"))]
        environment |= {"BODY": str(work / "bodies" / name), "CONTENT_TYPE": "application/x-www-form-urlencoded"}
    command.append(f"https://127.0.0.1:{PEERS[peer]}{PATHS[name]}")
    processes = family(int((work / f"{peer}.pid").read_text()))
    before = cpu_time(processes)
    said = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=seconds + 30, check=True).stdout
    spent = cpu_time(processes) - before
    if "Non-2xx" in said or "Socket errors" in said:
        raise SystemExit(f"{peer}, {name}: not every request was answered well:\n{said}")
    requests = int(re.search(r"(\d+) requests in", said)[1])
    value, unit = re.search(r"50%\s+([\d.]+)(us|ms|s)", said).groups()
    return spent * 1000 / requests, float(value) * UNITS[unit]


def family(root):
    """A process and its children: nginx's work is done by one."""
    members = [root]
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                if int(fields(entry)[1]) == root:
                    members.append(int(entry))
            except OSError:
                pass
    return members


def fields(process):
    with open(f"/proc/{process}/stat", encoding="ascii", errors="replace") as stat:
        return stat.read().rsplit(")", 1)[1].split()


def cpu_time(processes):
    return sum(int(fields(process)[11]) + int(fields(process)[12]) for process in processes) / TICKS


main()
