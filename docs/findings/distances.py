"""Distances between distributions: what each says, and what can be trained on it."""
import math

import numpy as np
import pictures
from study import CONFIRMED, REFUTED, UNDECIDED, Finding, all_within, below, known, text_of


def divergences(sweep):
    theta = sweep.parameter("theta")
    w1, js, tv, kl = (sweep.last(name) for name in ("exact_w1", "js", "total_variation", "kl"))
    error = {label: np.abs(w1[label] - abs(theta[label])) for label in sweep.cells}
    apart = sweep.cells_where("with a theta that is not 0", lambda label: theta[label] != 0)

    def draw(figure):
        axes = figure.subplots()
        order = sorted(sweep.cells, key=theta.get)
        for name, values in (("EM (exact W1)", w1), ("JS", js), ("total variation", tv)):
            axes.plot([theta[label] for label in order], [np.nanmedian(values[label]) for label in order], "o-", markersize=3, label=name)
        axes.set(xlabel="theta", ylabel="distance of the samples")
        axes.legend()
        axes.grid(alpha=0.3)

    return Finding(
        {"theta": {label: np.array([theta[label]]) for label in sweep.cells}, "exact W1": w1, "JS": js, "total variation": tv, "KL": kl},
        [(f"the earth mover's distance is |theta|: largest error {max(v.max() for v in error.values()):.2g} (a sample's floor at theta = 0 included)",
          UNDECIDED if not known(*error.values()) else
          CONFIRMED if max(v.max() for v in error.values()) < 0.05 else REFUTED),
         (f"JS is log 2 = 0.693 wherever theta is not 0: {text_of(np.concatenate([js[k] for k in apart]))}",
          all_within(np.concatenate([js[k] for k in apart]), math.log(2) - 1e-6, math.log(2) + 1e-6)),
         (f"total variation is 1 there: {text_of(np.concatenate([tv[k] for k in apart]))}", all_within(np.concatenate([tv[k] for k in apart]), 1 - 1e-9, 1 + 1e-9))],
        "Arjovsky et al. (2017), example 1 and figure 1: exact values of the distributions.", draw)


def divergences_trained(sweep):
    w1 = sweep.reached("exact_w1")
    trained = sweep.cell("wasserstein")
    of_divergences = sweep.cells_where("of a divergence", lambda label: label != trained)
    others = np.concatenate([w1[label] for label in of_divergences])
    return Finding(
        {"exact W1 at the end": w1, "JS at the end": sweep.reached("js")},
        [(f"Wasserstein's generator reaches the line: {text_of(w1[trained])} of 1", all_within(w1[trained], 0, 0.1)),
         (f"the divergences' do not: {text_of(others)}", below(w1[trained], others))],
        "Arjovsky et al. (2017), example 1: no gradient of the divergences exists where the supports do not meet. In practice critics are smooth, "
        "and what is trained on is not the divergence itself.",
        pictures.curves(sweep.steps(), sweep.curves("exact_w1"), "exact W1 to the line", logarithmic=True))


def ring(sweep):
    modes, quality, distance = (sweep.reached(name) for name in ("modes", "high_quality", "sliced_wasserstein"))
    clip, penalty = sweep.cell_with("clip"), sweep.cell_with("gradient_penalty")
    return Finding(
        {"modes of 8": modes, "share of good samples": quality, "sliced W1": distance},
        [(f"the penalty reaches all eight modes in every run: {text_of(modes[penalty])}", all_within(modes[penalty], 8, 8)),
         (f"clipping's samples are farther off: {text_of(distance[clip])} against {text_of(distance[penalty])}", below(distance[penalty], distance[clip]))],
        "Gulrajani et al. (2017), figure 1a, by eye.",
        pictures.curves(sweep.steps(), sweep.curves("modes"), "modes of 8"))
