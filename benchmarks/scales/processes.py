"""A command watched from outside: its wall time and, read from /proc while it runs, what it and its children hold."""
import pathlib
import re
import subprocess
import tempfile
import threading
import time

PAUSE = 0.01      # seconds between two looks at the peaks that the kernel keeps anyway
PSS_PAUSE = 0.05  # between two looks at what all processes hold together


def kilobytes(pid, file, *names):
    """The named lines of /proc/PID/file in bytes; {} when the process has ended."""
    try:
        text = pathlib.Path(f"/proc/{pid}/{file}").read_text()
    except OSError:
        return {}
    found = dict(re.findall(r"^(\w+):\s+(\d+) kB", text, re.M))
    return {name: 1024 * int(found[name]) for name in names if name in found}


def memory(pid):
    """Resident bytes, and its share of them: pages that n processes use count 1/n in Pss."""
    found = kilobytes(pid, "smaps_rollup", "Rss", "Pss")
    return {"rss": found["Rss"], "pss": found["Pss"]}


def children(pid):
    try:
        return [int(word) for word in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def role(pid):
    """"serve" or "describe", or "" before the child has become runner-worker."""
    try:
        words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return ""
    return words[1].decode() if words[0].endswith(b"runner-worker") else ""


class Watch:
    """Peaks of a runner and of its children, by role."""

    def __init__(self, pid):
        self.peak = {}  # {"parent" | "serve" | "describe": bytes of one process}
        self.sum = 0    # of Pss over all of them at one time
        self.next_sum = 0

    def look(self, pid):
        family = {pid: "parent"} | {child: role(child) for child in children(pid)}
        for process, name in family.items():
            held = kilobytes(process, "status", "VmHWM").get("VmHWM", 0)
            if name:
                self.peak[name] = max(self.peak.get(name, 0), held)
        if time.perf_counter() >= self.next_sum:
            shares = [kilobytes(process, "smaps_rollup", "Pss").get("Pss", 0) for process in family]
            self.sum = max(self.sum, sum(shares))
            self.next_sum = time.perf_counter() + PSS_PAUSE


def watched(command):
    """Runs it to its end: {"seconds", "parent_bytes", "worker_bytes", "sum_bytes"} and its standard output, line by line
    with the seconds since the start."""
    lines = []
    with tempfile.TemporaryFile("w+") as errors:
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
        reader = threading.Thread(target=lambda: lines.extend((time.perf_counter() - begin, line) for line in process.stdout))
        reader.start()
        watch = Watch(process.pid)
        while process.poll() is None:
            watch.look(process.pid)
            time.sleep(PAUSE)
        seconds = time.perf_counter() - begin
        reader.join()
        if process.returncode != 0:
            errors.seek(0)
            raise SystemExit(f"{' '.join(map(str, command))}\nexit code {process.returncode}\n{errors.read()}")
    return {"seconds": seconds, "parent_bytes": watch.peak.get("parent", 0), "worker_bytes": watch.peak.get("serve", 0),
            "sum_bytes": watch.sum}, lines
