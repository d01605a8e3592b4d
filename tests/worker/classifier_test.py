"""`runner features train` reaches the accuracy that is promised, and runs take its classifier. Usage: classifier_test.py BUILD SOURCE

MNIST is looked for in MONGE_DATA and in ../shared/data beside the checkout; where it is not, only Fashion-MNIST is tried.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import h5py
import numpy as np

BUILD, SOURCE = (pathlib.Path(word).resolve() for word in sys.argv[1:3])


def runner(cache, *words, expected=0):
    data = os.pathsep.join(filter(None, [os.environ.get("MONGE_DATA", ""), str(SOURCE.parent / "shared/data")]))
    ended = subprocess.run([BUILD / "runner", *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                           env={**os.environ, "MONGE_CACHE": str(cache), "MONGE_DATA": data})
    assert ended.returncode == expected, f"{words}: {ended.returncode}\n{ended.stdout}"
    return ended.stdout


def train(cache, dataset, least):
    text = runner(cache, "features", "train", "--dataset", dataset)
    share = float(re.search(rf"{dataset}: ([\d.]+) % of 10000 held-out samples", text).group(1))
    assert share >= least, text
    print(text.strip())
    return re.search(r"SHA-256 ([0-9a-f]{64})", text).group(1)


def sweep(root, dataset, *settings, expected=0):
    words = [f"dataset.plugin='{dataset}'", "train.generator_steps=2", "evaluate.every=2", "evaluate.samples=256", "loss='bce'",
             "enforcer='none'", "evaluate.features='classifier'",
             "evaluate.metrics=['classifier_score','frechet','modes']", *settings]
    grid = root / f"{dataset}.toml"
    grid.write_text("# One run that is looked at by the classifier\n[experiment]\nname = 'x'\n[dataset]\nplugin = 'ring'\n"
                    "[train]\ngenerator_steps = 2\n[loss]\nplugin = 'bce'\n[architecture]\nplugin = 'dcgan'\nwidth = 4\n")
    text = runner(root / "cache", "sweep", grid, "--results", root / dataset, "--quiet", "--device", "cpu",
                  *(word for setting in words for word in ("--set", setting)), expected=expected)
    return text if expected else h5py.File(next((root / dataset).glob("x/runs/*/run.h5")))


def check(run, name, digest, classes):
    evaluation = run["eval"]
    score = evaluation["classifier_score"]
    assert score.attrs["extractor"] in (name, name.encode()), score.attrs["extractor"]
    assert score.attrs["extractor_hash"] in (digest, digest.encode())
    assert 1 <= score[-1] <= classes, score[:]
    assert 1 <= evaluation["modes"][-1] <= classes and np.isfinite(evaluation["mode_kl"][-1])


def main():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        missing = sweep(root, "fashion_mnist", expected=3)
        assert "runner features train --dataset fashion_mnist" in missing, missing
        digest = train(root / "cache", "fashion_mnist", 90)
        check(sweep(root, "fashion_mnist"), "classifier(fashion_mnist)", digest, 10)
        assert "has no labels to learn" in runner(root / "cache", "features", "train", "--dataset", "ring", expected=3)
        if not (SOURCE.parent / "shared/data/mnist").is_dir():
            print("without MNIST: there is no ../shared/data/mnist")
            return
        digest = train(root / "cache", "mnist", 99)
        check(sweep(root, "mnist"), "classifier(mnist)", digest, 10)
        check(sweep(root, "stacked_mnist", "dataset.samples=2000", "dataset.test_samples=600"), "classifier(mnist)", digest, 1000)


main()
