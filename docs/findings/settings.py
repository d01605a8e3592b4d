"""How much the settings matter: penalty weight, clip bound, critic steps, tuning."""
import numpy as np
import pictures
from study import CONFIRMED, REFUTED, RESULTS, UNDECIDED, Finding, all_within, below, both, known, text_of


def penalty_weight(sweep):
    weight, distance, slope = sweep.parameter("weight"), sweep.reached("exact_w1"), sweep.last("audit_slope_between_p99")
    order = sorted(weight, key=weight.get)
    middle = sweep.cells_where("with a weight from 0.1 to 10", lambda label: 0.05 <= weight[label] <= 15, 2)
    floor = sweep.last("exact_w1_floor")
    factor = factor_of([distance[label] for label in middle])
    above = factor_of([distance[label] - floor[label] for label in middle])
    return Finding(
        {"exact W1": distance, "exact W1's floor": floor, "99th percentile of the slope": slope,
         "gap over exact W1": {k: sweep.last("audit_gap_test")[k] / distance[k] for k in order}},
        [(f"from 0.1 to 10 the samples' distance changes by less than a factor of 2, with exact W1's floor ({text_of(factor)}) and without it "
          f"({text_of(above)})", both(all_within(factor, 0, 2), all_within(above, 0, 2))),
         (f"at the largest weight the slope is nearer to 1 than at the least: {text_of(slope[order[-1]])} against {text_of(slope[order[0]])}",
          below(np.abs(slope[order[-1]] - 1), np.abs(slope[order[0]] - 1)))],
        'Gulrajani et al. (2017): lambda = 10, "which we found to work well across a variety of architectures and datasets"; 0.1 in the code of their toys.',
        pictures.against(weight, distance, "lambda", "exact W1 of 512 samples", (True, True)), rows=order,
        notes="The floor is what two real samples of so many points are apart: the distance lies between exact W1 less its floor and exact W1.")


def factor_of(distances):
    """[settings, seeds] -> each seed's greatest over its least; infinite where the least is not above 0."""
    distances = np.array(distances)
    least, greatest = distances.min(axis=0), distances.max(axis=0)
    return np.where(least <= 0, np.inf, greatest / np.where(least <= 0, 1, least))


def clip_bound(sweep):
    bound, distance = sweep.parameter("bound"), sweep.reached("exact_w1")
    order = sorted(bound, key=bound.get)
    between = sweep.cells_where("with a bound between two others", lambda label: label in order[1:-1])
    all_there = known(*(distance[label] for label in between))  # another one might be the best
    best = min(between, key=lambda label: np.nan_to_num(np.median(distance[label]), nan=np.inf))
    ends = [order[0], order[-1]]
    return Finding(
        {"exact W1": distance, "99th percentile of the slope": sweep.last("audit_slope_between_p99"), "modes of 8": sweep.reached("modes"),
         "share of weights at the bound": sweep.last("audit_critic_weight_at_max")},
        [(f"the {end} bound, {bound[label]:g}, is worse than the best one between, {bound[best]:g}: {text_of(distance[label])} against "
          f"{text_of(distance[best])}", below(distance[best], distance[label]) if all_there else UNDECIDED) for end, label in zip(("least", "greatest"), ends)],
        "Arjovsky et al. (2017), section 3, use 0.01 and say that a large bound takes long to reach optimality and a small one makes gradients "
        "vanish.",
        pictures.against(bound, distance, "c", "exact W1 of 512 samples", (True, True)), rows=order)


def critic_steps(sweep):
    distance = sweep.reached("exact_w1")
    ratio = {k: sweep.last("audit_gap_test_by_slope")[k] / distance[k] for k in sweep.cells}
    steps, warm = sweep.parameter("critic_steps"), sweep.parameter("warm_up")
    plain = {steps[k]: k for k in sweep.cells if not warm[k]}
    warmed = {steps[k]: k for k in sweep.cells if warm[k]}
    few, many, five, warmed_five = (
        sweep.cells_where(said, lambda label: label == cells.get(updates))[0]
        for said, cells, updates in (("of one update", plain, 1), ("of ten updates", plain, 10), ("of five", plain, 5),
                                     ("of five with warm-up", warmed, 5)))
    return Finding(
        {"exact W1": distance, "gap over slope over W1": ratio, "modes of 8": sweep.reached("modes"), "seconds": sweep.last("seconds", "train")},
        [(f"ten critic updates a step make better samples than one, at equal generator steps: {text_of(distance[many])} against {text_of(distance[few])}",
          below(distance[many], distance[few])),
         (f"with five, warm-up helps: {text_of(distance[warmed_five])} against {text_of(distance[five])} without", below(distance[warmed_five], distance[five]))],
        "Arjovsky et al. (2017), section 3 and their code: the more the critic is trained, the more reliable the gradient; no numbers.",
        pictures.points(distance, "exact W1 of 512 samples", logarithmic=True))


def best_in(budget, values, seconds):
    """The least value of the trials, in their order, that end within so many seconds."""
    inside = values[np.cumsum(seconds) <= budget]
    return float(np.nanmin(inside)) if len(inside) else np.nan


def verdict_of_spread(by_method, within, between):
    """Whether every method's trials differ more than the methods' best do; not known while trials are missing."""
    if not known(*by_method.values(), [*within.values(), between]):
        return UNDECIDED
    return CONFIRMED if min(within.values()) > between else UNDECIDED if max(within.values()) > between else REFUTED


def equal_tuning(sweep):
    frechet = sweep.reached("frechet_distance")
    seconds = sweep.last("seconds", "train", RESULTS)
    methods = ["mm_gan", "ns_gan", "lsgan", "wgan", "wgan_gp", "dragan"]
    def of(method, values):
        cells = sweep.cells_where(f"of '{method}'", lambda label: method in label.split())
        return np.concatenate([values[label] for label in cells])
    by_method = {method: of(method, frechet) for method in methods}
    best = {method: float(np.nanmin(values)) for method, values in by_method.items()}
    worst = {method: float(np.nanmax(values)) for method, values in by_method.items()}
    between = max(best.values()) / min(best.values())
    within = {method: worst[method] / best[method] for method in methods}
    spent = {method: of(method, seconds) for method in methods}
    budget = min(total.sum() for total in spent.values()) + 1e-6
    in_time = {method: np.array([best_in(budget, by_method[method], spent[method])]) for method in methods}
    ahead = [m for m in methods if m != "ns_gan" and best[m] < best["ns_gan"]]
    return Finding(
        {"Frechet distance over trials": by_method, "seconds a trial": spent, "best in equal seconds": in_time},
        [(f"trials of one method differ more (worst over best {min(within.values()):.3g} to {max(within.values()):.3g}) than the methods' best do ({between:.3g})",
          verdict_of_spread(by_method, within, between)),
         (f"no method's best trial beats the non-saturating GAN's ({best['ns_gan']:.3g}); ahead of it are: {', '.join(ahead) or 'none'}", UNDECIDED)],
        "Lucic et al. (2018), table 2, Fashion-MNIST, best of 100 trials, Inception features: MM GAN 29.6 +- 1.6, NS GAN 26.5 +- 1.6, LSGAN 30.7 "
        "+- 2.2, "
        "WGAN 21.5 +- 1.6, WGAN-GP 24.5 +- 2.1, DRAGAN 27.7 +- 1.2.",
        pictures.points(by_method, "Frechet distance, by the project's classifier", logarithmic=True), rows=methods,
        notes=f"Equal steps: as many trials of as many generator steps for each method. Equal seconds: of those trials, in order, that end within {budget:.3g} s, what "
        "the fastest method's take in all. Other features and far fewer steps than the study's: only ranks may be compared, values not.")
