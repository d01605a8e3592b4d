"""Which methods train which networks."""
import numpy as np
import pictures
from scipy.stats import binomtest
from study import CONFIRMED, REFUTED, UNDECIDED, Finding, known


def by_method(sweep):
    """Method -> the labels of its cells, in the order of the architectures, which are the same for each."""
    count = len({label.rsplit(" ", 1)[0] for label in sweep.cells})
    return {name: sweep.cells_of(name, count) for name in ("gan", "wgan", "wgan_gp")}


def better_worst(distance, worst):
    """Whether the penalty's worst median is below both others'; with fewer than three seeds that is chance."""
    if min(len(v) for v in distance.values()) < 3 or not known(*distance.values()):
        return UNDECIDED
    others = min(worst["gan"], worst["wgan"])
    return CONFIRMED if worst["wgan_gp"] < others else REFUTED if worst["wgan_gp"] > others else UNDECIDED


def robustness(sweep):
    distance = sweep.reached("sliced_wasserstein")
    methods = by_method(sweep)
    worst = {name: np.nanmax([np.nanmedian(distance[label]) for label in labels]) for name, labels in methods.items()}
    ratio = {name: worst[name] / np.nanmin([np.nanmedian(distance[label]) for label in labels]) for name, labels in methods.items()}
    return Finding(
        {"sliced W1": distance},
        [(f"WGAN-GP's worst architecture is better than the others' worst: {worst['wgan_gp']:.3g} against {worst['gan']:.3g} (GAN) and "
          f"{worst['wgan']:.3g} (clipping); worst over best {ratio['wgan_gp']:.2g}, {ratio['gan']:.2g}, {ratio['wgan']:.2g}",
          better_worst(distance, worst))],
        "Gulrajani et al. (2017), figure 2: only WGAN-GP trains all seven; arXiv:1704.00028.",
        pictures.points(distance, "sliced W1"),
        notes="One seed a cell as the file stands: differences between neighbouring cells mean nothing.")


def pairs(values, one, other):
    """How often `one` lies below `other`, of how many, how many more are alike, and the sign test's verdict at 5 %, which
    leaves those out."""
    a, b = values[one], values[other]
    wins, count, alike = int((a < b).sum()), int(((a < b) | (a > b)).sum()), int((a == b).sum())
    if count == 0 or not known(a, b) or binomtest(wins, count).pvalue >= 0.05:
        return wins, count, alike, UNDECIDED
    return wins, count, alike, CONFIRMED if 2 * wins > count else REFUTED


def random_architectures(sweep):
    distance = sweep.reached("sliced_wasserstein")  # infinite where a run diverged: never near
    of = {name: np.concatenate([distance[label] for label in labels]) for name, labels in by_method(sweep).items()}
    gan, wgan_gp = (of[name][~np.isnan(of["gan"]) & ~np.isnan(of["wgan_gp"])] for name in ("gan", "wgan_gp"))
    near = {f"sliced W1 below {threshold}": (gan < threshold, wgan_gp < threshold) for threshold in (0.5, 0.4, 0.3, 0.2)}
    def counted(of_both):
        return {row: np.array([float(of_both(a, b).sum())]) for row, (a, b) in near.items()}
    claims = []
    for other, name in (("gan", "the GAN's"), ("wgan", "clipping's")):
        wins, count, alike, verdict = pairs(of, "wgan_gp", other)
        ties = f", {alike} more alike" if alike else ""
        claims.append((f"WGAN-GP's samples are nearer than {name} in {wins} of {count} architectures{ties} (sign test)", verdict))
    return Finding(
        {"GAN alone": counted(lambda a, b: a & ~b), "WGAN-GP alone": counted(lambda a, b: ~a & b), "both": counted(lambda a, b: a & b),
         "neither": counted(lambda a, b: ~a & ~b)},
        claims,
        "Gulrajani et al. (2017), table 2, 200 architectures, inception score above 5: GAN alone 0, WGAN-GP alone 147, both 42, neither 11.",
        pictures.points({name: values[np.isfinite(values)] for name, values in of.items()}, "sliced W1, a point an architecture"),
        "Architectures of which so many samples came near; a cell of the grid is one architecture, so that pairs, not seeds, are compared.")
