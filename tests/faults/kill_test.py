"""SIGKILL at seeded moments, then the command again: the arrays of an undisturbed sweep, bit for bit.

Parent, worker, both, and a worker between the renames of run.h5 and state.h5. No worker outlives its parent by a second.
Usage: kill_test.py BUILD [SEED]
"""
import os
import pathlib
import random
import signal
import sys
import time

from sweeps import BUILD, Sweep, gone_within, scratch, workers_of

KILLS = 20


def disturb(sweep, target, chance, length):
    """Starts the sweep, kills `target` at a random moment of the `length` seconds it would take. True when it was at work."""
    process = sweep.start()
    time.sleep(chance.uniform(0.1, 0.9) * length)
    workers = workers_of(process.pid)
    if process.poll() is not None or (target == "worker" and not workers):  # ended, or nobody trains yet or any more
        process.communicate()
        return False
    if target in ("worker", "both") and workers:
        os.kill(chance.choice(workers), signal.SIGKILL)
    if target in ("parent", "both"):
        process.kill()
        process.communicate()
        assert gone_within(workers, 1), f"a worker of {workers} outlived its parent"
    else:
        text, _ = process.communicate(timeout=300)
        assert process.returncode in (0, 1), text  # 1: the run whose worker was killed is reported as crashed
        assert process.returncode == 0 or "SIGKILL" in text, text
    return True


def disturb_rename(sweep, chance):
    """Kills a worker before or after one of its first renames."""
    when = str(chance.randint(1, 6)) + chance.choice(["", "+"])
    process = sweep.start(LD_PRELOAD=str(BUILD / "tests" / "kill_at_rename.so"), MONGE_KILL_AT_RENAME=when)
    text, _ = process.communicate(timeout=300)
    assert process.returncode in (0, 1), text
    return process.returncode == 1


def main():
    chance = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 20)
    with scratch() as folder:
        root = pathlib.Path(folder)
        calm = Sweep(root / "calm", "--jobs", "2", snapshots="1000")
        begin = time.monotonic()
        calm.run(0)
        length = time.monotonic() - begin
        alone = Sweep(root / "alone", "--jobs", "1")
        alone.run(0)
        print("jobs 1 and 2:", alone.equals(calm), flush=True)
        kills, sweeps, sweep = 0, 0, None
        for _ in range(5 * KILLS):
            if kills == KILLS:
                break
            if sweep is None:
                sweeps += 1
                sweep = Sweep(root / f"sweep{sweeps}", "--jobs", str(1 + sweeps % 2))
            target = chance.choice(["parent", "worker", "both", "rename"])
            hit = disturb_rename(sweep, chance) if target == "rename" else disturb(sweep, target, chance, length)
            kills += hit
            if hit:
                print(f"  {kills}: killed {target}", flush=True)
            else:  # it ended before the blow: a new one for the next
                print(f"sweep {sweeps}:", sweep.equals(calm), flush=True)
                sweep = None
        assert kills == KILLS, f"only {kills} kills met a working sweep"
        if sweep is not None:
            sweep.run(0)
            print(f"sweep {sweeps}:", sweep.equals(calm))


main()
