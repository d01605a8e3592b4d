"""The first step of every peer against ours, from the same weights and draws."""
import json
import subprocess

import h5py

from processes import PEERS
from workloads import BETAS, CRITIC_STEPS, ENFORCERS, LEARNING_RATE, WORKLOADS

TOLERANCE = 1e-4
QUANTITIES = ("critic_loss", "penalty", "generator_loss", "critic_gradient_norm", "generator_gradient_norm")


def write_ours(build, scratch, names, enforcers):
    """Runs first_step on these workloads; the path of what it wrote."""
    cases = [{"name": f"{name}_{enforcer}", "loss": {"plugin": "wasserstein"}, "enforcers": [ENFORCERS[enforcer]],
              "architecture": WORKLOADS[name].architecture, "sample": WORKLOADS[name].sample,
              "batch_size": WORKLOADS[name].batch, "critic_steps": CRITIC_STEPS, "latent": WORKLOADS[name].latent,
              "learning_rate": LEARNING_RATE, "betas": BETAS} for name in names for enforcer in enforcers]
    (scratch / "cases.json").write_text(json.dumps(cases))
    dump = scratch / "first_step.h5"
    subprocess.run([str(build / "first_step"), str(scratch / "cases.json"), str(build / "plugins"), str(dump)], check=True)
    return dump


def compare(dump, name, enforcer, python, variant):
    """Largest relative error over the quantities, and the quantity; the peer's numbers beside ours."""
    command = [str(python), str(PEERS / variant.script), name, enforcer, *variant.arguments, "--threads", "1", "--check", str(dump)]
    result = subprocess.run(command, check=False, capture_output=True, text=True)
    if result.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{result.stderr}")
    theirs = json.loads(result.stdout.strip().splitlines()[-1])
    with h5py.File(dump) as h5:
        ours = {quantity: float(h5[f"{name}_{enforcer}"][quantity][()]) for quantity in QUANTITIES}
    errors = {quantity: abs(theirs[quantity] - ours[quantity]) / max(abs(ours[quantity]), 1e-6) for quantity in QUANTITIES}
    worst = max(errors, key=errors.get)
    return {"error": errors[worst], "quantity": worst, "ours": ours, "theirs": theirs}
