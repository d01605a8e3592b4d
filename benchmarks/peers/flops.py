"""The useful FLOPs of a step: matrix products and convolutions that no way of computing it goes without.

Multiply and add are counted apart; elementwise work and the optimiser are left out. Piecewise linear activations pass no
second derivative on, so the penalty's double backward is two products a layer; that is less than autograd does with the
library's activations, which push zeros through the critic once more.
"""
from workloads import CRITIC_STEPS


def layer_flops(layers, batch):
    """Forward FLOPs of each layer that is a product, and the same counts for its two gradients."""
    flops, pixels = [], 1
    for kind, *sizes in layers:
        if kind == "reshape":
            pixels = sizes[1] * sizes[2]
        elif kind == "linear":
            flops.append(2 * batch * sizes[0] * sizes[1])
        elif kind == "conv":
            pixels //= 4
            flops.append(2 * batch * pixels * 16 * sizes[0] * sizes[1])
        elif kind == "conv_t":
            flops.append(2 * batch * pixels * 16 * sizes[0] * sizes[1])
            pixels *= 4
    return flops


def useful_flops(workload, enforcer):
    """Of one generator step and its critic steps."""
    sample = workload.sample
    critic_layers = ([("reshape", *sample)] if len(sample) == 3 else []) + workload.critic
    critic, generator = layer_flops(critic_layers, workload.batch), layer_flops(workload.generator, workload.batch)
    d, g = sum(critic), sum(generator)
    # Scores of real and fake with their weights' gradients; the first layer's input needs none.
    critic_step = g + 2 * (d + d + d - critic[0])
    if enforcer == "gradient_penalty":
        # Forward at the points and the slope; then through the slope's own graph, to every weight and every layer. The
        # last layer's share of the double backward is no product: its output's gradient is constant.
        critic_step += 2 * d + 2 * (d - critic[-1])
    generator_step = g + d + d + g + g - generator[0]
    return CRITIC_STEPS * critic_step + generator_step
