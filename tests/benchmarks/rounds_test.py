"""What benchmarks/ makes of runs, peers and files that are not well. Usage: rounds_test.py SOURCE"""
import contextlib
import io
import json
import pathlib
import sys
import tempfile

SOURCE = pathlib.Path(sys.argv[1]).resolve()
sys.path[:0] = [str(SOURCE / "benchmarks")]
try:
    import h5py  # noqa: F401
    import numpy  # noqa: F401
    import torch  # noqa: F401
except ImportError:
    print("SKIPPED: no torch, h5py or numpy in", sys.executable)
    sys.exit(77)
import compare  # noqa: E402
import ours  # noqa: E402
import processes  # noqa: E402
import tables  # noqa: E402

SERVES = """import sys
print('{"ready": true, "runs": 2}', flush=True)
for line in sys.stdin:
    if sys.argv[1] == "ends": break
    print('{"steps_per_second": 3.0, "steps": 6, "peak_rss_mb": 1.0}', flush=True)
    if sys.argv[1] == "once": break
"""


def fault_of(act):
    try:
        act()
    except (RuntimeError, SystemExit) as error:
        return str(error)
    raise AssertionError("nothing was thrown")


def events(*words):
    return "\n".join(json.dumps({"event": kind, "id": name, "note": "left a pack of 2: why"}) for kind, name in words)


def runs_at_once_are_counted_unless_one_begins_again(_):
    assert ours.most_at_once(events(("started", "a"), ("started", "b"), ("ended", "a"), ("started", "c"), ("ended", "b"))) == 2
    assert "left a pack of 2: why" in fault_of(lambda: ours.most_at_once(events(("started", "a"), ("started", "b"), ("started", "a"))))


def a_peer_that_has_ended_is_a_fault_of_its_own(folder):
    script = folder / "peer.py"
    script.write_text(SERVES)
    for how, answers in (("ends", 0), ("once", 1)):
        group = processes.Group(sys.executable, script, [how])
        for _ in range(answers):
            assert group.measure(0.1)["steps_per_second"] == 3
        group.processes[0].wait() if answers else None
        assert "peer.py ended with 0" in fault_of(lambda group=group: group.measure(0.1)), how


def a_sweep_that_hangs_is_killed(_):
    assert "had not ended after 0.2 s" in fault_of(lambda: processes.run_watched(["sleep", "60"], 0.2))
    assert processes.run_watched(["echo", "done"], 60)[0] == "done\n"


def rate(value):
    return {"steps_per_second": value, "steps": 6, "processes": [1], "peak_rss_mb": 1.0, "gflop_per_second": 100.0, "runs": 2, "at_once": 2,
            "wall_steps_per_second": value}


def result(gpu="one card"):
    ready = {"variant": "vmap", "trials": {}, "ready": [{"runs": 2, "start_up_s": 1.0, "compile_s": 2.0}]}
    whole, half = [{name: rate(value) for name, value in of.items()} for of in ({"peak": 1, "ours": 4, "graph": 2, "jax": 1},
                                                                               {"peak": 1, "ours": 6, "graph": 2})]
    cell = {"workload": "W2", "enforcer": "clip", "rounds": [whole, half],
            "peers": {"graph": ready, "jax": ready | {"failed": "jax_scan.py ended with 1"}, "expert": {"failed": "it says why"}}}
    return {"machine": {"gpu": gpu, "cpu": "a cpu", "cores": 2, "date": "2026-11-28"}, "cells": [cell], "left_out": ["W5 clip: the time was up"],
            "options": {"pairs": 7}}


def a_peer_that_fails_keeps_the_rounds_it_has(_):
    page = tables.markdown(result())
    assert "| W2 | clip | 2.5 (2.25..2.75) | 4 (4..4) | not measured |" in page, page
    assert "interleaved rounds: 2." in page, page
    for reason in ("W2 clip, jax: jax_scan.py ended with 1", "W2 clip, expert: it says why", "W5 clip: the time was up"):
        assert f"\n- {reason}" in page, page


def what_is_late_is_no_failure_what_stops_is(_):
    late = {"failed": "jax_scan.py gave no answer in 90 s: compiling"}
    measured = result()
    measured["cells"][0]["peers"] = {"jax": late, "jax_x3": {"failed": "JAX with CUDA not installed"}}
    assert not compare.failures(measured)
    measured["cells"][0]["peers"]["jax"] = late | {"ready": []}
    assert compare.failures(measured) == [late["failed"]]


def machines_are_not_mixed(folder):
    for name, gpu in (("one", "one card"), ("same", "one card"), ("other", "another")):
        (folder / name).write_text(json.dumps(result(gpu)))
    assert len(tables.merged([folder / "one", folder / "same"])["cells"]) == 2
    assert "another" in fault_of(lambda: tables.merged([folder / "one", folder / "other"]))


CHECKS = (runs_at_once_are_counted_unless_one_begins_again, a_peer_that_has_ended_is_a_fault_of_its_own, a_sweep_that_hangs_is_killed,
          a_peer_that_fails_keeps_the_rounds_it_has, what_is_late_is_no_failure_what_stops_is, machines_are_not_mixed)


def main():
    for check in CHECKS:
        with tempfile.TemporaryDirectory(prefix="monge-rounds-") as name, contextlib.redirect_stderr(io.StringIO()):
            check(pathlib.Path(name))
    print(f"{len(CHECKS)} checks")


main()
