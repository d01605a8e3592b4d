"""Where PyTorch computes: its precision there, waiting until it has, and a step as one CUDA graph."""
import contextlib
import time

import torch

WARM_UP = 3  # libraries make handles, plans and workspaces in the first calls, which no capture may see


def place(name):
    """The device. Its float32 is float32, as in our worker; by default convolutions would take TF32."""
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    return torch.device(name)


def wait(device):
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def seconds_of(call, device, aim):
    """Seconds of one call: the mean over as many as fill the time `aim`, one at least, the device's own waiting in them."""
    wait(device)
    count, begin = 0, time.perf_counter()
    while not count or time.perf_counter() - begin < aim:
        more = max(1, count)  # a wait after 1, 1, 2, 4... calls: it costs as much as a small kernel
        for _ in range(more):
            call()
        wait(device)
        count += more
    return (time.perf_counter() - begin) / count


class Captured:
    """`step` as one CUDA graph; on a CPU the step itself, so that all that is around it can be tried there.

    Warm-up, capture and replays are on one stream: autograd runs a node on the stream that it was made on, and a capture
    may not wait for another. What `step` leaves in memory is written anew, in the same place, by each replay.
    """

    def __init__(self, step, device):
        self.step = self.replay = step  # kept: its tensors are the graph's
        self.stream = None
        if device.type == "cpu":
            return
        self.stream = torch.cuda.Stream(device)
        self.stream.wait_stream(torch.cuda.current_stream(device))
        with torch.cuda.stream(self.stream):
            for _ in range(WARM_UP):
                step()
        wait(device)
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph, stream=self.stream):
            step()
        self.replay = self.replay_graph

    def replay_graph(self):
        with self.on_stream():
            self.graph.replay()

    def on_stream(self):
        return torch.cuda.stream(self.stream) if self.stream else contextlib.nullcontext()


def replay_error(step, captured, weights, states, device):
    """How far from each other the step and its replay take the weights, over the length of the step, from one seed.

    What was constant in the capture by mistake, such as draws, makes that large. `states`: what else the step changes;
    all is as it was afterwards.
    """
    tensors = [*weights, *states]
    before = [tensor.detach().clone() for tensor in tensors]

    def end_of(call):
        torch.manual_seed(1)
        call()
        wait(device)
        end = [weight.detach().clone() for weight in weights]
        with torch.no_grad():
            for tensor, value in zip(tensors, before):
                tensor.copy_(value)
        wait(device)
        return end

    def distance(one, other):
        return float(sum((a.double() - b.double()).square().sum() for a, b in zip(one, other)).sqrt())

    stepped, replayed = end_of(step), end_of(captured.replay)
    return distance(stepped, replayed) / distance(stepped, before)
