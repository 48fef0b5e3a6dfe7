/* check.c -- one layer of one type under examination, from the question to the evidence. */
#include "exam/claims.h"
#include "exam/exact.h"
#include "exam/gradient.h"
#include "exam/grain.h"
#include "exam/needs.h"
#include "exam/together.h"
#include "exam/tremble.h"

#include "core/blob.h"
#include "core/pages.h"
#include "core/text.h"
#include "core/vector.h"
#include "layer/drawn.h"
#include "layer/param.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void gck_check_done(const struct gck_check *check, const char *exam, const char *what, size_t done, size_t of)
{
    char doing[GCK_WHY_SIZE];

    if (check->options->progress == NULL)
        return;
    snprintf(doing, sizeof doing, "%s: %s", exam, what);
    if (check->aside != NULL) {
        memcpy(check->aside->text[(check->aside->turn + 1) % 2], doing, sizeof doing);
        check->aside->turn++;
        return;
    }
    check->options->progress(check->options->context, doing, done, of);
}

void gck_check_doing(const struct gck_check *check, const char *exam, const char *what)
{
    gck_check_done(check, exam, what, 0, 0);
}

/* The last weight that isn't 0: with the usual list 1.375, which has no simple multiples. */
static double examined_weight(const struct gck_options *options)
{
    for (unsigned i = options->weights; i-- > 0;)
        if (options->weight[i] != 0)
            return options->weight[i];
    return 0;
}

enum gck_status gck_check_open_rigs(struct gck_check *check, unsigned variant, char *message)
{
    const bool rounded = check->layer->type == GCK_TYPE_FLOAT;
    enum gck_status status = gck_rig_open(&check->rig, check->layer, &check->setup, 0, message);

    if (status == GCK_OK)
        status = gck_rig_fill(&check->rig, variant, rounded);
    if (status == GCK_OK && check->twin != NULL) {
        status = gck_rig_open(&check->reference, check->twin, &check->setup, 0, message);
        if (status == GCK_OK)
            status = gck_rig_fill(&check->reference, variant, rounded);
    }
    if (status == GCK_EMEMORY)
        gck_say(message, status, "no memory for the data of %s", check->layer->name);
    return status;
}

/* The layer's first pass is over data that are not the point's: what it keeps from its first ones for ever is then
 * wrong at the point. What it answers doesn't matter. */
static enum gck_status other_first(struct gck_check *check, char *message)
{
    enum gck_status status;

    gck_check_doing(check, "set-up", "the first Forward");
    status = gck_rig_fill(&check->rig, 1, check->rig.rounded);
    if (status == GCK_OK) {
        gck_rig_weigh(&check->rig, check->weight);
        gck_paint(&check->rig, 0);
        if (gck_rig_forward(&check->rig) == GCK_OK) {
            gck_check_doing(check, "set-up", "the first Backward");
            gck_rig_backward(&check->rig);
        }
        status = gck_rig_fill(&check->rig, 0, check->rig.rounded);
    }
    return status == GCK_OK ? status : gck_say(message, status, "no memory for the data of %s", check->layer->name);
}

enum gck_status gck_check_first_forward(struct gck_check *check, char *message)
{
    enum gck_status status;

    gck_check_doing(check, "set-up", "Forward at the point");
    gck_rig_weigh(&check->rig, check->weight);
    status = gck_rig_forward(&check->rig);
    if (status != GCK_OK)
        return gck_say(message, status, "%s: %s", check->layer->name,
                       check->rig.message[0] != '\0' ? check->rig.message : gck_status_text(status));
    check->loss = gck_rig_objective(&check->rig);
    return GCK_OK;
}

static uint64_t forwards(const struct gck_check *check)
{
    return check->rig.forwards + check->reference.forwards + check->slice_forwards;
}

static void count_calls(struct gck_check *check)
{
    check->result->forwards += forwards(check);
    check->result->backwards += check->rig.backwards + check->reference.backwards;
}

static enum gck_status one_after_the_other(struct gck_check *check, char *message)
{
    const struct gck_rig *const differenced = gck_check_reference(check);
    enum gck_status status;
    uint64_t before;

    if (!gck_claims_own(check))
        return gck_say(message, GCK_EMEMORY, "no memory for the data of %s", check->layer->name);
    gck_exam_contract(check);
    gck_drawn_keep(&check->setup, false);
    gck_check_doing(check, "gradient", "the first Backward");
    status = gck_claims_measure(check, message);
    if (status != GCK_OK)
        return status;
    before = differenced->forwards;
    gck_noise_look(check);
    check->result->gradient_forwards = differenced->forwards - before;
    gck_claims_settle(check);
    gck_exam_types(check);
    gck_exam_weight(check);
    gck_exam_batch(check);
    return GCK_OK;
}

static enum gck_status run_exams(struct gck_check *check, char *message)
{
    struct gck_result *const result = check->result;
    enum gck_status status;

    gck_check_tell_head(check);
    gck_drawn_keep(&check->setup, true); /* the first exams put the point back again and again */
    if ((status = gck_check_open_rigs(check, 0, message)) != GCK_OK
        || (status = other_first(check, message)) != GCK_OK
        || (status = gck_check_first_forward(check, message)) != GCK_OK
        || (status = gck_pages_lacked() ? GCK_EMEMORY : GCK_OK) != GCK_OK /* before more time is lost */
        || (status = gck_claims_open(check, message)) != GCK_OK
        || (status = gck_gradient_choose(check, message)) != GCK_OK)
        return status;
    status = gck_together_run(check) ? GCK_OK : one_after_the_other(check, message);
    if (status == GCK_OK) {
        const uint64_t between = forwards(check);

        result->by_twin = check->twin != NULL;
        status = gck_exam_gradient(check, message);
        if (status == GCK_OK && check->lost[0] == '\0' && gck_grain_suspected(check) && gck_grain_look(check))
            status = gck_exam_gradient(check, message); /* with what is known of the noise now */
        result->gradient_forwards += forwards(check) - between;
    }
    if (status == GCK_OK && gck_pages_lacked()) /* what they did without, they do not say */
        status = GCK_EMEMORY;
    if (status == GCK_OK) {
        if (check->lost[0] == '\0') /* its source would crash as well */
            gck_exam_exact(check);
        gck_gradient_sum_up(check);
    }
    count_calls(check);
    return status;
}

/* Nothing that was found with less memory than it takes is told. */
static enum gck_status lack(struct gck_check *check, double needed, char *message)
{
    static const struct gck_exam nothing;
    struct gck_result *const result = check->result;

    result->contract = result->loss_weight = result->batch = result->gradient = nothing;
    result->clauses = 0;
    return gck_memory_lacked(&check->setup, needed, "examine", message);
}

enum gck_status gck_check_run(struct gck_check *check, const struct gck_layer *layer,
                              const struct gck_layer *twin, const struct gck_options *options,
                              struct gck_result *result, char *message)
{
    enum gck_status status;
    double needed;

    memset(check, 0, sizeof *check);
    check->layer = layer;
    check->twin = layer->type == GCK_TYPE_FLOAT ? twin : NULL;
    check->exact = options->exact;
    if (check->exact == NULL && layer == gck_layer_find(layer->name, layer->type))
        check->exact = gck_layer_find(layer->name, GCK_TYPE_EXACT);
    if (check->exact == NULL && gck_layer_at(0, GCK_TYPE_EXACT) == NULL)
        GCK_COPY(result->no_exact, "this program was built without a C++ compiler");
    check->options = options;
    check->result = result;
    check->epsilon = gck_layer_epsilon(layer);
    check->weight = examined_weight(options);
    gck_vector_single_thread();
    if (check->weight == 0)
        return gck_say(message, GCK_EEMPTY, "every loss weight is 0: there is nothing to examine");
    gck_check_doing(check, "set-up", "reshape");
    if ((status = gck_setup_open(&check->setup, layer, options, message)) != GCK_OK
        || (status = gck_needs_judge(&check->setup, layer, check->twin, check->exact, &needed, message)) != GCK_OK)
        return status;
    gck_pages_lacked(); /* whatever it was, it is over */
    status = gck_setup_load(&check->setup, message);
    if (status == GCK_OK)
        status = run_exams(check, message);
    return status == GCK_EMEMORY || (status != GCK_OK && gck_pages_lacked()) ? lack(check, needed, message) : status;
}

void gck_check_close(struct gck_check *check)
{
    gck_claims_close(check);
    gck_pages_free(check->batch_law.shares);
    gck_positions_close(&check->positions);
    gck_rig_close(&check->rig);
    gck_rig_close(&check->reference);
    gck_setup_close(&check->setup);
}
