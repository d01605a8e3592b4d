"""What the measurements share: where they run, their sizes, the clock and the rows."""
import gc
import json
import pathlib
import sys
from types import SimpleNamespace

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "peers"))
import torch  # noqa: E402
from torch_device import Captured, place, seconds_of  # noqa: E402

DRY = {"W1": "W2", "W4": "tiny", "W5": "tiny"}  # workloads that a dry run puts in the place of others


class Bench:
    def __init__(self, device, seconds, dry, json_file):
        self.name, self.device, self.seconds, self.dry, self.json_file = device, place(device), seconds, dry, json_file
        self.part, self.failed = "", False

    def workloads(self, *names):
        return list(dict.fromkeys(DRY.get(name, name) for name in names)) if self.dry else list(names)

    def sizes(self, *sizes):
        return sizes[:2] if self.dry else sizes

    def options(self, workload, enforcer="gradient_penalty", runs=1, mode="eager"):
        """A peer's, as its command line would give them."""
        return SimpleNamespace(workload=workload, enforcer=enforcer, runs=runs, mode=mode, device=self.name, threads=1, serve=True,
                               check=None)

    def replay(self, step):
        return Captured(step, self.device).replay

    def row(self, what, ways):
        """What a call takes each way, and how many times as fast as the first way that is.

        `ways`: name -> what prepares and returns the call. A way whose name is a number is a call for so many runs: then the
        time is that of one. A way that fails, for want of memory for instance, says so, and the next is measured all the same.
        """
        found, base = {}, None
        print(f"{self.part:13} {what}:", end="", flush=True)
        for way, prepare in ways.items():
            try:
                found[way] = self.time(prepare()) / (way if isinstance(way, int) else 1)
                base = base or found[way]
                faster = f" (x{base / found[way]:.2f})" if len(found) > 1 else ""
                print(f"{',' * (len(found) > 1)} {way} {1e3 * found[way]:.4g} ms{faster}", end="", flush=True)
            except Exception as error:  # noqa: BLE001
                if self.dry:
                    raise
                found[way] = (str(error).strip().splitlines() or [type(error).__name__])[0][:100]
                print(f"{',' * (len(found) > 1)} {way} failed: {found[way]}", end="", flush=True)
            self.clear()
        self.failed = self.failed or base is None
        print(flush=True)
        if self.json_file:
            with open(self.json_file, "a") as file:
                file.write(json.dumps({"part": self.part, "what": what, "seconds": found}) + "\n")

    def time(self, call):
        """Seconds of one call, after one that is not timed."""
        if not self.dry:
            call()
        return seconds_of(call, self.device, self.seconds)

    def clear(self):
        gc.collect()
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
