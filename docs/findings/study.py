"""A finished sweep as numbers by cell and seed, and what may be said of them."""
import csv
import pathlib
import statistics
from dataclasses import dataclass, field

import h5py
import numpy as np

CONFIRMED, REFUTED, UNDECIDED = "confirmed", "not confirmed", "undecided at this size"
DONE = ("done",)
RESULTS = ("done", "diverged")  # what the same command, given again, would not go on with or try once more
CRITIC_RATE = "critic's learning rate"
FEWEST = 3  # numbers that a verdict needs
WORST = {"min": np.inf, "max": -np.inf}


class Unfit(Exception):
    """Why a section is not written from these results."""


class Sweep:
    """sweep.h5 of one experiment. A cell is known by its label, its runs are in the order of their seeds.

    A run that diverged is a result: whatever it was to reach, it has not (`reached`); the last numbers before that are no
    measurement (`last`, `series`). One that was interrupted or broke is none, whatever numbers it has."""

    def __init__(self, folder):
        path = pathlib.Path(folder) / "sweep.h5"
        try:
            self.file = h5py.File(path)
        except OSError as error:
            raise Unfit(f"{path} cannot be read ({error})") from None
        self.label = self.file["label"].asstr()[:]
        self.status = self.file["status"].asstr()[:]
        cells = self.file["cell"][:]
        self.runs = {}  # label -> runs, in the order of the cells
        for run in np.lexsort((self.file["seed"][:], cells)):
            self.runs.setdefault(self.label[run], []).append(run)
        self.cells = list(self.runs)

    def cells_where(self, said, holds, count=1):
        """The labels for which it holds, `count` of them or more: without them a claim about them cannot be judged."""
        found = [label for label in self.cells if holds(label)]
        if len(found) < count:
            there = ", ".join(self.cells[:6]) + (f" and {len(self.cells) - 6} more" if len(self.cells) > 6 else "")
            lacking = f"no cell {said}" if count == 1 else f"{len(found)} of {count} cells {said}"
            raise Unfit(f"its claims are of cells that are not there: the sweep has {lacking}, but {there}")
        return found

    def cell(self, label):
        return self.cells_where(f"'{label}'", lambda other: other == label)[0]

    def cell_with(self, *parts):
        """The first one whose label has all of them."""
        return self.cells_where(f"with '{' '.join(parts)}'", lambda label: all(part in label for part in parts))[0]

    def cells_with(self, part, count=1):
        return self.cells_where(f"with '{part}'", lambda label: part in label, count)

    def cells_of(self, method, count=1):
        """Those whose label ends with the method, in the order of the cells."""
        return self.cells_where(f"of '{method}'", lambda label: label.split(" ")[-1] == method, count)

    def variable(self, name):
        if name not in self.file:
            raise Unfit(f"its claims are of '{name}', which sweep.h5 has not")
        return self.file[name]

    def parameter(self, name):
        """label -> the value that the grid gave this parameter."""
        values = self.variable(name)
        values = values.asstr()[:] if values.dtype.kind == "O" else values[:]
        return {label: values[runs[0]] for label, runs in self.runs.items()}

    def series(self, name, group="eval", of=DONE):
        """label -> [seeds, steps, ...]; not a number after the end of a run, and of runs that ended otherwise."""
        values = self.variable(f"{group}/{name}")[:]
        values[~np.isin(self.status, of)] = np.nan
        return {label: values[runs] for label, runs in self.runs.items()}

    def curves(self, name, group="eval"):
        """For pictures, which show how far a run came that diverged."""
        return self.series(name, group, RESULTS)

    def steps(self, group="eval"):
        return self.file["eval/eval_step" if group == "eval" else "train/step"][:]

    def last(self, name, group="eval", of=DONE):
        """label -> the last number of each seed."""
        series = self.series(name, group, of)
        return {label: np.array([finite_last(row) for row in rows]) for label, rows in series.items()}

    def reached(self, name):
        """The last numbers of a metric that has a goal; a run that diverged is farther from it than any other."""
        last, worst = self.last(name), WORST[self.file[f"eval/{name}"].attrs["goal"]]
        diverged = self.status == "diverged"
        return {label: np.where(diverged[runs], worst, last[label]) for label, runs in self.runs.items()}

    def last_grids(self):
        """label -> the first seed's last grid of samples, None where it has none or is no result."""
        last, grids = last_evaluations(self.file), self.variable("eval/samples")
        return {label: grids[runs[0], last[runs[0]]] if last[runs[0]] >= 0 and self.status[runs[0]] in RESULTS else None
                for label, runs in self.runs.items()}

    def ended(self, status):
        """label -> how many of its runs ended so."""
        return {label: sum(self.status[run] == status for run in runs) for label, runs in self.runs.items()}


def last_evaluations(file):
    """[runs]: the place in eval_step of each run's last evaluation, -1 without one. What has no value for "none", such as a
    grid of samples, is 0 from there on."""
    there = np.isfinite(file["eval/seconds"][:])
    return np.where(there.any(axis=1), there.shape[1] - 1 - there[:, ::-1].argmax(axis=1), -1)


def finite_last(row):
    there = row[np.isfinite(row)]
    return there[-1] if there.size else np.nan


def summary(values):
    """Median and range over seeds: with three to five of them no interval says more."""
    there = [v for v in values if not np.isnan(v)]
    if not there:
        return {"median": float("nan"), "least": float("nan"), "greatest": float("nan"), "seeds": 0}
    return {"median": statistics.median(there), "least": min(there), "greatest": max(there), "seeds": len(there)}


def number_text(value):
    """Three digits; counts of thousands as they are."""
    is_count = float(value).is_integer() and 1e3 <= abs(value) < 1e6
    return f"{value:,.0f}" if is_count else f"{value:.3g}"


def text_of(values):
    s = summary(values)
    if s["seeds"] == 0:
        return "-"
    if s["least"] == s["greatest"]:
        return number_text(s["median"])
    return f"{number_text(s['median'])} ({number_text(s['least'])}..{number_text(s['greatest'])})"


def rate_of(sweep, label):
    """The learning rate of the cell's critic at the end, which differs with the size of an experiment."""
    return text_of(sweep.last("learning_rate_critic", "train")[label])


def known(*values):
    """Whether every run has a value."""
    return not any(np.isnan(v).any() for v in values)


def below(a, b):
    """Whether every seed of `a` lies below every one of `b`: chance gives that once in 20 for three seeds, in 252 for five.
    Undecided where there are fewer, or where one has no value."""
    a, b = (np.asarray(v) for v in (a, b))
    if min(a.size, b.size) < FEWEST or not known(a, b):
        return UNDECIDED
    if a.max() < b.min():
        return CONFIRMED
    return REFUTED if a.min() > b.max() else UNDECIDED


def all_within(values, low, high):
    """Whether all of them do, or none. Undecided of fewer than three, as `below` is, or where one has no value."""
    values = np.asarray(values)
    if values.size < FEWEST or not known(values):
        return UNDECIDED
    inside = (values >= low) & (values <= high)
    return CONFIRMED if inside.all() else REFUTED if not inside.any() else UNDECIDED


def both(*verdicts):
    if all(v == CONFIRMED for v in verdicts):
        return CONFIRMED
    return REFUTED if REFUTED in verdicts else UNDECIDED


@dataclass
class Finding:
    """What one experiment says."""
    columns: dict                      # title -> {label: values by seed}
    claims: list                       # (sentence with its numbers, verdict)
    literature: str
    draw: object = None                # function(figure) or None
    notes: str = ""
    rows: list = field(default=None)   # labels shown; all

    def labels(self):
        return self.rows or list(next(iter(self.columns.values())))

    def table(self):
        lines = ["| cell | " + " | ".join(self.columns) + " |", "|---" * (len(self.columns) + 1) + "|"]
        for label in self.labels():
            lines.append(f"| {label} | " + " | ".join(text_of(values[label]) for values in self.columns.values()) + " |")
        return "\n".join(lines)

    def write_csv(self, path):
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["cell", "quantity", "median", "least", "greatest", "seeds"])
            for title, values in self.columns.items():
                for label in self.labels():
                    s = summary(values[label])
                    writer.writerow([label, title, *(f"{s[key]:.6g}" for key in ("median", "least", "greatest")), s["seeds"]])
