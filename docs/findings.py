#!/usr/bin/env python3
"""docs/findings.md: what the experiments say of the literature's claims, from their results.

Usage: docs/findings.py --run [NAME...]      trains what is not done yet (build/runner sweep experiments/NAME.toml), then writes
       docs/findings.py [NAME...]            writes the sections of the sweeps in results/: text, table, CSV and picture
       options: --results DIR [results], --size NAME, --runner FILE [build/runner], --into DIR [docs]

A sweep that is not there keeps the section it has; one that cannot be judged, too (exit code 1).
Needs matplotlib, h5py, numpy and scipy: the Python that setup.sh made has them.
"""
import argparse
import pathlib
import re
import shlex
import subprocess
import sys
import warnings

DOCS = pathlib.Path(__file__).resolve().parent
ROOT = DOCS.parent
sys.path[:0] = [str(ROOT / "benchmarks"), str(DOCS / "findings")]
import environment  # noqa: E402

environment.need("h5py", "matplotlib", "scipy")
import matplotlib  # noqa: E402

matplotlib.use("Agg")
# Runs that are no result: "-" in the table.
warnings.filterwarnings("ignore", "Mean of empty slice|All-NaN|invalid value", RuntimeWarning)
import architectures  # noqa: E402
import critics  # noqa: E402
import distances  # noqa: E402
import failures  # noqa: E402
import matplotlib.pyplot as plt  # noqa: E402
import origin  # noqa: E402
import settings  # noqa: E402
from study import CONFIRMED, REFUTED, UNDECIDED, Sweep, Unfit  # noqa: E402

VERDICTS = (CONFIRMED, REFUTED, UNDECIDED)

EXPERIMENTS = {function.__name__: function for function in (
    failures.clip_vs_gp, failures.vanishing_gradient, failures.mode_collapse, failures.stacked_mnist, distances.ring,
    distances.divergences, distances.divergences_trained, critics.loss_follows_quality, architectures.robustness,
    architectures.random_architectures, failures.momentum, settings.critic_steps, settings.penalty_weight, settings.clip_bound,
    critics.work_because_they_fail, critics.fixed_generator, critics.known_w1, critics.depth_gradients, critics.overfit,
    failures.digit_seven, failures.cats, failures.conditional, critics.cost, settings.equal_tuning)}


def question(name):
    """The first sentence of the experiment's file."""
    comment = []
    for line in (ROOT / "experiments" / f"{name}.toml").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        comment.append(line.lstrip("# "))
    return " ".join(comment).split("?")[0] + "?"


def train_classifier(runner, name):
    """What metrics of features read, once for a data set; nothing is done where it is there."""
    text = (ROOT / "experiments" / f"{name}.toml").read_text(encoding="utf-8")
    if 'features = "classifier"' in text:
        dataset = re.search(r'^\[dataset\]\s*plugin\s*=\s*"(\w+)"', text, re.M)[1].removeprefix("stacked_")
        subprocess.run([runner, "features", "train", "--dataset", dataset], check=False, stdout=subprocess.DEVNULL)


def section(name, command, sweep, finding):
    ends = {status: sum(sweep.ended(status).values()) for status in sorted(set(sweep.status))}
    claims = "\n".join(f"- {sentence}: **{verdict}**." for sentence, verdict in finding.claims)
    return "\n\n".join(part for part in (
        f"## {name}\n\n**{question(name)}**",
        f"`{command}`: " + ", ".join(f"{count} runs {status}" for status, count in ends.items()) + "; median and range over seeds"
        f" ([CSV](findings/{name}.csv)).",
        finding.table(), f"![{name}](findings/{name}.png)" if finding.draw else "", f"Literature: {finding.literature}", claims, finding.notes) if part)


def draw(file, finding):
    figure = plt.figure(figsize=(7.5, 3.4), layout="constrained")
    finding.draw(figure)
    figure.savefig(file, dpi=100)
    plt.close(figure)


def count(page):
    """Of a page's text: how many claims have which verdict."""
    verdicts = re.findall(r"^- .*: \*\*(.+)\*\*\.$", page, re.M)
    return (f"{len(verdicts)} claims: " + ", ".join(f"{verdicts.count(name)} {name}" for name in VERDICTS)
            + f".\nIf none were true and each lay in the balance, at one in 20 chance alone would confirm about {len(verdicts) / 20:.0f}.")


def put(page, name, text):
    """The section in the page, in the place of the one that was there."""
    whole = page.read_text(encoding="utf-8")
    found = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.S)
    if not found.search(whole):
        raise SystemExit(f"{page} has no place for {name}: a line '<!-- {name} -->' and, below it, '<!-- end -->'")
    page.write_text(found.sub(lambda m: m[1] + text + "\n" + m[2], whole), encoding="utf-8")


def write_section(name, folder, into):
    sweep = Sweep(folder)
    command = origin.command(folder, name, sweep)
    finding = EXPERIMENTS[name](sweep)
    finding.write_csv(into / "findings" / f"{name}.csv")
    if finding.draw:
        draw(into / "findings" / f"{name}.png", finding)
    page = into / "findings.md"
    put(page, name, section(name, command, sweep, finding))
    put(page, "verdicts", count(page.read_text(encoding="utf-8")))
    print(f"{name}: " + "; ".join(verdict for _, verdict in finding.claims))
    if name == "clip_vs_gp" and into == DOCS:  # whose numbers README has, too
        subprocess.run([sys.executable, ROOT / "benchmarks" / "summary.py"], check=True)


def main(words=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[[], *EXPERIMENTS], default=[])
    parser.add_argument("--run", action="store_true")
    parser.add_argument("--results", type=pathlib.Path, default=ROOT / "results")
    parser.add_argument("--size", default="")
    parser.add_argument("--runner", type=pathlib.Path, default=ROOT / "build" / "runner")
    parser.add_argument("--into", type=pathlib.Path, default=DOCS)
    options = parser.parse_args(words)
    unfit = []
    for name in options.names or EXPERIMENTS:
        if options.run:
            train_classifier(options.runner, name)
            command = [options.runner, "sweep", ROOT / "experiments" / f"{name}.toml", "--results", options.results, "--quiet", "--device", "cpu"]
            ended = subprocess.run([*command, *(["--size", options.size] if options.size else [])], check=False, stdout=subprocess.DEVNULL)
            if ended.returncode not in (0, 1):
                print(f"{name}: not run (exit code {ended.returncode})", file=sys.stderr)
        folder = options.results / (name + (f"_{options.size}" if options.size else ""))
        if not (folder / "sweep.h5").exists():
            print(f"{name}: no {folder}/sweep.h5; its section stays")
            continue
        try:
            write_section(name, folder, options.into)
        except Unfit as why:
            command = ["build/runner", "sweep", f"experiments/{name}.toml",
                       *(["--size", options.size] if options.size else []),
                       *(["--results", str(options.results)] if options.results != ROOT / "results" else [])]
            print(f"{name}: {why}; its section stays. `{shlex.join(command)}` makes what it needs", file=sys.stderr)
            unfit.append(name)
    sys.exit(1 if unfit else 0)


if __name__ == "__main__":
    main()
