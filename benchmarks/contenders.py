"""The peers: which there are, the command of each, and how one is started for a workload."""
import os
import pathlib
from dataclasses import dataclass, field

from check import NotOurs
from processes import Group
from workloads import WORKLOADS

HERE = pathlib.Path(__file__).resolve().parent
CORES = sorted(os.sched_getaffinity(0))


@dataclass(frozen=True)
class Variant:
    """One way of running a peer. Of several ways the fastest in a trial before the rounds counts."""
    name: str
    script: str
    arguments: list = field(default_factory=list)
    each_core: bool = False  # a process of one thread on every core
    stacked: bool = False    # trains several runs at once
    cpu_only: bool = False


PEERS = {
    "reference": [Variant("two threads", "reference.py")],
    "expert": [Variant("two threads", "expert.py")],
    "processes": [Variant("a process a core", "expert.py", each_core=True)],
    "vmap": [Variant("two threads", "vmap.py", stacked=True)],
    "graph": [Variant("a CUDA graph of the whole step", "vmap.py", ["--mode", "graph"], stacked=True)],
    "graph_one": [Variant("of one run", "vmap.py", ["--mode", "graph"])],
    "jax": [Variant("vmap", "jax_scan.py", ["--mode", "vmap"], stacked=True),
            Variant("one by one", "jax_scan.py", ["--mode", "loop"], cpu_only=True)],
    "jax_x3": [Variant("vmap", "jax_scan.py", ["--mode", "x3"], stacked=True)],  # products as ours: three of TF32
    "jax_processes": [Variant("a process a core", "jax_scan.py", ["--mode", "loop"], each_core=True)],
}
CPU_PEERS = [name for name in PEERS if name not in ("graph", "graph_one", "jax_x3")]
GPU_PEERS = ["reference", "expert", "graph", "graph_one", "jax", "jax_x3"]


def variants(name, options):
    return [variant for variant in PEERS[name] if not (options.gpu and variant.cpu_only)]


def runs_of(workload, options):
    return options.runs or (workload.gpu_runs if options.gpu else workload.runs)


def command(variant, workload, enforcer, options, first_steps):
    """Python and arguments for one process."""
    threads = 1 if variant.each_core or options.dry_run else len(CORES)  # threads that wait for one another on a busy machine take long
    arguments = [workload, enforcer, *variant.arguments, "--device", options.device, "--threads", str(threads),
                 "--check", str(first_steps.dump)]
    if variant.stacked:
        arguments += ["--runs", str(runs_of(WORKLOADS[workload], options))]
    return options.jax if variant.script == "jax_scan.py" else options.torch, HERE / "peers" / variant.script, arguments


def fastest(name, workload, enforcer, options, first_steps, log):
    """The peer's variant that wins a short trial, started; what the trials gave."""
    best, trials, several = None, {}, len(variants(name, options)) > 1
    for variant in variants(name, options):
        group = Group(*command(variant, workload, enforcer, options, first_steps), CORES if variant.each_core else (), log,
                      options.patience)
        try:
            first_step = first_steps.compare(workload, enforcer, f"{name} ({variant.name})", group.ready[0]["first_step"])
        except NotOurs:
            group.close()
            raise
        rate = group.measure(options.seconds / 2)["steps_per_second"] if several else 0.0
        trials[variant.name] = {"steps_per_second": rate, "ready": group.ready, "first_step": first_step}
        if best is None or rate > best[0]:
            if best is not None:
                best[2].close()
            best = (rate, variant, group)
        else:
            group.close()
    return best[1], best[2], trials


def start(name, workload, enforcer, options, first_steps, scratch):
    """The peer as the table has it, and its group; no group where it could not be started."""
    if name.startswith("jax") and options.jax is None:
        return {"failed": options.no_jax}, None
    log = scratch / f"{name}.log"
    try:
        with open(log, "w") as errors:
            variant, group, trials = fastest(name, workload, enforcer, options, first_steps, errors)
    except (RuntimeError, NotOurs) as error:
        return {"failed": reason(error, log)}, None
    return {"variant": variant.name, "trials": trials, "ready": group.ready}, group


def reason(error, log):
    """What became of a peer's process, and the last that it said."""
    lines = [line.strip() for line in log.read_text().splitlines() if line.strip()]
    return f"{error}: {lines[-1][:150]}" if isinstance(error, RuntimeError) and lines else str(error)
