"""Peers as processes that wait between rounds, and what memory a tree of processes holds."""
import json
import os
import pathlib
import subprocess
import threading

PEERS = pathlib.Path(__file__).parent / "peers"


class Group:
    """One peer: a process that serves, or one pinned to each core; measured together, their rates summed."""

    def __init__(self, python, script, arguments, cores=(), log=None):
        self.processes = []
        for core in cores or (None,):
            pinned = ["--core", str(core)] if core is not None else []
            self.processes.append(subprocess.Popen([str(python), str(script), *arguments, "--serve", *pinned], text=True,
                                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log or subprocess.DEVNULL))
        self.ready = [self._read(process) for process in self.processes]

    @staticmethod
    def _read(process):
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"{' '.join(process.args)} ended with {process.wait()}")
        return json.loads(line)

    def ask(self, seconds):
        """The answer of each process, all asked at once."""
        for process in self.processes:
            process.stdin.write(f"{seconds}\n")
            process.stdin.flush()
        return [self._read(process) for process in self.processes]

    def measure(self, seconds):
        answers = self.ask(seconds)
        return {"steps_per_second": sum(a["steps_per_second"] for a in answers), "steps": sum(a["steps"] for a in answers),
                "peak_rss_mb": sum(a["peak_rss_mb"] for a in answers), "processes": answers}

    def close(self):
        for process in self.processes:
            process.stdin.close()
            process.wait()


def resident_mb(root):
    """Resident memory of `root` and its descendants, now; pages that they share count for each."""
    total, waiting = 0, [root]
    while waiting:
        folder = pathlib.Path(f"/proc/{waiting.pop()}")
        try:
            total += int((folder / "statm").read_text().split()[1])
            for children in folder.glob("task/*/children"):
                waiting += children.read_text().split()
        except OSError:
            pass  # it has ended
    return total * os.sysconf("SC_PAGE_SIZE") / 2**20


def run_watched(command):
    """Runs to the end; the largest sum of its processes' memory, in MB."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    peak, done = [0.0], threading.Event()

    def watch():
        while not done.wait(0.2):
            peak[0] = max(peak[0], resident_mb(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    _, errors = process.communicate()
    done.set()
    watcher.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed with {process.returncode}:\n{errors}")
    return peak[0]
