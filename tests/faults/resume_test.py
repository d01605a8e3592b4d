"""Ctrl-C, a second Ctrl-C, a killed worker, an edited plugin and a snapshot of other code. Usage: resume_test.py BUILD"""
import os
import pathlib
import shutil
import signal
import subprocess
import time

from sweeps import BUILD, Sweep, gone_within, scratch, wait_for_snapshot, workers_of


def interrupted(root, calm):
    sweep = Sweep(root / "interrupt")
    process = sweep.start()
    wait_for_snapshot(sweep, process)
    workers = workers_of(process.pid)
    process.send_signal(signal.SIGINT)
    text, _ = process.communicate(timeout=60)
    assert process.returncode == 75, f"{process.returncode}\n{text}"
    assert gone_within(workers, 1)
    sweep.run(0)
    print("Ctrl-C, then again:", sweep.equals(calm))


def interrupted_with_its_reader(root, calm):
    """`runner sweep ... 2>&1 | tee log`: Ctrl-C ends tee too, and the runs are saved all the same."""
    sweep = Sweep(root / "reader")
    process = sweep.start()
    reader = subprocess.Popen(["cat"], stdin=process.stdout, stdout=subprocess.DEVNULL)
    process.stdout.close()
    wait_for_snapshot(sweep, process)
    workers = workers_of(process.pid)
    reader.kill()
    reader.wait()
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 75, process.returncode
    assert gone_within(workers, 1)
    sweep.run(0)
    print("Ctrl-C that takes the reader along, then again:", sweep.equals(calm))
    compare = subprocess.Popen([str(BUILD / "runner"), "compare", str(calm.results)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    compare.stdout.close()
    assert (compare.stderr.read(), compare.wait(timeout=60)) == (b"", -signal.SIGPIPE), compare.returncode
    print("a table that nobody reads ends quietly")


def interrupted_twice(root):
    sweep = Sweep(root / "twice")
    process = sweep.start()
    wait_for_snapshot(sweep, process)
    workers = workers_of(process.pid)
    for worker in workers:  # they cannot answer the first one
        subprocess.run(["kill", "-STOP", str(worker)], check=True)
    process.send_signal(signal.SIGINT)
    time.sleep(0.6)
    assert process.poll() is None, "one Ctrl-C must wait for the snapshots"
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=10)
    assert process.returncode == 130, process.returncode
    assert gone_within(workers, 1)
    print("a second Ctrl-C ends at once: exit code 130")


def unheard_deaths(root):
    """A parent that ignored SIGCHLD, as some launchers do, must not make the sweep deaf to how workers end."""
    sweep = Sweep(root / "unheard", "--jobs", "1")
    sweep.command[:0] = ["env", "--ignore-signal=CHLD"]
    process = sweep.start()
    wait_for_snapshot(sweep, process)
    (worker,) = workers_of(process.pid)
    os.kill(worker, signal.SIGKILL)
    text, _ = process.communicate(timeout=60)
    assert process.returncode == 1 and "killed by SIGKILL" in text, f"{process.returncode}\n{text}"
    print("SIGCHLD ignored: a killed worker is said to be killed")


def edited_plugin(root, calm):
    plugins = root / "plugins"
    shutil.copytree(BUILD / "plugins", plugins, ignore=shutil.ignore_patterns("CMakeFiles", "*.cmake"))
    sweep = Sweep(root / "edited", "--plugins", str(plugins))
    sweep.run(0)
    process = Sweep(root / "halfway", "--plugins", str(plugins))
    half = process.start()
    wait_for_snapshot(process, half)
    half.send_signal(signal.SIGINT)
    half.communicate(timeout=60)
    assert half.returncode == 75
    with open(plugins / "loss" / "wasserstein.so", "ab") as library:
        library.write(b"edited")  # bytes behind the sections change the hash and nothing else
    text = sweep.run(0)
    assert "stale" in text and "loss/wasserstein changed" in text, text
    text = process.run(0)
    assert "begins again: loss/wasserstein changed" in text, text
    print("an edited plugin is noticed, its snapshots are not continued")
    sweep.command += ["--redo", "stale"]
    sweep.run(0)
    text = sweep.run(0)
    assert "stale" not in text, text
    print("--redo stale:", sweep.equals(calm))


def fewer_steps(root):
    """A run that was interrupted beyond the steps that are asked for now ends where it is, evaluated as at its end."""
    import h5py
    sweep = Sweep(root / "fewer", "--seeds", "1", "--set", "evaluate.final_samples=256", "--set", "train.generator_steps=100000")
    process = sweep.start()
    wait_for_snapshot(sweep, process)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 75, process.returncode
    sweep.command[-1] = "train.generator_steps=1"
    text = sweep.run(0)
    assert "of more generator steps than are asked for" in text, text
    for file in sweep.results.glob("runs/*/run.h5"):
        with h5py.File(file) as run:
            assert run.attrs["status"] in ("done", b"done"), run.attrs["status"]
            assert run["eval/eval_step"][-1] == run.attrs["step"] and run["eval/modes_final"][-1] >= 0, run["eval/eval_step"][:]
    print("fewer steps than a run has: it ends where it is, evaluated")


def one_definition_each(root):
    """Runs that do not say the same of a value are no sweep.h5; what has been trained is told of all the same."""
    import h5py
    sweep = Sweep(root / "unlike_values", "--seeds", "1")
    sweep.run(0)
    with h5py.File(next(sweep.results.glob("runs/*/run.h5")), "r+") as run:
        run["eval/modes"].attrs["samples"] = 7
    text = sweep.run(7)
    assert "2 as before" in text and "sweep.h5 is left as it was" in text and "--redo stale" in text, text
    print("runs of unlike definitions: said at the end, with the rest")


def foreign_snapshot(root, calm):
    """A state.h5 that was copied from another seed's run is not gone on from."""
    short = ["--set", "train.generator_steps=120"]
    mixed = Sweep(root / "mixed", *short)
    mixed.run(0)
    states = sorted(mixed.results.glob("runs/*/state.h5"))
    shutil.copy(states[0], states[1])
    shutil.copy(states[2], states[3])
    mixed.command = [word for word in mixed.command if word not in short]
    text = mixed.run(0)
    assert text.count("not of the one whose folder it lies in") >= 2, text
    print("another run's snapshot:", mixed.equals(calm))


def unlike_pair(root, calm):
    """A run.h5 that does not reach its state.h5 is of another attempt: rows would be lost without a word."""
    import h5py
    sweep = Sweep(root / "unlike")
    process = sweep.start()
    wait_for_snapshot(sweep, process)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    for state in sweep.results.glob("runs/*/state.h5"):
        with h5py.File(state.with_name("run.h5"), "r+") as run:
            run.attrs["step"] = run.attrs["step"] - 1
    text = sweep.run(0)
    assert "of two different attempts" in text, text
    print("an unlike pair of files begins again:", sweep.equals(calm))


def damaged_rows(root, calm):
    """A run.h5 with a turned byte is trained again, from its beginning, and kept: its owner may read more of it than we do."""
    sweep = Sweep(root / "damaged")
    sweep.run(0)
    files = sorted(sweep.results.glob("runs/*/run.h5"))[:2]
    files[1].with_name("state.h5").unlink()
    spoilt = []
    for file in files:
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
        spoilt.append(bytes(content))
    text = sweep.run(0)
    assert text.count("it is kept as run.unreadable.h5") >= 2, text
    assert [file.with_name("run.unreadable.h5").read_bytes() for file in files] == spoilt
    print("damaged rows are kept aside and trained again:", sweep.equals(calm))


def state_alone(root, calm):
    """A run without snapshots writes state.h5, then run.h5: cut off between the two, it is a new run."""
    sweep = Sweep(root / "alone", snapshots="1000")
    sweep.run(0)
    for run in sweep.results.glob("runs/*/run.h5"):
        run.unlink()
    text = sweep.run(0)
    assert "begins again" not in text, text
    print("state.h5 alone:", sweep.equals(calm))


def raised_steps(root):
    """Steps raised after the end: the arrays of a sweep that had them from the first."""
    straight = Sweep(root / "straight", "--set", "train.generator_steps=310")
    straight.run(0)
    raised = Sweep(root / "raised", "--set", "train.generator_steps=135")
    raised.run(0)
    raised.command[-1] = "train.generator_steps=310"
    raised.run(0)
    print("steps raised:", raised.equals(straight))


def main():
    with scratch() as folder:
        root = pathlib.Path(folder)
        calm = Sweep(root / "calm")
        calm.run(0)
        text = calm.run(0)
        assert "nothing to do" in text or "0 runs to do" in text or "4 done" in text, text
        interrupted(root, calm)
        interrupted_with_its_reader(root, calm)
        interrupted_twice(root)
        unheard_deaths(root)
        edited_plugin(root, calm)
        foreign_snapshot(root, calm)
        unlike_pair(root, calm)
        damaged_rows(root, calm)
        state_alone(root, calm)
        raised_steps(root)
        fewer_steps(root)
        one_definition_each(root)


main()
