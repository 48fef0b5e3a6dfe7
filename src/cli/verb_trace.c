/* verb_trace.c -- gradcheck trace LAYER: SetUp, Forward and Backward step by step, with numbers. */
#include "cli/plugin.h"
#include "cli/stage.h"
#include "cli/verbs.h"
#include "core/blob.h"
#include "core/text.h"
#include "report/page.h"
#include "report/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 1024, SHOWN = 9, VERB = 13, BLOB = 31 };

static struct gck_page page;

/* ---- numbers ---- */

/* "-0.61 0.2 1.3 | 0.4 0.5 ...": a bar between samples, dots where there are more. */
static void values_text(const struct gck_blob *blob, const void *array, bool batched, char *text)
{
    const size_t row = batched && blob->shape.axes > 0 ? blob->count / blob->shape.dim[0]
                                                       : blob->count;
    char number[GCK_NUMBER_TEXT];

    text[0] = '\0';
    for (size_t i = 0; i < blob->count && i < SHOWN; i++)
        gck_append(text, LINE, "%s%s",
                   i == 0         ? ""
                   : i % row == 0 ? " | "
                                  : " ",
                   gck_number_text(gck_peek(array, blob->real_size, i), number));
    if (blob->count > SHOWN)
        gck_append(text, LINE, " ...");
}

/* "  reads      prediction.data   1 2 3" */
static void step(const char *verb, const char *what, const char *text)
{
    size_t column = VERB + strlen(what);

    printf("  %-*s%s", VERB - 2, verb, what);
    if (text[0] != '\0') {
        const size_t gap = column + 2 <= BLOB ? BLOB - column : 2;

        gck_page_space(&page, gap);
        gck_page_wrap(&page, column + gap, BLOB, text);
    }
    putchar('\n');
}

static void step_blob(const char *verb, const char *port, const char *part,
                      const struct gck_blob *blob, const void *array, bool batched)
{
    char what[LINE] = "", text[LINE];

    gck_append(what, LINE, "%s%s%s", port, part, blob->count == 1 && part[0] != '\0' ? "[0]" : "");
    values_text(blob, array, batched, text);
    step(verb, what, text);
}

static void remark(const char *text)
{
    gck_page_space(&page, VERB);
    gck_page_wrap(&page, VERB, VERB, text);
    putchar('\n');
}

static const char *top_name(const struct gck_stage *stage, unsigned t)
{
    return stage->layer->top[t].name;
}

static bool is_loss(const struct gck_stage *stage, unsigned t)
{
    return stage->layer->loss && t == 0;
}

/* ---- the acts ---- */

static void tell_header(const struct gck_stage *stage)
{
    static const char *const name[GCK_DIMS] = { "num", "C", "S", "K" };

    printf("%s   %s\n", stage->layer->name, stage->layer->formula);
    printf("in %s", gck_type_text((enum gck_type)stage->layer->type));
    for (unsigned s = 0; s < GCK_DIMS; s++)
        if (stage->setup.dim[s] != 0)
            printf(", %s = %zu", name[s], stage->setup.dim[s]);
    printf(", seed %llu; a bar stands between samples\n", (unsigned long long)stage->ask.seed);
}

static void tell_shapes(const struct gck_stage *stage)
{
    char text[LINE] = "", shape[GCK_SHAPE_TEXT];

    for (unsigned i = 0; i < stage->setup.bottoms; i++)
        gck_append(text, LINE, "%s%s %s", i > 0 ? ", " : "", stage->setup.bottom[i].name,
                   gck_shape_text(&stage->rig.bottom[i].shape, shape));
    for (unsigned i = 0; i < stage->setup.weights; i++)
        gck_append(text, LINE, ", %s %s", stage->setup.weight[i].name,
                   gck_shape_text(&stage->rig.weight[i].shape, shape));
    step("sizes", "bottoms", text);
    text[0] = '\0';
    for (unsigned t = 0; t < stage->setup.tops; t++)
        gck_append(text, LINE, "%s%s %s", t > 0 ? ", " : "", top_name(stage, t),
                   stage->rig.top[t].shape.axes == 0
                       ? "one number"
                       : gck_shape_text(&stage->rig.top[t].shape, shape));
    step("", "tops", text);
    text[0] = '\0';
    for (unsigned i = 0; i < stage->rig.buffers; i++)
        gck_append(text, LINE, "%sbuffer[%u] %s", i > 0 ? ", " : "", i,
                   gck_shape_text(&stage->rig.buffer[i].shape, shape));
    if (text[0] != '\0')
        step("", "buffers", text);
}

static void tell_setup(struct gck_stage *stage)
{
    puts("\nSetUp: the host");
    tell_shapes(stage);
    gck_rig_weigh(&stage->rig, stage->weight);
    for (unsigned t = 0; t < stage->setup.tops; t++) {
        step_blob("writes", top_name(stage, t), ".diff", &stage->rig.top[t], stage->rig.top[t].diff,
                  gck_rig_top_batched(&stage->rig, t));
        if (is_loss(stage, t))
            remark("This is the loss weight. A loss is the last layer: nobody above it sends a "
                   "derivative down. The objective is E = loss_weight * loss, so dE/dloss = "
                   "loss_weight, and the host puts it here once; no pass changes it. The loss is "
                   "one number, so [0] is all there is.");
        else
            remark("Not a loss: in a net the layer above writes its derivative here. Here the "
                   "host puts fixed random numbers times the loss weight, one for each element.");
    }
}

static enum gck_status tell_forward(struct gck_stage *stage)
{
    struct gck_rig *const rig = &stage->rig;
    enum gck_status status;
    double objective;
    char number[3][GCK_NUMBER_TEXT];

    puts("\nForward: the layer");
    status = gck_rig_forward(rig);
    for (unsigned i = 0; i < stage->setup.bottoms; i++)
        step_blob("reads", stage->setup.bottom[i].name, ".data", &rig->bottom[i],
                  rig->bottom[i].data, stage->setup.bottom[i].batched);
    for (unsigned i = 0; i < stage->setup.weights; i++)
        step_blob("reads", stage->setup.weight[i].name, ".data", &rig->weight[i],
                  rig->weight[i].data, false);
    if (status != GCK_OK)
        return status;
    for (unsigned t = 0; t < stage->setup.tops; t++)
        step_blob("writes", top_name(stage, t), ".data", &rig->top[t], rig->top[t].data,
                  gck_rig_top_batched(rig, t));
    for (unsigned i = 0; i < rig->buffers; i++) {
        char name[32];

        snprintf(name, sizeof name, "buffer[%u]", i);
        step_blob("leaves", name, "", &rig->buffer[i], rig->buffer[i].data,
                  rig->buffer[i].shape.axes > 0 && rig->buffer[i].shape.dim[0] == rig->num);
    }
    objective = gck_rig_objective(rig);
    if (stage->layer->loss && stage->setup.tops == 1)
        printf("\nThe objective: E = loss_weight * loss = %s * %s = %s\n",
               gck_number_text(gck_peek(rig->top[0].diff, rig->top[0].real_size, 0), number[0]),
               gck_number_text(gck_peek(rig->top[0].data, rig->top[0].real_size, 0), number[1]),
               gck_number_text(objective, number[2]));
    else
        printf("\nThe objective: E = sum of top.diff * top.data = %s\n",
               gck_number_text(objective, number[0]));
    return GCK_OK;
}

/* By trying: what changes the diffs when it changes, was read. */
static void tell_reads(struct gck_stage *stage)
{
    struct gck_rig *const rig = &stage->rig;

    for (unsigned t = 0; t < stage->setup.tops; t++) {
        struct gck_blob *const top = &rig->top[t];
        const bool batched = gck_rig_top_batched(rig, t);

        if (gck_backward_reads(rig, top->diff, top->real_size, top->count, false)) {
            step_blob("reads", top_name(stage, t), ".diff", top, top->diff, batched);
            if (is_loss(stage, t))
                remark("In Caffe: top[0]->cpu_diff()[0].");
        } else
            step("ignores", top_name(stage, t),
                 "its diff: another number there changes no derivative");
        if (gck_backward_reads(rig, top->data, top->real_size, top->count, false))
            step_blob("reads", top_name(stage, t), ".data", top, top->data, batched);
    }
    for (unsigned i = 0; i < stage->setup.bottoms; i++)
        if (gck_backward_reads(rig, rig->bottom[i].data, rig->bottom[i].real_size,
                               rig->bottom[i].count, stage->setup.bottom[i].port->constant))
            step("reads", stage->setup.bottom[i].name, "its data, as above");
    for (unsigned i = 0; i < stage->setup.weights; i++)
        if (gck_backward_reads(rig, rig->weight[i].data, rig->weight[i].real_size,
                               rig->weight[i].count, false))
            step("reads", stage->setup.weight[i].name, "its data, as above");
    for (unsigned i = 0; i < rig->buffers; i++) {
        char name[32];

        snprintf(name, sizeof name, "buffer[%u]", i);
        if (gck_backward_reads(rig, rig->buffer[i].data, rig->buffer[i].real_size,
                               rig->buffer[i].count, false))
            step("reads", name, "as Forward left it");
    }
}

static void tell_diffs(struct gck_stage *stage)
{
    struct gck_rig *const rig = &stage->rig;

    for (unsigned i = 0; i < stage->setup.bottoms; i++)
        if (rig->propagate_down[i])
            step_blob("writes", stage->setup.bottom[i].name, ".diff", &rig->bottom[i],
                      rig->bottom[i].diff, stage->setup.bottom[i].batched);
        else
            step("leaves", stage->setup.bottom[i].name, "its diff alone: nobody asks for it");
    for (unsigned i = 0; i < stage->setup.weights; i++)
        step_blob("adds to", stage->setup.weight[i].name, ".diff", &rig->weight[i],
                  rig->weight[i].diff, false);
}

static void tell_norm(const struct gck_stage *stage)
{
    char text[LINE] = "";

    if (!stage->layer->loss || stage->setup.dim[0] == 0)
        return;
    if (stage->layer->norm == GCK_NORM_MEAN)
        gck_append(text, LINE,
                   "The loss is a mean over the num = %zu samples of the batch, (1/num) sum_n "
                   "loss_n: so every derivative carries loss_weight / num. In Caffe: "
                   "bottom[i]->num().",
                   stage->setup.dim[0]);
    else if (stage->layer->norm == GCK_NORM_SUM)
        gck_append(text, LINE, "The loss is a sum over the batch: no derivative carries 1/num.");
    else if (stage->layer->norm != GCK_NORM_NONE)
        gck_append(
            text, LINE,
            "The loss is divided by what the parameter normalization says or by how many positions "
            "count, and so is every derivative.");
    if (text[0] != '\0')
        remark(text);
}

static enum gck_status tell_backward(struct gck_stage *stage)
{
    enum gck_status status;

    puts("\nBackward: the layer");
    status = gck_backward_fresh(&stage->rig);
    if (status != GCK_OK)
        return status;
    tell_reads(stage);
    tell_diffs(stage);
    tell_norm(stage);
    return GCK_OK;
}

/* ---- other loss weights ---- */

/* The diffs of the first bottom with a gradient, at another weight, beside those of the story. */
static void tell_other_weight(struct gck_stage *stage, double weight)
{
    struct gck_rig *const rig = &stage->rig;
    char what[LINE] = "", text[LINE], number[GCK_NUMBER_TEXT];

    for (unsigned i = 0; i < stage->setup.bottoms; i++) {
        if (!rig->propagate_down[i])
            continue;
        gck_rig_weigh(rig, weight);
        if (gck_rig_forward(rig) != GCK_OK || gck_backward_fresh(rig) != GCK_OK)
            return;
        gck_append(what, LINE, "%s.diff", stage->setup.bottom[i].name);
        values_text(&rig->bottom[i], rig->bottom[i].diff, stage->setup.bottom[i].batched, text);
        printf("  %-*s", VERB - 2, gck_number_text(weight, number));
        printf("%-*s", BLOB - VERB, what);
        gck_page_wrap(&page, BLOB, BLOB, text);
        putchar('\n');
        return;
    }
}

static void tell_other_weights(struct gck_stage *stage)
{
    if (stage->ask.weights < 2)
        return;
    puts("\nOther loss weights: what reads top.diff[0], follows it");
    for (unsigned i = 0; i < stage->ask.weights; i++)
        tell_other_weight(stage, stage->ask.weight[i]);
}

/* ---- the play ---- */

static int tell(struct gck_cli *cli, const struct gck_layer *layer)
{
    struct gck_stage *const stage = calloc(1, sizeof *stage);
    char message[GCK_MESSAGE_SIZE] = "out of memory";
    enum gck_status status = GCK_EMEMORY;

    page.file = stdout;
    if (stage == NULL)
        return gck_complain("%s", message);
    status = gck_stage_open(stage, cli, layer, message);
    if (status == GCK_OK) {
        tell_header(stage);
        tell_setup(stage);
        if ((status = tell_forward(stage)) != GCK_OK || (status = tell_backward(stage)) != GCK_OK)
            gck_say(message, status, "%s refuses: %s", layer->name, stage->rig.message);
        else
            tell_other_weights(stage);
    }
    gck_stage_close(stage);
    free(stage);
    return status == GCK_OK ? 0 : gck_complain("%s", message);
}

int gck_verb_trace(struct gck_cli *cli)
{
    if (cli->words != 1)
        return gck_complain(cli->words == 0 ? "trace which layer? gradcheck list shows them"
                                            : "trace takes one layer, and %s is one too many",
                            cli->words == 0 ? "" : cli->word[1]);
    return gck_with_layers(cli, cli->word[0], tell);
}
