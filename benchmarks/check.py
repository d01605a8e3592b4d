"""The first step of every peer against ours, from the same weights and draws."""
import json
import subprocess

import environment
import h5py

from workloads import BETAS, CHECK_EPSILON, ENFORCERS, LEARNING_RATE, WORKLOADS

TOLERANCE = 1e-4
# In W5 float32 itself is 2e-4 from the truth: in float64 PyTorch and JAX agree to 1e-14, and in float32 both miss it by that.
SLOW_TOLERANCE = 5e-4
GPU_FACTOR = 10  # of these: cuDNN may take convolutions through Winograd's or Fourier's transform
CRITIC_STEPS = 2  # enough to use Adam's moments; rounding grows with every update
QUANTITIES = ("critic_loss", "penalty", "generator_loss", "critic_gradient_norm", "generator_gradient_norm")


class NotOurs(Exception):
    """A peer whose first step is another."""


class FirstSteps:
    """What first_step.cpp found for these workloads; `dump` is the file that peers read weights and draws from."""

    def __init__(self, build, scratch, names, enforcers, device):
        self.factor = 1 if device == "cpu" else GPU_FACTOR
        cases = [{"name": f"{name}_{enforcer}", "loss": {"plugin": "wasserstein"}, "enforcers": [ENFORCERS[enforcer]],
                  "architecture": WORKLOADS[name].architecture, "sample": WORKLOADS[name].sample,
                  "batch_size": WORKLOADS[name].batch, "critic_steps": CRITIC_STEPS, "latent": WORKLOADS[name].latent,
                  "learning_rate": LEARNING_RATE, "betas": BETAS, "epsilon": CHECK_EPSILON} for name in names for enforcer in enforcers]
        (scratch / "cases.json").write_text(json.dumps(cases))
        self.dump, program = scratch / "first_step.h5", environment.program(build, "first_step")
        if not program.exists():
            raise SystemExit(f"{program} is missing; build it with: cmake --build {build} --target first_step")
        subprocess.run([str(program), str(scratch / "cases.json"), str(environment.plugins(build)), str(self.dump)], check=True)

    def compare(self, workload, enforcer, peer, theirs):
        """A peer's numbers beside ours; NotOurs where they differ by more than the tolerance."""
        with h5py.File(self.dump) as h5:
            ours = {quantity: float(h5[f"{workload}_{enforcer}"][quantity][()]) for quantity in QUANTITIES}
        # The gradient of the critic's last bias is nothing but rounding, and Adam makes a share of the learning rate of it, in
        # the scores and so in losses that are means of scores near zero.
        scale = {quantity: max(abs(ours[quantity]), 1e-3 if quantity.endswith("_loss") else 1e-6) for quantity in QUANTITIES}
        errors = {quantity: abs(theirs[quantity] - ours[quantity]) / scale[quantity] for quantity in QUANTITIES}
        worst = max(errors, key=errors.get)
        tolerance = self.factor * (SLOW_TOLERANCE if WORKLOADS[workload].slow else TOLERANCE)
        if not all(error <= tolerance for error in errors.values()):
            raise NotOurs(f"{peer} does not do our mathematics in {workload} with {enforcer}: its first step has"
                             f" {worst} = {theirs[worst]:.7g}, ours {ours[worst]:.7g}, allowed is {tolerance:g} of that")
        return {"error": errors[worst], "quantity": worst, "ours": ours, "theirs": theirs}
