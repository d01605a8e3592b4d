"""Computes metrics again with SciPy, POT, prdc and NumPy, and compares them with what metrics_dump.cpp wrote, to 1e-5
relative. Fails where a metric has no formula here.

Usage: metrics_reference_test.py DUMP.h5
"""
import json
import sys

try:
    import h5py
    import numpy as np
    import ot
    import prdc
    from scipy import linalg, optimize, spatial, stats
except ImportError as error:
    print("SKIPPED:", error)
    sys.exit(77)

LIMIT = 1e-5


def distances(a, b):
    return spatial.distance.cdist(a, b)


# --- (parameters, case) -> values; `case` has real, fake, and probability, modes and sigma where there are any ----------

def exact_w1(p, c):
    n = min(p["samples"], len(c["real"]))
    cost = distances(c["real"][:n], c["fake"][:n])
    row, column = optimize.linear_sum_assignment(cost)
    uniform = np.full(n, 1 / n)
    return {"exact_w1": [cost[row, column].mean(), ot.emd2(uniform, uniform, cost, numItermax=10**7)]}


def sinkhorn(p, c):
    """Feydy et al. 2019, eq. 3: entropic values with KL(plan | product), from POT's plan."""
    n = min(p["samples"], len(c["real"]))
    if n > 130:  # minutes of POT
        return {}
    real, fake = c["real"][:n], c["fake"][:n]
    cost = distances if p["cost"] == "distance" else lambda a, b: distances(a, b) ** 2 / 2
    epsilon = p["epsilon"] * cost(real, real).mean()
    uniform = np.full(n, 1 / n)

    def value(a, b):
        matrix = cost(a, b)
        plan = ot.sinkhorn(uniform, uniform, matrix, epsilon, method="sinkhorn_log", numItermax=10000, stopThr=1e-10)
        return (plan * matrix).sum() + epsilon * stats.entropy(plan.ravel(), np.full(n * n, 1 / n / n))
    return {"sinkhorn": value(real, fake) - (value(real, real) + value(fake, fake)) / 2}


def discrepancy(kernel, x, y):
    """Gretton et al. 2012, eq. 3, term by term."""
    def within(a):
        values = kernel(a, a)
        return values[~np.eye(len(a), dtype=bool)].mean()
    return within(x) + within(y) - 2 * kernel(x, y).mean()


def mmd(p, c):
    pairs = np.sort(spatial.distance.pdist(c["real"]))
    median = pairs[(len(pairs) - 1) // 2]
    def kernel(a, b):
        return np.mean([np.exp(-distances(a, b) ** 2 / (2 * (s * median) ** 2)) for s in p["bandwidths"]], axis=0)
    return {"mmd": discrepancy(kernel, c["real"], c["fake"])}


def kid(p, c):
    return {"kid": discrepancy(lambda a, b: (a @ b.T / a.shape[1] + 1) ** 3, c["real"], c["fake"])}


def frechet(p, c):
    """Heusel et al. 2017, eq. 6, with the root of the product that pytorch-fid takes."""
    x, y = c["real"], c["fake"]
    s, t = np.atleast_2d(np.cov(x, rowvar=False)), np.atleast_2d(np.cov(y, rowvar=False))
    root = linalg.sqrtm(s @ t).real
    return {"frechet_distance": ((x.mean(0) - y.mean(0)) ** 2).sum() + np.trace(s + t - 2 * root)}


def prdc_of(p, c):
    return prdc.compute_prdc(real_features=c["real"], fake_features=c["fake"], nearest_k=p["k"])


def classifier_score(p, c):
    q = c["probability"]
    return {"classifier_score": np.exp(np.mean([stats.entropy(row, q.mean(0)) for row in q]))}


def class_accuracy(p, c):
    return {"class_accuracy": np.mean([row.tolist().index(max(row)) == label for row, label in zip(c["probability"], c["label"])])}


def modes(p, c):
    if "modes" in c:
        far = distances(c["fake"], c["modes"])
        near = far <= 3 * c["sigma"]
        label, count = far.argmin(1), len(c["modes"])
        values = {"modes": near.any(0).sum(), "high_quality": near.any(1).mean()}
    else:
        q = c["probability"]
        label, count = q.argmax(1), q.shape[1]
        values = {"modes": len(set(label)), "high_quality": (q.max(1) >= p["confidence"]).mean()}
    share, uniform = np.bincount(label, minlength=count) / len(label), np.full(count, 1 / count)
    return values | {"mode_kl": stats.entropy(share, uniform),
                     "mode_js": spatial.distance.jensenshannon(share, uniform) ** 2}


def divergences(p, c):
    """Histograms by NumPy, over edges around the middle of the real samples."""
    x, y = c["real"], c["fake"]
    low, high = x.min(0), x.max(0)
    half = (p["bins"] + 1) // 2
    width, last = (high - low).max() / (2 * half), half + 1
    edges = [np.concatenate([[-np.inf], middle + width * (np.arange(-last, last) + 0.5), [np.inf]])
             for middle in (low + high) / 2]
    count = [np.histogramdd(samples, edges)[0].ravel() for samples in (x, y)]
    share = [values / values.sum() for values in count]
    smooth = [values + p["pseudo_count"] for values in count]
    return {"kl": stats.entropy(smooth[0], smooth[1]), "reverse_kl": stats.entropy(smooth[1], smooth[0]),
            "js": spatial.distance.jensenshannon(share[0], share[1]) ** 2,
            "total_variation": np.abs(share[0] - share[1]).sum() / 2}


def sliced_wasserstein(p, c):
    """In one dimension it is SciPy's; elsewhere directions are the host's, and tests in C++ have closed forms."""
    if c["real"].shape[1] > 1:
        return {}
    return {"sliced_wasserstein": stats.wasserstein_distance(c["real"][:, 0], c["fake"][:, 0])}


FORMULAS = {"exact_w1": exact_w1, "sinkhorn": sinkhorn, "mmd": mmd, "kid": kid, "frechet": frechet, "prdc": prdc_of,
            "class_accuracy": class_accuracy, "classifier_score": classifier_score, "modes": modes, "divergences": divergences,
            "sliced_wasserstein": sliced_wasserstein}


def main():
    worst, missing, cases = {}, set(), 0
    with h5py.File(sys.argv[1]) as dump:
        for name, group in dump.items():
            if not isinstance(group, h5py.Group):
                continue
            config = json.loads(group["config"].asstr()[()])
            if config["plugin"] not in FORMULAS:
                missing.add(config["plugin"])
                continue
            case = {key: group[key][()] for key in ("real", "fake", "probability", "label", "modes", "sigma") if key in group}
            cases += 1
            for value, expected in FORMULAS[config["plugin"]](config, case).items():
                got = float(group["value_" + value][()])
                for one in np.atleast_1d(expected):
                    error = abs(got - one) / max(abs(one), 1e-9)
                    error = error if np.isfinite(error) else np.inf
                    place = f"{name}: got {got!r}, expected {float(one)!r}"
                    worst[value] = max(worst.get(value, (-1, "")), (error, place))
    for value, (error, place) in sorted(worst.items()):
        print(f"{value:20} largest relative error {error:.1e}{'' if error <= LIMIT else '  FAILED in ' + place}")
    unused = {name for name in FORMULAS} - missing
    print(f"{cases} cases computed again with SciPy, POT {ot.__version__}, prdc; allowed {LIMIT:.0e}")
    for name in sorted(missing):
        print(f"metric {name} has no formula here")
    good = unused and not missing and len(worst) >= 18 and all(error <= LIMIT for error, _ in worst.values())
    sys.exit(0 if good else 1)


main()
