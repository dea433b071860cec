"""When something goes wrong: the wrong client, a client that leaves, a site that is down, the end."""

import os
import signal
import socket
import ssl
import subprocess
import time

import people
from bench import holds, same


def strangers_are_not_believed(bench):
    """A client that does not know the authority refuses the certificate: what is tested here is verified TLS."""
    address = f"https://{bench.options.host}:{bench.options.front_port}/doku.php"
    way = f"{bench.options.host}:{bench.options.front_port}:127.0.0.1:{bench.options.front_port}"
    ran = subprocess.run(["curl", "--silent", "--connect-to", way, address], capture_output=True, timeout=30, check=False)
    same(ran.returncode, 60, "curl's exit code")


def a_client_that_leaves_posts_nothing(bench):
    """Of a post whose sender is gone half-way nothing reaches the site."""
    before = bench.requests_at_site()
    trust = ssl.create_default_context(cafile=str(bench.work / "tls" / "ca.pem"))
    with socket.create_connection(("127.0.0.1", bench.options.front_port), timeout=10) as plain:
        with trust.wrap_socket(plain, server_hostname=bench.options.host) as line:
            host = f"{bench.options.host}:{bench.options.front_port}"
            line.sendall(
                f"POST /lib/exe/ajax.php HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1000\r\n"
                "Content-Type: application/x-www-form-urlencoded\r\n\r\ncall=index&idx=half".encode()
            )
            time.sleep(0.5)
    time.sleep(0.5)
    same(bench.requests_at_site(), before, "requests at the site")


def a_site_that_is_down_is_told(bench, way):
    """While the site is down people see a page of garim's; once it is up again, the site's."""
    apache = ["apache2", "-f", str(bench.work / "apache" / "apache.conf"), "-k"]
    pid_file = bench.work / "apache" / "apache.pid"
    subprocess.run([*apache, "stop"], check=True)
    wait(lambda: not pid_file.exists(), "Apache to stop")
    try:
        answer = bench.browser(way).get("/doku.php")
        same(answer.status, 502, "the status")
        holds("text/html" in (answer.get("content-type") or ""), "no page")
    finally:
        subprocess.run([*apache, "start"], check=True)
    wait(lambda: bench.browser("straight").get("/doku.php").status == 200, "Apache to start")
    same(bench.browser(way).get("/doku.php").status, 200, "the status once it is up")


def wait(ready, what):
    for _ in range(100):
        try:
            if ready():
                return
        except ConnectionError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"waited in vain for {what}")


def nothing_is_written_down(bench):
    """No number of these tests stands in anything that garim has written."""
    files = [path for path in (bench.work / "state").rglob("*") if path.is_file()]
    journal = [path for path in files if path.parent.name == "journal"]
    holds(any(path.suffix == ".log" for path in journal), "there is no audit journal")
    told = bench.log() + bench.metrics() + "".join(path.read_text(errors="replace") for path in journal)
    what = ("post", "disguise", "address", "json", "attachment", "page", "form", "file")
    for seed in (f"{one} {way}" for one in what for way in ("1.1", "2")):
        number = people.resident(seed)
        holds(number not in told and number.replace("-", "") not in told, f"the number of '{seed}' is written down")
        holds(number[7:] not in told, f"the end of the number of '{seed}' is written down")
    same([path for path in files if path not in journal], [], "files in the state folder beside the journal")


def it_ends_when_asked(bench):
    """SIGTERM ends it within its time, with exit code 0."""
    pid = int((bench.work / "garim.pid").read_text())
    os.kill(pid, signal.SIGTERM)
    exit_code = bench.work / "garim.exit"
    wait(lambda: exit_code.exists() and exit_code.read_text().strip(), "garim to end")
    same(exit_code.read_text().strip(), "0", "the exit code")


CHECKS = [
    strangers_are_not_believed,
    a_client_that_leaves_posts_nothing,
    a_site_that_is_down_is_told,
    nothing_is_written_down,
    it_ends_when_asked,
]
