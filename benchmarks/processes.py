"""Peers as processes that wait between rounds, and what memory a tree of processes holds."""
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import threading

PEERS = pathlib.Path(__file__).parent / "peers"


class Group:
    """One peer: a process that serves, or one pinned to each core; measured together, their rates summed.

    What does not answer in `patience` seconds beyond those it was asked for is killed: RuntimeError.
    """

    def __init__(self, python, script, arguments, cores=(), log=None, patience=600):
        self.processes, self.patience = [], patience
        for core in cores or (None,):
            pinned = ["--core", str(core)] if core is not None else []
            self.processes.append(subprocess.Popen([str(python), str(script), *arguments, "--serve", *pinned], text=True,
                                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log or subprocess.DEVNULL))
        self.ready = [self._read(process) for process in self.processes]

    def _read(self, process, seconds=0):
        late = threading.Timer(self.patience + seconds, process.kill)
        late.start()
        line = process.stdout.readline()
        late.cancel()
        if not line:
            self.close()
            status = process.wait()
            why = f"gave no answer in {self.patience + seconds:g} s" if status == -signal.SIGKILL else f"ended with {status}"
            raise RuntimeError(f"{pathlib.Path(process.args[1]).name} {why}")
        return json.loads(line)

    def ask(self, seconds):
        """The answer of each process, all asked at once."""
        for process in self.processes:
            with contextlib.suppress(BrokenPipeError):  # one that has ended gives no answer
                process.stdin.write(f"{seconds}\n")
                process.stdin.flush()
        return [self._read(process, seconds) for process in self.processes]

    def measure(self, seconds):
        answers = self.ask(seconds)
        return {"steps_per_second": sum(a["steps_per_second"] for a in answers), "steps": sum(a["steps"] for a in answers),
                "peak_rss_mb": sum(a["peak_rss_mb"] for a in answers), "processes": answers}

    def close(self):
        for process in self.processes:
            with contextlib.suppress(BrokenPipeError):
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


def run_watched(command, patience=None):
    """Runs to the end; what it printed, and the largest sum of its processes' memory, in MB. Killed after `patience` seconds."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    peak, done = [0.0], threading.Event()

    def watch():
        while not done.wait(0.2):
            peak[0] = max(peak[0], resident_mb(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        output, errors = process.communicate(timeout=patience)
    except subprocess.TimeoutExpired:
        process.kill()
        output, errors = process.communicate()
        raise RuntimeError(f"{' '.join(command)} had not ended after {patience:g} s: {errors.strip()[-500:]}") from None
    finally:
        done.set()
        watcher.join()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} failed with {process.returncode}: {(errors or output).strip()[-500:]}")
    return output, peak[0]
