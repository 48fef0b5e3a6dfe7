"""torch_gradcheck.py -- the same losses by torch.autograd.gradcheck, for bench/table to put beside ours.

    torch_gradcheck.py [quick] >FILE

Double, one thread, CPU seconds of the call of gradcheck alone; what its slow mode would take at larger shapes is
neither asked nor guessed. The losses are Caffe's: means over num, euclidean with its half and over both of its inputs.
"""
import json
import sys
import time

import torch
import torch.nn.functional as F


def normal(*shape):
    return torch.randn(*shape, dtype=torch.double)


def wanted(*shape):
    return normal(*shape).requires_grad_()


def softmax_loss(n, c):
    label = torch.randint(c, (n,))
    return lambda score: F.cross_entropy(score, label), (wanted(n, c),)


def sigmoid_cross_entropy(n, c):
    target = torch.rand(n, c, dtype=torch.double)
    return (
        lambda score: F.binary_cross_entropy_with_logits(score, target, reduction="sum") / n,
        (wanted(n, c),),
    )


def euclidean(n, c):
    return lambda a, b: F.mse_loss(a, b, reduction="sum") / (2 * n), (wanted(n, c), wanted(n, c))


def hinge(n, c):
    sign = -torch.ones(n, c, dtype=torch.double)
    sign[torch.arange(n), torch.randint(c, (n,))] = 1
    return lambda score: F.relu(1 - sign * score).sum() / n, (wanted(n, c),)


def measure(loss, n, c, fast):
    function, inputs = loss(n, c)
    why = ""
    start = time.process_time()
    try:
        torch.autograd.gradcheck(function, inputs, fast_mode=fast)
    except RuntimeError as error:
        why = str(error).splitlines()[0]
    seconds = time.process_time() - start
    record = {"layer": loss.__name__, "n": str(n), "c": str(c), "mode": "fast" if fast else "slow"}
    record.update(cpu_seconds=seconds, elements=sum(i.numel() for i in inputs), passed=not why)
    if why:
        record["why"] = why
    return record


def main():
    quick = "quick" in sys.argv[1:]
    losses = [softmax_loss, sigmoid_cross_entropy, euclidean, hinge]
    torch.manual_seed(1701)
    torch.set_num_threads(1)
    measure(softmax_loss, 2, 2, False)  # whatever is set up once is not counted
    results = []
    for loss in losses:
        if loss is softmax_loss or not quick:
            results.append(measure(loss, 1000, 10, False))
        results += [measure(loss, n, 10, True) for n in (1000, 100000)]
    json.dump({"torch": torch.__version__, "threads": 1, "results": results}, sys.stdout, indent=1)
    print()


main()
