"""Pictures that several findings share."""
import numpy as np
from matplotlib import ticker


def bands(axes, steps, series, logarithmic=False):
    """Median over seeds as a line, the range as a band; series: label -> [seeds, steps]."""
    for label, rows in series.items():
        there = np.isfinite(rows).any(axis=0)
        if not there.any():
            continue
        kept = rows[:, there]
        line, = axes.plot(steps[there], np.nanmedian(kept, axis=0), label=label, linewidth=1.3)
        axes.fill_between(steps[there], np.nanmin(kept, axis=0), np.nanmax(kept, axis=0), color=line.get_color(), alpha=0.15)
    if logarithmic:
        axes.set_yscale("log")
    if axes.lines:
        axes.legend(fontsize=6)
    axes.grid(alpha=0.3)


def curves(steps, series, ylabel, xlabel="generator steps", logarithmic=False):
    """A finding's picture: one panel of bands."""
    def draw(figure):
        axes = figure.subplots()
        bands(axes, steps, series, logarithmic)
        axes.set(xlabel=xlabel, ylabel=ylabel)
    return draw


def panels(*parts):
    """Several side by side: (steps, series, ylabel, logarithmic)."""
    def draw(figure):
        for axes, (steps, series, ylabel, logarithmic) in zip(np.atleast_1d(figure.subplots(1, len(parts))), parts):
            bands(axes, steps, series, logarithmic)
            axes.set(xlabel="generator steps", ylabel=ylabel)
    return draw


def against(parameter, values, xlabel, ylabel, logarithmic=(True, False), level=None):
    """A number against a parameter of the grid: each seed a point, the median a line."""
    def draw(figure):
        axes = figure.subplots()
        order = sorted(parameter, key=parameter.get)
        x = [parameter[label] for label in order]
        axes.plot(x, [np.nanmedian(values[label]) for label in order], linewidth=1.3)
        for label in order:
            axes.plot([parameter[label]] * len(values[label]), values[label], "k.", markersize=4)
        if level is not None:
            axes.axhline(level, color="grey", linestyle=":", linewidth=1)
        axes.set_xscale("log" if logarithmic[0] else "linear")
        axes.set_yscale("log" if logarithmic[1] else "linear")
        axes.set(xlabel=xlabel, ylabel=ylabel)
        axes.grid(alpha=0.3)
    return draw


def label_few_decades(axis):
    """Of two decades at most a logarithmic axis has one number or two: those between have theirs, too, as plain numbers."""
    low, high = sorted(axis.get_view_interval())
    if high / low > 100:
        return
    axis.set_major_formatter(ticker.FormatStrFormatter("%g"))
    axis.set_minor_formatter(ticker.FuncFormatter(lambda value, _: f"{value:g}" if f"{value:e}"[0] in "235" else ""))


def points(values, xlabel, logarithmic=False):
    """Each seed a point, a row for each cell."""
    def draw(figure):
        axes = figure.subplots()
        for place, row in enumerate(values.values()):
            axes.plot(row, [place] * len(row), "o", markersize=4, alpha=0.7)
        axes.set_yticks(range(len(values)), [label.replace("dataset=", "").replace("enforcer=", "") for label in values], fontsize=6)
        axes.invert_yaxis()
        axes.set(xlabel=xlabel)
        if logarithmic:
            axes.set_xscale("log")
            label_few_decades(axes.xaxis)
        axes.grid(alpha=0.3)
    return draw
