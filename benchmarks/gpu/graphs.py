"""One run's step launched kernel by kernel and as a CUDA graph; several such graphs at once, each on a stream of its own."""
from expert import Expert


def eager_or_graph(bench):
    for name in bench.workloads("W1", "W2", "W4", "W5"):
        bench.row(f"{name}, a step", {"eager": lambda: Expert(bench.options(name)).step,
                                      "graph": lambda: bench.replay(Expert(bench.options(name)).step)})


def lanes(bench):
    """Graphs at once. They share PyTorch's one generator, so that their draws may coincide: a matter of numbers, not of time."""
    for name in bench.workloads("W2", "W4", "W5"):
        held = []

        def replays(count):
            held.extend(bench.replay(Expert(bench.options(name)).step) for _ in range(count - len(held)))
            return lambda: [replay() for replay in held]

        bench.row(f"{name}, a run's step with so many at once",
                  {count: lambda count=count: replays(count) for count in bench.sizes(1, 2, 4, 8, 16)})
