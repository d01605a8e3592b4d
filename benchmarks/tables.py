#!/usr/bin/env python3
"""The tables of docs/performance.md, in markdown, from what compare.py wrote: all files together, workloads in their order.

Usage: tables.py FILE.json... [--mark NAME] [--into docs/performance.md | --plain]
       --into: between the page's two marks, <!-- NAME --> (compare, where no other is given: one for each machine) and <!-- end -->
       --plain: one table for the terminal instead, as compare.py prints it cell by cell
"""
import argparse
import json
import pathlib
import statistics
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent / "peers"))
from flops import useful_flops  # noqa: E402
from workloads import WORKLOADS  # noqa: E402


def quartiles(values):
    if len(values) < 2:
        return values[0], values[0], values[0]
    return tuple(statistics.quantiles(values, n=4, method="inclusive"))


def spread(values, digits=3):
    low, middle, high = (f"{value:.{digits}g}" if value < 1000 else f"{value:.0f}" for value in quartiles(values))
    return f"{middle} ({low}..{high})"


def rounds_of(cell, peer):
    return [one for one in cell["rounds"] if peer in one]


def values(cell, peer, key="steps_per_second"):
    return [one[peer][key] for one in rounds_of(cell, peer)]


def ratios(cell, peer):
    return [one["ours"]["steps_per_second"] / one[peer]["steps_per_second"] for one in rounds_of(cell, peer)]


def shares(cell):
    """Useful FLOPs a second over the machine's matrix peak."""
    gflop = useful_flops(WORKLOADS[cell["workload"]], cell["enforcer"]) / 1e9
    return [gflop * one["ours"]["steps_per_second"] / one["peak"]["gflop_per_second"] for one in cell["rounds"]]


def costs(cell, peer):
    ready = cell["peers"][peer]["ready"]
    return max(r["start_up_s"] for r in ready), max(r["compile_s"] for r in ready)


def few(cell, peer):
    """A peer too slow for the time it was given has one or two steps a run only."""
    steps = min(one[peer]["steps"] / (len(one[peer]["processes"]) * cell["peers"][peer]["ready"][0]["runs"]) for one in rounds_of(cell, peer))
    return f"{steps:.0f} step{'s' if steps > 1 else ''} a measurement" if steps < 3 else ""


def notes(cell, peer):
    found = cell["peers"][peer]
    at_once = found["ready"][0]["runs"]
    return [note for note in (found["variant"] if len(found["trials"]) > 1 else "", f"{at_once} at once" if at_once > 1 else "",
                              few(cell, peer)) if note]


def measured(cell, peer):
    return bool(rounds_of(cell, peer))


def label(cell, peer):
    return peer + "".join(f" [{note}]" for note in notes(cell, peer))


def text(cell):
    """For the terminal."""
    ours = cell["rounds"][-1]["ours"]
    lines = [f"{cell['workload']} {cell['enforcer']}: generator steps a second over the sweep, median (quartiles)",
             f"  {'ours [{at_once} of {runs} at once]'.format(**ours):40} {spread(values(cell, 'ours')):>24}   with start-up"
             f" {spread(values(cell, 'ours', 'wall_steps_per_second'))}, {max(values(cell, 'ours', 'peak_rss_mb')):.0f} MB,"
             f" {spread([100 * s for s in shares(cell)])} % of the matrix peak"]
    for peer, found in cell["peers"].items():
        if not measured(cell, peer):
            lines.append(f"  {peer:40} {found['failed']}")
            continue
        start_up, compilation = costs(cell, peer)
        lines.append(f"  {label(cell, peer):40} {spread(values(cell, peer)):>24}   ours / peer {spread(ratios(cell, peer)):20}"
                     f" start-up {start_up:.1f} s, compilation {compilation:.1f} s, {max(values(cell, peer, 'peak_rss_mb')):.0f} MB"
                     + (f"; then: {found['failed']}" if "failed" in found else ""))
    return "\n".join(lines)


def row(*cells):
    return f"| {' | '.join(cells)} |"


def table(head, rows):
    return "\n".join([row(*head), row(*(["---"] * len(head))), *(row(*cells) for cells in rows)])


def heading(result):
    machine = result["machine"]
    errors = [trial["first_step"]["error"] for cell in result["cells"] for peer in cell["peers"].values()
              for trial in peer.get("trials", {}).values()]
    gpu = machine.get("gpu") and (f"{machine['gpu']}; float32, in PyTorch and jax without TF32, in ours and jax_x3 products of three "
                                  "TF32 products each; ")
    agree = f" First steps of all that was measured agree with ours to {max(errors):.0e}." if errors else ""
    counts = sorted({len(cell["rounds"]) for cell in result["cells"]})
    rounds = " to ".join(str(count) for count in dict.fromkeys((counts[0], counts[-1]))) if counts else "0"
    return f"{gpu or ''}{machine['cpu']}, {machine['cores']} cores, {machine['date']}; interleaved rounds: {rounds}." + agree


def not_measured(result):
    """A line for everything that lacks, with the reason."""
    return [f"{cell['workload']} {cell['enforcer']}, {peer}: {found['failed']}" for cell in result["cells"]
            for peer, found in cell["peers"].items() if "failed" in found] + result.get("left_out", [])


def plain(result):
    return "\n".join([heading(result), *map(text, result["cells"]), *result.get("left_out", [])])


def markdown(result):
    cells, peers = result["cells"], list(dict.fromkeys(peer for cell in result["cells"] for peer in cell["peers"]))

    def of(cell, peer, give):
        if peer not in cell["peers"]:
            return "-"
        return give(cell, peer) if measured(cell, peer) else "not measured"

    def named(cell):
        return [cell["workload"], cell["enforcer"]]

    def rate(cell, peer):
        return "<br>".join([spread(values(cell, peer)), *notes(cell, peer)])

    rates = [[*named(c), spread(values(c, "ours")), *(of(c, p, rate) for p in peers)] for c in cells]
    over = [[*named(c), *(of(c, p, lambda c, p: spread(ratios(c, p))) for p in peers)] for c in cells]
    peak = [[*named(c), f"{useful_flops(WORKLOADS[c['workload']], c['enforcer']) / 1e9:.3g}",
             spread(values(c, "peak", "gflop_per_second")), spread([100 * s for s in shares(c)])] for c in cells]
    other = [[*named(c), str(c["rounds"][0]["ours"]["runs"]), spread(values(c, "ours", "wall_steps_per_second")),
              f"{max(values(c, 'ours', 'peak_rss_mb')):.0f}",
              *(of(c, p, lambda c, p: "{:.1f} + {:.1f} s, {:.0f} MB".format(*costs(c, p), max(values(c, p, "peak_rss_mb")))) for p in peers)]
             for c in cells]
    parts = [heading(result),
             "Generator steps a second, summed over the sweep:", table(["workload", "enforcer", "ours", *peers], rates),
             "Ours over the peer, in the same round:", table(["workload", "enforcer", *peers], over),
             "Share of the matrix peak:", table(["workload", "enforcer", "useful GFLOP a step", "peak, GFLOP/s", "share, %"], peak),
             "Start-up + compilation, and memory:",
             table(["workload", "enforcer", "our runs", "ours with start-up, steps/s", "ours, MB", *peers], other)]
    parts += ["Not measured:\n\n" + "\n".join(f"- {line}" for line in lacking)] if (lacking := not_measured(result)) else []
    return "\n\n".join(parts)


def merged(files):
    results = [json.loads(pathlib.Path(file).read_text()) for file in files]
    machines = {file: " on ".join(result["machine"].get(part, "") for part in ("gpu", "cpu")) for file, result in zip(files, results)}
    if len(set(machines.values())) > 1:
        sys.exit("these are of several machines, a table each: " + "; ".join(f"{file}: {name}" for file, name in machines.items()))
    return results[0] | {"cells": sorted((cell for result in results for cell in result["cells"]), key=lambda c: c["workload"]),
                         "left_out": [text for result in results for text in result.get("left_out", [])]}


def replaced(page, name, text):
    """The page with `text` between its marks."""
    mark = f"<!-- {name} -->\n"
    before, begin, rest = page.partition(mark)
    _, end, after = rest.partition("<!-- end -->")
    if not begin or not end:
        sys.exit(f"the page has not both marks, {mark.strip()} and <!-- end -->")
    return f"{before}{mark}{text}\n{end}{after}"


def main(words):
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--mark", default="compare")
    parser.add_argument("--into", type=pathlib.Path)
    parser.add_argument("--plain", action="store_true")
    options = parser.parse_args(words)
    text = (plain if options.plain else markdown)(merged(options.files))
    if options.into is None:
        print(text)
        return
    options.into.write_text(replaced(options.into.read_text(), options.mark, text))


if __name__ == "__main__":
    main(sys.argv[1:])
