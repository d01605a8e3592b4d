"""docs/findings.py: which runs are judged, and how, of small sweeps that nobody trained.

Usage: judged_test.py SOURCE
"""
import contextlib
import csv
import io
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(sys.argv[1]).resolve()
sys.path[:0] = [str(SOURCE / "docs")]
import findings  # noqa: E402,I001: it makes the others found
import architectures  # noqa: E402
import critics  # noqa: E402
import numpy as np  # noqa: E402
import study  # noqa: E402
import sweeps  # noqa: E402
from study import CONFIRMED, REFUTED, UNDECIDED  # noqa: E402

NAN = np.nan
CLIP, PENALTY = "enforcer=clip", "enforcer=gradient_penalty"


def ring(folder, clip, penalty, command=None):
    """A sweep of the ring, given the statuses of each cell's seeds. Who is done has found all modes, the others one."""
    of_cells = ((CLIP, clip, 0.9), (PENALTY, penalty, 0.1))
    runs = [(label, seed, status) for label, all_of, _ in of_cells for seed, status in enumerate(all_of)]
    far = [[2.0, distance if status == "done" else NAN] for _, all_of, distance in of_cells for status in all_of]
    modes = [[1.0, 8.0 if status == "done" else NAN] for _, _, status in runs]
    metrics = {"sliced_wasserstein": far, "modes": modes, "high_quality": modes}
    sweeps.write(folder / "ring", runs, metrics, command or sweeps.command_of("ring"))


def judge(folder, name="ring"):
    """The verdicts, and the section of the page."""
    sweep = study.Sweep(folder / name)
    finding = findings.EXPERIMENTS[name](sweep)
    return [verdict for _, verdict in finding.claims], findings.section(name, "the command", sweep, finding), finding


def written(folder, name):
    """What docs/findings.py says, here called, as a program takes seconds to begin; and the section that it writes."""
    into = folder / "docs"
    (into / "findings").mkdir(parents=True)
    shutil.copy(SOURCE / "docs/findings.md", into)
    said, faults, code = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(faults):
        try:
            findings.main([name, "--results", str(folder), "--into", str(into)])
        except SystemExit as left:
            code = left.code
    assert "Warning" not in faults.getvalue(), faults.getvalue()
    section = (into / "findings.md").read_text().split(f"<!-- {name} -->\n")[1].split("<!-- end -->")[0]
    return subprocess.CompletedProcess(name, code, said.getvalue(), faults.getvalue()), section


def a_complete_sweep_is_judged(folder):
    ring(folder, ["done"] * 3, ["done"] * 3)
    ended, section = written(folder, "ring")
    assert ended.stdout == "ring: confirmed; confirmed\n", ended
    assert "6 runs done" in section and "`build/runner sweep experiments/ring.toml`" in section, section


def what_has_not_ended_is_no_result(folder):
    for status in ("interrupted", "failed", "crashed", "timeout", "killed", "running"):
        ring(folder / status, ["done"] * 3, ["done", "done", status])
        verdicts, section, finding = judge(folder / status)
        assert verdicts == [UNDECIDED, UNDECIDED], verdicts
        assert f"| {PENALTY} | 8 | 8 | 0.1 |" in section, section
        finding.write_csv(folder / "ring.csv")
        assert [row["seeds"] for row in csv.DictReader(open(folder / "ring.csv"))] == ["3", "2"] * 3


def a_sweep_without_results_has_a_section(folder):
    ring(folder, ["interrupted"] * 3, ["missing"] * 3)
    ended, section = written(folder, "ring")
    assert ended.stdout == "ring: undecided at this size; undecided at this size\n", ended
    assert f"| {CLIP} | - | - | - |" in section and "3 runs interrupted, 3 runs missing" in section, section


def a_diverged_run_has_reached_nothing(folder):
    ring(folder / "clip", ["diverged"] * 3, ["done"] * 3)
    assert judge(folder / "clip")[0] == [CONFIRMED, CONFIRMED]
    ring(folder / "penalty", ["done"] * 3, ["diverged"] * 3)
    assert judge(folder / "penalty")[0] == [REFUTED, REFUTED]
    ring(folder / "one", ["done"] * 3, ["done", "done", "diverged"])
    verdicts, section, _ = judge(folder / "one")
    assert verdicts == [UNDECIDED, UNDECIDED], verdicts
    assert f"| {PENALTY} | 8 (-inf..8) | 8 (-inf..8) | 0.1 (0.1..inf) |" in section, section


def numbers_of_a_diverged_run_are_no_measurement(folder):
    """Where a number is measured, not reached, the last one before a run diverged says nothing."""
    ring(folder, ["done", "diverged", "missing"], ["done"] * 3)
    sweep = study.Sweep(folder / "ring")
    assert np.array_equal(sweep.last("modes")[CLIP], [8, NAN, NAN], equal_nan=True)
    assert np.array_equal(sweep.last("modes", of=study.RESULTS)[CLIP], [8, 1, NAN], equal_nan=True)
    assert np.array_equal(sweep.reached("modes")[CLIP], [8, -np.inf, NAN], equal_nan=True)
    assert np.array_equal(sweep.reached("sliced_wasserstein")[CLIP], [0.9, np.inf, NAN], equal_nan=True)
    assert np.array_equal(sweep.series("modes")[CLIP][1], [NAN, NAN], equal_nan=True)
    assert np.array_equal(sweep.curves("modes")[CLIP][1], [1, NAN], equal_nan=True)


def verdicts_need_three_numbers(_):
    low, high = [1, 2, 2], [3, 4, 4]
    assert study.below(low, high) == CONFIRMED and study.below(high, low) == REFUTED
    assert study.all_within(low, 0, 2) == CONFIRMED and study.all_within(high, 0, 2) == REFUTED
    assert study.all_within([1, 1, 3], 0, 2) == study.all_within([1, 1, NAN], 0, 2) == UNDECIDED
    for few in ([], [1.0], [1.0, 1.0]):
        assert study.below(few, high) == study.below([0, 0, 0], few) == UNDECIDED
        assert study.all_within(few, 0, 2) == study.all_within(few, 5, 6) == UNDECIDED, few


def errors_are_of_what_a_distance_can_be(_):
    """Between 2 and 4: an estimate in between may be exact, how far it may be off is counted from the farther end."""
    estimates, low, high = np.array([3.0, 1.0, 5.0]), np.array([2.0] * 3), np.array([4.0] * 3)
    least, greatest = critics.errors(estimates, low, high)
    assert least.tolist() == [0, 0.25, 0.25] and greatest.tolist() == [0.25, 0.75, 0.75]
    near, far = ([0.0] * 3, [0.1] * 3), ([0.2] * 3, [0.3] * 3)
    assert critics.nearer(near, far) == CONFIRMED and critics.nearer(far, near) == REFUTED
    assert critics.nearer(([0.0] * 3, [0.3] * 3), far) == UNDECIDED


def verdicts_of_the_page_are_counted(folder):
    page = folder / "findings.md"
    page.write_text("<!-- verdicts -->\n<!-- end -->\n"
                    "- a: **confirmed**.\n- b (x): **not confirmed**.\n- c: **confirmed**.\n")
    findings.put(page, "verdicts", findings.count(page.read_text()))
    assert "3 claims: 2 confirmed, 1 not confirmed, 0 undecided at this size." in page.read_text(), page.read_text()


def the_sign_test_leaves_ties_out(_):
    def pairs(one, other):
        return architectures.pairs({"a": np.array(one), "b": np.array(other)}, "a", "b")
    lower, higher = [0.1] * 6, [0.2] * 6
    assert pairs(lower, higher) == (6, 6, 0, CONFIRMED)
    assert pairs(lower + [1.0] * 6, higher + [1.0] * 6) == (6, 6, 6, CONFIRMED)
    assert pairs(lower + [np.inf] * 6, higher + [np.inf] * 6) == (6, 6, 6, CONFIRMED)
    assert pairs(higher, lower) == (0, 6, 0, REFUTED)
    assert pairs([1.0] * 9, [1.0] * 9) == (0, 0, 9, UNDECIDED)
    assert pairs([], []) == (0, 0, 0, UNDECIDED)
    assert pairs(lower + [NAN], higher + [0.3]) == (6, 6, 0, UNDECIDED), "a pair without a value"


def random_ones(folder, status_of):
    labels = [f"depth={depth} {method}" for depth in range(8) for method in ("gan", "wgan", "wgan_gp")]
    runs = [(label, 1, status_of(label)) for label in labels]
    near = [[0.1 if "gp" in label else 0.45] * 2 for label in labels]
    sweeps.write(folder / "random_architectures", runs, {"sliced_wasserstein": near},
                 sweeps.command_of("random_architectures"))
    return judge(folder, "random_architectures")


def architectures_are_compared_in_pairs(folder):
    verdicts, section, _ = random_ones(folder / "done", lambda label: "done")
    assert verdicts == [CONFIRMED, CONFIRMED], verdicts
    assert "in 8 of 8 architectures (sign test)" in section and "| sliced W1 below 0.4 | 0 | 8 | 0 | 0 |" in section
    _, section, _ = random_ones(folder / "none", lambda label: "diverged" if label.endswith(" gan") else "done")
    assert "| sliced W1 below 0.5 | 0 | 8 | 0 | 0 |" in section, "a GAN that diverged came near"
    _, section, _ = random_ones(folder / "tie", lambda label: "diverged" if "depth=0" in label else "done")
    assert "in 7 of 7 architectures, 1 more alike (sign test)" in section, section
    verdicts, section, _ = random_ones(folder / "part", lambda label: "killed" if label == "depth=0 gan" else "done")
    assert verdicts == [UNDECIDED, CONFIRMED], verdicts
    assert "| sliced W1 below 0.4 | 0 | 7 | 0 | 0 |" in section, section


def medians_need_all_runs(folder):
    """Of means and medians, which pass over what is not a number."""
    labels = [f"{net} {method}" for net in ("tanh", "gated") for method in ("gan", "wgan", "wgan_gp")]
    for status, verdict in (("done", CONFIRMED), ("diverged", CONFIRMED), ("interrupted", UNDECIDED)):
        runs = [(label, seed, status if label == "tanh gan" else "done") for label in labels for seed in (1, 2, 3)]
        near = [[0.1 if "gp" in label else 0.2] * 2 for label, _, _ in runs]
        command = sweeps.command_of("robustness")
        sweeps.write(folder / status / "robustness", runs, {"sliced_wasserstein": near}, command)
        assert judge(folder / status, "robustness")[0] == [verdict], status


def the_command_says_what_was_trained(folder):
    flags = ["--results", "/tmp/r", "-q", "-j", "4", "--set", "train.batch_size=64", "--seeds=2", "-qj2", "--device=cpu",
             "--only", 'loss.plugin == "bce"', "--size", "laptop"]
    ring(folder / "flags", ["done"] * 3, ["done"] * 3, sweeps.command_of("ring", *flags))
    _, section = written(folder / "flags", "ring")
    assert ("`build/runner sweep experiments/ring.toml --set train.batch_size=64 --seeds=2 --only 'loss.plugin == \"bce\"'"
            " --size laptop`: 6 runs done") in section, section


def results_of_something_else_are_not_judged(folder):
    before = (SOURCE / "docs/findings.md").read_text().split("<!-- ring -->\n")[1].split("<!-- end -->")[0]
    ring(folder / "other", ["done"] * 3, ["done"] * 3, ["runner", "sweep", "mine/ring.toml"])
    ring(folder / "later", ["done"] * 3, ["done"] * 3)
    sweeps.write_origin(folder / "later/ring", ["f" * 12], sweeps.command_of("ring", "--seeds", "1"))
    ring(folder / "alone", ["done"] * 3, ["done"] * 3)
    (folder / "alone/ring/sweep.toml").unlink()
    for case, why in (("other", "was made from mine/ring.toml, not from experiments/ring.toml; its section stays"),
                      ("later", f"`build/runner collect {folder}/later/ring` makes it anew; its section stays"),
                      ("alone", "sweep.toml, which has the command, cannot be read")):
        ended, section = written(folder / case, "ring")
        assert ended.returncode == 1 and why in ended.stderr and section == before, ended


def a_file_that_cannot_be_read_is_said(folder):
    ring(folder, ["done"] * 3, ["done"] * 3)
    file = folder / "ring/sweep.h5"
    file.write_bytes(file.read_bytes()[:1000])
    ended, _ = written(folder, "ring")
    assert ended.returncode == 1 and "cannot be read" in ended.stderr and "its section stays" in ended.stderr, ended


def a_cell_that_lacks_is_said(folder):
    runs = [(CLIP, seed, "done") for seed in (1, 2)]
    numbers = [[1.0, 2.0]] * 2
    sweeps.write(folder / "ring", runs, {"sliced_wasserstein": numbers, "modes": numbers, "high_quality": numbers},
                 sweeps.command_of("ring", "--only", "enforcer.plugin == 'clip'"))
    ended, _ = written(folder, "ring")
    assert ended.returncode == 1 and ended.stdout == "", ended
    assert ended.stderr == (
        "ring: its claims are of cells that are not there: the sweep has no cell with 'gradient_penalty', but enforcer=clip; "
        f"its section stays. `build/runner sweep experiments/ring.toml --results {folder}` makes what it needs\n"), ended.stderr


class Whole(study.Sweep):
    """A sweep of these cells, two seeds each, that has every variable; parameters are what the labels say."""

    def __init__(self, labels):
        self.cells = labels
        self.runs = {label: [2 * place, 2 * place + 1] for place, label in enumerate(labels)}
        self.status = np.array(["done"] * 2 * len(labels))

    def variable(self, name):
        return np.tile(np.arange(1.0, 31.0), (len(self.status), 1))

    def steps(self, group="eval"):
        return np.arange(1, 31)

    def reached(self, name):
        return self.last(name)

    def parameter(self, name):
        said = {label: re.search(rf"\b{name}=(\S+)", label)[1] for label in self.cells}
        return {label: value == "true" if value in ("true", "false") else float(value) for label, value in said.items()}


def labels_of(name):
    if name == "random_architectures":
        return [f"depth={depth} {method}" for depth in (1, 2) for method in ("gan", "wgan", "wgan_gp")]
    with open(SOURCE / f"docs/findings/{name}.csv", newline="", encoding="utf-8") as file:
        return list(dict.fromkeys(row["cell"] for row in csv.DictReader(file)))


def without_any_cell_there_is_a_section_or_a_sentence(_):
    refused = 0
    for name, judged in findings.EXPERIMENTS.items():
        if name == "depth_gradients":  # a claim a cell, whichever there are
            continue
        labels = labels_of(name)
        assert judged(Whole(labels)).table() and judged(Whole(labels)).claims, name
        alone = [[label] for label in labels]
        for lacking in alone + [labels[:n] + labels[n + 1:] for n in range(len(labels))]:
            try:
                judged(Whole(lacking)).table()
            except study.Unfit as why:
                refused += "not there" in str(why)
    assert refused > 100, refused


CHECKS = (a_complete_sweep_is_judged, what_has_not_ended_is_no_result, a_sweep_without_results_has_a_section,
          a_diverged_run_has_reached_nothing, numbers_of_a_diverged_run_are_no_measurement, medians_need_all_runs,
          architectures_are_compared_in_pairs, the_sign_test_leaves_ties_out, verdicts_need_three_numbers,
          errors_are_of_what_a_distance_can_be, verdicts_of_the_page_are_counted,
          the_command_says_what_was_trained, results_of_something_else_are_not_judged, a_file_that_cannot_be_read_is_said,
          a_cell_that_lacks_is_said, without_any_cell_there_is_a_section_or_a_sentence)


def main():
    for check in CHECKS:
        with tempfile.TemporaryDirectory(prefix="monge-docs-") as name:
            check(pathlib.Path(name))
    print(f"{len(CHECKS)} checks")


main()
