"""The most memory that garim takes for a text of 1 GB, up and down, all of it inspected.

usage: memory.py WORK
"""

import pathlib
import subprocess
import sys

LINE = "민원봉사과 도로 파손 신고합니다. 담당자는 2026년 3월 2일까지 처리 결과를 통보하여야 한다. 문서번호 총무과-1587\n".encode()
SIZE = 1_000_000_000
SITE = "https://127.0.0.1:18544"


def main():
    work = pathlib.Path(sys.argv[1])
    process = int((work / "garim.pid").read_text())
    big = work / "www" / "big.txt"
    with big.open("wb") as file:
        piece = LINE * (8_000_000 // len(LINE))
        for _ in range(SIZE // len(piece)):
            file.write(piece)
    length = big.stat().st_size
    curl = ["curl", "--silent", "--show-error", "--fail", "--insecure", "--http1.1", "--max-time", "600"]
    print(f"\nResident memory of garim before: {peak(process) / 1000:.1f} MB at most")
    measure(process, "a download of 1 GB", [*curl, "--output", "/dev/null", "--write-out", "%{size_download}", f"{SITE}/big.txt"], length)
    up = [*curl, "--output", "/dev/null", "--write-out", "%{size_upload}", "--header", "Expect:", f"{SITE}/sink"]
    measure(process, "a post of 1 GB of text", [*up, "--header", "Content-Type: text/plain", "--upload-file", str(big),
                                                        "--request", "POST"], length)
    measure(process, "an attachment of 1 GB", [*up, "--form", f"file=@{big};type=text/plain"], length)


def measure(process, what, command, least):
    pathlib.Path(f"/proc/{process}/clear_refs").write_text("5")
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    if said.returncode != 0 or int(said.stdout) < least:
        raise SystemExit(f"{what} failed: {said.stdout} {said.stderr}")
    print(f"Resident memory of garim during {what}: {peak(process) / 1000:.1f} MB at most", flush=True)


def peak(process):
    """The highest resident set since it was last reset, in kB."""
    status = pathlib.Path(f"/proc/{process}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


main()
