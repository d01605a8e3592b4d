"""Failures of GANs and what avoids them: stalling, vanishing gradients, lost modes."""
import numpy as np
import pictures
from study import CRITIC_RATE, UNDECIDED, Finding, all_within, below, both, rate_of, text_of


def clip_vs_gp(sweep):
    distance = sweep.reached("sliced_wasserstein")
    clip, penalty = (sweep.cell_with("wasserstein", f"enforcer={name}") for name in ("clip", "gradient_penalty"))
    return Finding(
        {"sliced W1": distance, "critic's steepest slope between": sweep.last("audit_slope_between_max")},
        [(f"with Wasserstein's loss the penalty's samples (Adam, {rate_of(sweep, penalty)}) are nearer to the data than clipping's (RMSprop, "
          f"{rate_of(sweep, clip)}): {text_of(distance[penalty])} against {text_of(distance[clip])}", below(distance[penalty], distance[clip]))],
        "Gulrajani et al. (2017), figure 3: on CIFAR-10 the penalty reaches an inception score of 6, clipping 4 to 5, at equal steps.",
        pictures.curves(sweep.steps(), sweep.curves("sliced_wasserstein"), "sliced W1", logarithmic=True),
        "Numbers after the optimisers are learning rates. Enforcer and optimiser go together: RMSprop with clipping, Adam without and with the "
        "penalty, as in the papers.")


def vanishing_gradient(sweep):
    norm = sweep.series("generator_gradient_norm", "train")
    left = {label: rows[:, -20:].mean(axis=1) / np.max(smooth(rows), axis=1) for label, rows in norm.items()}
    saturating = left[sweep.cell("bce, saturating")]
    others = [sweep.cell("wasserstein, clip"), sweep.cell("wasserstein, gradient_penalty")]
    return Finding(
        {"gradient left at the end, share of the largest": left, "gap at the end": sweep.last("gap", "train")},
        [(f"the saturating loss leaves under a hundredth of its largest gradient: {text_of(saturating)}", all_within(saturating, 0, 0.01)),
         (f"Wasserstein's gradient does not vanish, clipped or penalised: {text_of(left[others[0]])} and {text_of(left[others[1]])}",
          both(*(all_within(left[label], 0.1, np.inf) for label in others)))],
        "Arjovsky & Bottou (2017), figure 2: the gradient falls by five orders of magnitude in 4,000 updates; WGAN, figure 2: "
        "Wasserstein's critic gives clean gradients everywhere.",
        pictures.curves(sweep.steps("train"), sweep.curves("generator_gradient_norm", "train"), "norm of the generator's gradient",
                        "critic updates", logarithmic=True))


def smooth(rows, width=20):
    """Running means over updates [seeds, updates - width + 1]."""
    return np.apply_along_axis(lambda row: np.convolve(row, np.ones(width) / width, mode="valid"), 1, rows)


def mode_collapse(sweep):
    modes, quality = sweep.reached("modes_final"), sweep.reached("high_quality_final")
    all_of = {label: 25 if "grid" in label else 8 for label in sweep.cells}
    share = {label: modes[label] / all_of[label] for label in sweep.cells}
    updates = sweep.last("critic_updates", "train")
    gan, wgan, wgan_gp = (sweep.cells_of(name, 2) for name in ("gan", "wgan", "wgan_gp"))  # of the ring and of the grid
    together = {name: np.concatenate([share[label] for label in labels]) for name, labels in (("gan", gan), ("gp", wgan_gp), ("clip", wgan))}
    return Finding(
        {"modes": modes, "share of good samples": quality, "exact W1 of 2,048": sweep.reached("exact_w1_final"),
         "KL of the modes": sweep.reached("mode_kl_final"), "critic updates": updates},
        [(f"WGAN-GP reaches every mode, in every run (share of modes {text_of(together['gp'])})", all_within(together["gp"], 1, 1)),
         (f"the plain GAN loses modes (share {text_of(together['gan'])}; {times(updates[wgan_gp[0]], updates[gan[0]])} fewer critic updates)",
          all_within(together["gan"], -np.inf, 0.999)),
         (f"WGAN with clipping reaches every mode (share {text_of(together['clip'])})", all_within(together["clip"], 1, 1))],
        "modes of 8 / of 25: GAN 6.3 +- 0.5 / 17.3 +- 0.8 (PacGAN, table 1), 1 / 3.3 (VEEGAN, table 1); true samples have a share of 0.989 "
        "of good ones. Of 2,500 samples; here of 2,048, the curves of 512, of which a generator of the grid whose good samples are a tenth misses "
        "modes by chance.",
        pictures.panels((sweep.steps(), {k: v for k, v in sweep.curves("modes").items() if "ring" in k}, "modes of the ring", False),
                        (sweep.steps(), {k: v for k, v in sweep.curves("modes").items() if "grid" in k}, "modes of the grid", False)),
        "Equal generator steps: the plain GAN has one critic update for each, as is usual, the WGANs have more; what is due to the loss and what to "
        "those is not told apart. Clipping has RMSprop and a lower learning rate than the other two.")


def times(many, few):
    """Of medians: "5 times"."""
    return f"{np.median(many) / np.median(few):.3g} times"


def stacked_mnist(sweep):
    modes = sweep.reached("modes")
    gan, wgan, gp = (sweep.cell(name) for name in ("gan", "wgan", "wgan_gp"))
    updates = sweep.last("critic_updates", "train")
    more = f"with {times(updates[gp], updates[gan])} its critic updates"
    return Finding(
        {"modes of 1,000": modes, "KL of the modes": sweep.reached("mode_kl"), "critic updates": updates},
        [(f"WGAN-GP reaches more modes than the plain GAN, {more}: {text_of(modes[gp])} against {text_of(modes[gan])}", below(modes[gan], modes[gp])),
         (f"so does WGAN with clipping: {text_of(modes[wgan])}", below(modes[gan], modes[wgan]))],
        "DCGAN 99.0 modes (VEEGAN, table 2), 78.9 +- 6.5 (PacGAN, table 2); PacGAN 1,000, of 26,000 samples. Here of 2,048, of which true images "
        "reach 870 modes.",
        pictures.curves(sweep.steps(), sweep.curves("modes"), "modes"),
        "Equal generator steps: the plain GAN has one critic update for each, the WGANs have more; what is due to the loss and what to those is not "
        f"told apart. Its critic saw {text_of(sweep.last('samples_seen', 'train')[gan])} images, the data has 20,000 (128,000 at the full size): as "
        "the file stands less than one pass. Its critic has no batch norm, unlike DCGAN's, so that it is not the network of the literature's "
        "numbers. "
        "Clipping has RMSprop and a lower learning rate than the other two.")


def momentum(sweep):
    distance = sweep.reached("exact_w1")
    after = (("rmsprop, momentum 0.9", "rmsprop"), ("adam, beta1 0.5", "adam, beta1 0"), ("adam, beta1 0.9", "adam, beta1 0"))
    claims = []
    for with_momentum, without in after:
        of, base = (distance[sweep.cell(f"enforcer=clip {name}")] for name in (with_momentum, without))
        claims.append((f"clipping: samples are farther off with {with_momentum} ({text_of(of)}) than with {without} ({text_of(base)})",
                       below(base, of)))
    for with_momentum, without in after:
        of, base = (distance[sweep.cell(f"enforcer=gradient_penalty {name}")] for name in (with_momentum, without))
        claims.append((f"the penalty: with {with_momentum} no run is half as far off again as the median with {without} "
                       f"({text_of(of / np.median(base))} times)", all_within(of / np.median(base), 0, 1.5)))
    return Finding(
        {"exact W1": distance, "exact W1's floor": sweep.last("exact_w1_floor"), "modes of 8": sweep.reached("modes"),
         "norm of the critic's gradient": sweep.last("critic_gradient_norm", "train"), CRITIC_RATE: sweep.last("learning_rate_critic", "train")},
        claims,
        "Arjovsky et al. (2017), section 4: training 'becomes unstable at times when one uses a momentum based optimizer such as Adam (with beta1 "
        "> 0) "
        "on the critic, or when one uses high learning rates'; no numbers are given.",
        pictures.points(distance, "exact W1 of 512 samples", logarithmic=True),
        "Only the critic's optimiser differs; the generator has RMSprop without momentum in all cells. RMSprop with momentum 0.9 has a tenth of the "
        "learning rate, as its steps add up to ten times as much. Of the penalty the literature has no such claim; it is the file's.")


def digit_seven(sweep):
    distance = sweep.reached("sliced_wasserstein")
    clip, penalty = sweep.cell_with("clip"), sweep.cell_with("gradient_penalty")
    return Finding(
        {"sliced W1": distance},
        [(f"with the penalty and Adam ({rate_of(sweep, penalty)}) sevens are nearer after the same steps than with clipping and RMSprop "
          f"({rate_of(sweep, clip)}): {text_of(distance[penalty])} against {text_of(distance[clip])}",
          below(distance[penalty], distance[clip]))],
        "The tutorials show pictures alone: readable sevens after 10,000 to 50,000 steps.",
        pictures.curves(sweep.steps(), sweep.curves("sliced_wasserstein"), "sliced W1", logarithmic=True),
        "Numbers after the optimisers are learning rates. Two settings are compared, not two enforcers: in the penalty's the steps are also ten "
        "times as large.")


def cats(sweep):
    distance = sweep.reached("sliced_wasserstein")
    with_norm, without = sweep.cell_with("generator"), sweep.cell_with("none")
    return Finding(
        {"sliced W1": distance},
        [(f"the generator trains without batch norm, too: {text_of(distance[without])} against {text_of(distance[with_norm])} with it", UNDECIDED)],
        "Arjovsky et al. (2017), figure 6: WGAN trains a generator without batch norm.",
        pictures.curves(sweep.steps(), sweep.curves("sliced_wasserstein"), "sliced W1", logarithmic=True))


def conditional(sweep):
    score, accuracy = sweep.reached("classifier_score"), sweep.reached("class_accuracy")
    none, embed, projection = (sweep.cell_with(name) for name in ("none", "embed", "projection"))
    asked = [(f"by {name} most samples are taken for the class asked for: a share of {text_of(accuracy[label])}", all_within(accuracy[label], 0.5, 1))
             for name, label in (("projection", projection), ("embedding", embed))]
    return Finding(
        {"share of the class asked for": accuracy, "classifier score": score, "Frechet distance": sweep.reached("frechet_distance")},
        asked + [(f"by projection the classifier score is above the unconditional one: {text_of(score[projection])} against {text_of(score[none])}",
          below(score[none], score[projection])),
         (f"by embedding, too: {text_of(score[embed])}", below(score[none], score[embed]))],
        "Miyato & Koyama (2018), table 1, ImageNet: inception score 29.7 by projection, 21.1 by concatenation. Of shares no number of these data "
        "is published; "
        "by chance it is 0.1.",
        lambda figure: scores_and_grids(figure, sweep))


def scores_and_grids(figure, sweep):
    """The curve, and the first seed's last grid of each cell; none where that is no result."""
    grids = sweep.last_grids()
    curve, *others = figure.subplots(1, 1 + len(grids), width_ratios=[1.4] + [1] * len(grids))
    pictures.bands(curve, sweep.steps(), sweep.curves("classifier_score"))
    curve.set(xlabel="generator steps", ylabel="classifier score")
    for axes, (label, grid) in zip(others, grids.items()):
        if grid is not None:
            axes.imshow(grid, cmap="gray")
        axes.set_title(label, fontsize=7)
        axes.axis("off")
