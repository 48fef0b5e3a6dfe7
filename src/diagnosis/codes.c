/* codes.c -- the catalogue of findings. */
#include "diagnosis/codes.h"

/* By the hundreds: 1 a factor, 2 the contract, 3 the values, 4 what the run itself could see. */
static const struct gck_code catalogue[] = {
    { 101, GCK_SEVERE, 1, "Backward ignores the loss weight",
      "The objective is E = loss_weight * loss, so dE/dloss = loss_weight. The host puts it into "
      "top.diff[0] at set-up, and every bottom diff has to carry it; these diffs stay the same "
      "when it changes. With loss weight 1 nobody notices.",
      "multiply by gck_top_diff(io, 0)[0] (in Caffe: top[0]->cpu_diff()[0])" },
    { 102, GCK_SEVERE, 5, "the loss weight is applied twice",
      "dE/dx = loss_weight * dloss/dx holds the weight once; doubling the weight must double the "
      "diffs, and here it makes them four times as large.",
      "look for a second multiplication by top.diff[0], or for a value kept by Forward that "
      "already carries it" },
    { 103, GCK_SEVERE, 6, "1/num is missing",
      "The loss is a mean over the num samples of the batch, (1/num) sum_n loss_n, so every "
      "derivative carries 1/num as well.",
      "divide by gck_num(io, 0) in Backward (in Caffe: bottom[i]->num())" },
    { 104, GCK_SEVERE, 6, "1/num is applied twice",
      "The mean over the batch brings one 1/num into the derivative, and only one; here it is "
      "there twice. Perhaps Forward keeps a value that is divided already, and Backward "
      "divides again.",
      "divide what Forward keeps, or in Backward, not both" },
    { 105, GCK_SEVERE, 6, "divided by count (or another dimension) instead of num",
      "num is the number of samples, the first dim; count is the number of all elements, num * "
      "channels * positions. Forward divides by one and Backward by the other.",
      "use the same divisor in both passes: gck_num(io, 0) for a mean over samples" },
    { 106, GCK_SEVERE, 0, "the sign is flipped",
      "Every derivative has the right size and the wrong sign: following it makes the loss "
      "larger.",
      "check the order of the subtraction, d(a - b)/db = -1, and look for a lost or doubled "
      "minus" },
    { 107, GCK_SEVERE, 2, "a constant factor (2, 1/2, ...)",
      "Every derivative is off by the same number, which depends neither on num, nor on the other"
      " dims, nor on the loss weight. Usually d(x^2)/dx = 2x and the 1/2 of Forward have not been"
      " cancelled as they should.",
      "derive the formula of Forward once more, with its constants" },
    { 108, GCK_SEVERE, 7, "the bottoms are swapped",
      "The diff of each bottom holds the derivative with respect to the other one.",
      "check the index: bottom i's derivative belongs into gck_bottom_diff(io, i)" },
    { 109, GCK_SEVERE, 7, "bottom[1] has the sign of bottom[0]",
      "The loss depends on the difference of two bottoms, so their derivatives have opposite "
      "signs: d(a - b)/da = 1, d(a - b)/db = -1. Here both have the same one.",
      "give the second bottom the sign -1, as in: sign = i == 0 ? 1 : -1" },
    { 110, GCK_SEVERE, 5, "the loss weight is applied in Forward: top.data depends on it",
      "top.data holds the plain loss. The objective E = sum of loss_weight * loss is the host's "
      "business; a layer that multiplies in Forward has its weight counted twice there.",
      "leave the weight out of Forward; only Backward reads top.diff" },
    { 111, GCK_SEVERE, 5, "not linear in the loss weight (added, divided, absolute value, clipped)",
      "dE/dx = loss_weight * dloss/dx: twice the weight, twice the diff; the weight -1 turns the "
      "sign; the weight 0 gives 0. Here something else happens to the weight.",
      "top.diff[0] should occur once in Backward, as a factor" },
    { 112, GCK_SEVERE, 6, "integer division: 1/num is 0",
      "1 / num in whole numbers is 0 for every num above 1: all diffs are 0 although the loss "
      "moves. With num = 1 they are right.",
      "divide as a real number: 1 / (real)num, or loss_weight / (real)num" },
    { 113, GCK_SEVERE, 6, "a factor made of several of num, C, S, weight",
      "All diffs are off by one factor, and it follows more than one of: the number of samples, "
      "the channels C, the positions S, the loss weight. Two mistakes may stand on top of each "
      "other.",
      "compare the factors before the sum in Forward with those in Backward, one by one" },
    { 114, GCK_SEVERE, 8,
      "one group (a class, the label's element, one bottom) has a factor of its own",
      "Part of the diffs are right; the others, which have something in common, are off by one "
      "factor.",
      "look at the branch or the line of Backward that handles this group alone" },
    { 115, GCK_SEVERE, 13,
      "the loss is not normalised as it claims (1/num lost or doubled in Forward and Backward "
      "alike)",
      "Forward and Backward agree with each other, so every derivative is right; but the loss of "
      "a doubled batch is not what the layer says about itself (a mean stays, a sum doubles). The"
      " step length of a training then depends on the batch size.",
      "divide by num in both passes, or declare what the layer does with .norm" },

    { 201, GCK_SEVERE, 7, "diffs are added to, not set",
      "Backward owns the bottom diffs and has to write them whatever stood there; only diffs of "
      "learnable weights are added to. Here the old content is still in the result.",
      "write = in place of +=, or beta = 0 in gck_axpby and gck_gemm" },
    { 202, GCK_SEVERE, 7, "diffs are never written (which range)",
      "After Backward these elements still hold what stood there before. An element whose "
      "derivative is 0 has to be set to 0.",
      "check the loop's bounds, and early returns and branches that leave the diff unwritten" },
    { 203, GCK_SEVERE, 7, "propagate_down is ignored: a diff nobody asked for was written",
      "propagate_down[i] is false where bottom i needs no derivative (data, labels); its diff may"
      " then be shared or in use elsewhere.",
      "write a bottom diff only where gck_bottom_diff(io, i) is not NULL" },
    { 204, GCK_SEVERE, 7, "Forward is not repeatable",
      "Forward twice on the same data gives two results: something is left over from one call "
      "to the next, or memory is read before it is written.",
      "start every sum at 0 in Forward, keep no static variable, and use io->seed for random "
      "numbers" },
    { 205, GCK_SEVERE, 7, "Backward is not repeatable",
      "Backward twice on the same data gives two results: it changes something that it reads.",
      "leave buffers, tops and bottoms as they are in Backward, and keep no static variable" },
    { 206, GCK_SEVERE, 7, "bottom data or labels were changed",
      "Bottom data belong to the layer below, and other layers may read them too. A layer writes "
      "tops, buffers and bottom diffs only.",
      "use a buffer for intermediate values (.buffers, gck_buffer)" },
    { 207, GCK_SEVERE, 7, "top diff was changed",
      "top.diff is Backward's input: for a loss it holds the loss weight from set-up on, and "
      "nobody writes it again before the next iteration.",
      "read top.diff and write elsewhere, e.g. into a buffer" },
    { 208, GCK_SEVERE, 5, "only top.diff[0] is used though the top has more elements",
      "A loss is one number, so top.diff[0] is all of its top diff. A top with more elements has "
      "a derivative for each: dE/dx = sum_j top.diff[j] * dtop[j]/dx.",
      "use top.diff[j] for the element j that it belongs to" },
    { 209, GCK_SEVERE, 7, "something from earlier data or an earlier shape is still in use",
      "After a run on other data, or another batch size, the same input gives another result than"
      " in a fresh layer: something computed earlier was kept.",
      "size every buffer in reshape, fill it in every Forward, and keep no static variable" },
    { 210, GCK_SEVERE, 7, "memory outside a blob was written (or its content matters)",
      "The guard words beside a blob were overwritten, or the result changes with them: an index "
      "runs past an end.",
      "check the loops' bounds and strides, and how large reshape makes the buffers" },
    { 211, GCK_SEVERE, 7, "bad input is accepted (label out of range, wrong shape)",
      "An input that makes no sense was taken without a word. A label used as an index without a "
      "check reads and writes memory that belongs to others.",
      "use gck_label for labels, and compare shapes in reshape; return gck_fail(...) with the "
      "numbers" },
    { 212, GCK_SEVERE, 7, "the layer crashed, exited, or ran out of time",
      "The layer ended the process that ran it, did not come back, or has more to examine than "
      "there was time for. A layer refuses what it can't do by returning gck_fail(...).",
      "run again with --asan (the file as .c source), which names the line" },
    { 213, GCK_SEVERE, 7, "a weight's diff is set, not added to",
      "Diffs of learnable weights are added to: several passes, or several layers that share the "
      "weight, collect their shares there. Here the old content is gone.",
      "write += in place of =, or beta = 1 in gck_axpby and gck_gemm" },
    { 214, GCK_SEVERE, 7, "Backward depends on what Forward left in a bottom diff",
      "Forward used a bottom diff as scratch memory and Backward reads it again. In between, the "
      "diff belongs to others: another reader of the same blob may write it.",
      "keep intermediate values in a buffer (.buffers, gck_buffer)" },
    { 215, GCK_SEVERE, 7, "Forward changes a learnable weight",
      "Weights belong to the solver: it changes them after Backward. A Forward that changes them "
      "gives another loss every time.",
      "keep running statistics in a buffer, or declare them as a top" },

    { 301, GCK_SEVERE, 4, "the gradient is zero where the loss moves",
      "The loss changes when this element changes, so its derivative is not 0, but Backward says "
      "0.",
      "check that Backward reaches these elements, and that no factor in front is 0" },
    { 302, GCK_SEVERE, 10, "the gradient or the loss is not finite",
      "NaN or infinity came out, as of log(0), of 0/0, or of exp of something large. One such "
      "element makes every weight of a training NaN.",
      "subtract the maximum before exp, use log1p and expm1, and treat the point 0 on its own" },
    { 303, GCK_SEVERE, 7, "right values in wrong places (shifted, transposed, reversed)",
      "The numbers of the true gradient are all there, in another order.",
      "check how the flat index is made: (n * C + c) * S + s, the last axis fastest" },
    { 304, GCK_NOTE, 9, "at a kink; a valid subgradient",
      "Here the loss has a corner, like |x| at 0: no derivative exists, every slope between the "
      "left and the right one is a valid choice, and Backward took one of them.",
      "nothing to mend; another --seed moves the data off the corner" },
    { 305, GCK_SEVERE, 9, "at a kink; outside the subgradients, or the wrong branch",
      "Here the loss has a corner, and Backward's slope lies outside those on its two sides; or "
      "it took the branch of the other side.",
      "compare the conditions in Forward and Backward: both > or both >=, with the same margin" },
    { 306, GCK_SEVERE, 10, "the loss is flat here (clamped or saturated) but the gradient is not",
      "Forward clamps (as max(p, tiny) in a logarithm does) or saturates, so the loss does not "
      "move; Backward's formula knows nothing of the clamp.",
      "compute the loss without the clamp (log-sum-exp), or let the gradient be 0 where it "
      "clamps" },
    { 307, GCK_SEVERE, 3, "the double layer computes in float somewhere",
      "In double, results carry no more digits than a float holds: somewhere a value passes "
      "through float. Where no digit that counts is lost, this is a note.",
      "look for float variables, constants such as 0.1f, and expf or sqrtf; write real and "
      "<tgmath.h>" },
    { 308, GCK_SEVERE, 10, "float and double disagree in Forward (overflow, cancellation)",
      "The same source gives in float another loss than in double, by far more than rounding: exp"
      " overflows above 88, or the difference of two large numbers lost its digits.",
      "rearrange the formula so that large numbers cancel on paper and not in the machine" },
    { 309, GCK_SEVERE, 10, "the wrong class: label off by one, or p instead of p - 1{label}",
      "The derivative of softmax with cross entropy is p_c - 1 for the label's class and p_c for "
      "the others. The 1 is missing, or it was subtracted from another class.",
      "check which element of the sample gets the -1: class `label` itself, counted from 0" },
    { 310, GCK_SEVERE, 8,
      "samples that don't count (ignored, inactive) have a gradient, or the other way round",
      "A sample that Forward leaves out of the loss (ignore_label, outside the margin) cannot "
      "move it, so its derivative is 0; and a sample that counts has one.",
      "use the same condition in both passes, and set the diff to 0 where it fails" },
    { 311, GCK_SEVERE, 2, "an inner derivative is missing or one too many",
      "By the chain rule f(g(x)) has the derivative f'(g(x)) * g'(x); a factor such as p(1-p), "
      "1/x or x is missing or stands there twice. Fused layers (sigmoid with cross entropy) have "
      "it cancelled already.",
      "write down the chain of functions and one factor for each" },
    { 312, GCK_SEVERE, 1, "data in place of diff",
      "The diff holds a multiple of the input itself: data was read where a derivative belongs.",
      "look for cpu_data in place of cpu_diff (gck_top in place of gck_top_diff)" },
    { 313, GCK_SEVERE, 6,
      "part of the batch is missing (the last sample, the second half, every k-th)",
      "The derivatives are right except for some samples, which have none.",
      "check the loop's bounds and its step: all of gck_num(io, 0) samples, all of gck_count" },
    { 314, GCK_SEVERE, 10,
      "nearly right: off by a small amount that is far above the numeric error (a stabiliser in "
      "Backward only)",
      "The derivatives look right to some digits and are not: the difference is small, and much "
      "larger than the error of this check. Usually a small number was added before a division or"
      " a square root in one pass only.",
      "use the same stabiliser in both passes, or in neither" },
    { 399, GCK_SEVERE, 2,
      "wrong, cause unknown",
      "The derivatives are wrong, and no mistake that is known here explains all of them.",
      "check these elements by hand" },

    { 401, GCK_WARN, 4, "every gradient here is zero: this run cannot see a mistake",
      "At this point the loss does not move at all, and Backward says 0: a Backward that never "
      "writes anything but 0 would look the same.",
      "use other data: another --seed, --param (the margin), or --bottom PORT=FILE" },
    { 402, GCK_NOTE, 5, "loss weight 1 alone cannot show what happens to the weight",
      "With the weight 1, a layer that ignores its weight, squares it or divides by it gives the "
      "same diffs as a correct one. The loss-weight exam tries its multiples 2, 4, -1 and 0 as "
      "well, but no fraction.",
      "leave --loss-weight away, or give several: --loss-weight 1,2,0.3" },
    { 403, GCK_NOTE, 4,
      "with this shape (num = 1, C = 1, equal dimensions) some mistakes cannot be told apart",
      "With num = 1 every sample is the right one; with C = 1 dividing by C does nothing; with "
      "equal dims nobody sees which of them is used.",
      "use dims that differ and have no common factors; the default is 5x7x3" },
    { 404, GCK_SEVERE, 13,
      "recorded values disagree: forward and backward may agree with each other and both be wrong",
      "The loss or the diffs differ from what another system computed from the same input. A "
      "gradient check alone cannot see this: it compares Forward with Backward.",
      "compare the formula and the parameters' meaning with the source of the recorded case" },
    { 405, GCK_WARN, 9, "no sample is active",
      "All samples lie where the loss is constant (outside the margin, ignored), so the true "
      "gradient is 0 everywhere.",
      "use a larger margin or other data: --param, --seed, --bottom PORT=FILE" },
    { 406, GCK_NOTE, 4, "only some elements were compared",
      "--only leaves the other elements out: a mistake in them shows only where another exam sees "
      "it.",
      "leave --only away once the element is right" },
};

const struct gck_code *gck_code_at(size_t index)
{
    return index < sizeof catalogue / sizeof catalogue[0] ? &catalogue[index] : NULL;
}

const struct gck_code *gck_code_find(unsigned number)
{
    const struct gck_code *code;

    for (size_t i = 0; (code = gck_code_at(i)) != NULL; i++)
        if (code->number == number)
            return code;
    return NULL;
}

const char *gck_chapter_title(unsigned chapter)
{
    static const char *const title[] = {
        "Two minutes",
        "What is top[0]->cpu_diff()[0]?",
        "A derivative you can measure",
        "How small is small?",
        "When are two numbers equal?",
        "The weight",
        "Why / bottom[i]->num()?",
        "Two bottoms and the contract",
        "Normalisation",
        "Kinks",
        "Numerical stability",
        "Auxiliary losses",
        "Write your own layer",
        "Green and still wrong",
        "CI",
        "A real Caffe C++ layer",
    };

    return chapter < sizeof title / sizeof title[0] ? title[chapter] : NULL;
}

const char *gck_severity_text(enum gck_severity severity)
{
    return severity == GCK_SEVERE ? "fail" : severity == GCK_WARN ? "warn" : "note";
}
