/* batch.c -- the batch exam: what the loss makes of its samples, and whether Backward follows.
 *
 * The law is read off Forward alone (is the loss a sum over samples, what becomes of it when every sample comes twice),
 * then Backward is held to it: if E(x, x) = c E(x) for every x, the gradients of the two copies add up to c times the
 * original's (each copy alone may have any part of it where E has a corner at x = x, as a maximum over the batch has);
 * if E is a sum over samples, one sample's gradient is its own. */
#include "exam/batch.h"
#include "exam/claims.h"
#include "exam/positions.h"

#include "core/blob.h"
#include "core/pages.h"
#include "core/text.h"
#include "layer/param.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool gck_claim_batched(const struct gck_check *check, const struct gck_claim *claim)
{
    return !claim->weight && check->setup.bottom[claim->index].batched;
}

size_t gck_claim_row(const struct gck_batch *batch, const struct gck_claim *claim)
{
    return claim->count / batch->num;
}

double gck_batch_room(const struct gck_batch *batch, double size, size_t n)
{
    /* noise is of one evaluation near the point; splitting a sum adds the rounding of every part */
    const double noise = 2 * (4 + sqrt((double)n)) * batch->noise;
    const double most = 1e-3; /* that terms in float, one after the other, are off in practice */
    double terms = 0;         /* large samples are long sums themselves */

    for (unsigned c = 0; c < batch->check->claims; c++)
        if (gck_claim_batched(batch->check, &batch->check->claim[c]))
            terms = fmax(terms, (double)(n * gck_claim_row(batch, &batch->check->claim[c])));
    return noise
           + fmax(4 * (16 + (double)n) * batch->epsilon, fmin(terms / 2 * batch->epsilon, most)) * fmax(size, batch->size);
}

double gck_batch_element_room(const struct gck_batch *batch, const struct gck_claim *claim, size_t i,
                              double times)
{
    const double sum = claim->weight ? (double)batch->num : 16; /* a weight's diff sums over the samples */

    return fabs(times)
           * (4 * claim->allowance[i]
              + sum * batch->check->epsilon * (fabs(claim->analytic[i]) + claim->typical));
}

bool gck_batch_rig(struct gck_batch *batch, struct gck_rig *rig, size_t n)
{
    char message[GCK_MESSAGE_SIZE];

    memset(rig, 0, sizeof *rig);
    if (gck_rig_open(rig, batch->rig->layer, &batch->check->setup, n, message) != GCK_OK)
        return false;
    gck_rig_take(rig, batch->rig, batch->row);
    gck_rig_weigh(rig, batch->check->weight);
    return gck_pass(rig, 0) == GCK_OK;
}

static bool open_rig(struct gck_batch *batch, struct gck_rig *rig, size_t n)
{
    char message[GCK_MESSAGE_SIZE];

    if (gck_rig_open(rig, batch->rig->layer, &batch->check->setup, n, message) == GCK_OK)
        return true;
    gck_rig_close(rig);
    memset(rig, 0, sizeof *rig);
    return false;
}

struct gck_rig *gck_batch_work(struct gck_batch *batch)
{
    struct gck_rig *const work = &batch->work;

    if (work->layer == NULL) {
        if (!open_rig(batch, work, batch->num))
            return NULL;
    } else {
        gck_rig_clear(work);
    }
    gck_rig_take(work, batch->rig, batch->row);
    gck_rig_weigh(work, batch->check->weight);
    return work;
}

enum { OTHERS = 1 << 12 }; /* samples of other data: of a large batch they serve again and again */

const struct gck_rig *gck_batch_other(struct gck_batch *batch, unsigned variant)
{
    struct gck_rig *const other = &batch->other;

    if (other->layer == NULL && !open_rig(batch, other, batch->num < OTHERS ? batch->num : OTHERS))
        return NULL;
    if (batch->variant != variant && gck_rig_fill(other, variant, batch->rig->rounded) != GCK_OK)
        return NULL;
    batch->variant = variant;
    return other;
}

bool gck_batch_replace(struct gck_rig *rig, size_t r, const struct gck_rig *other)
{
    bool replaced = false;

    for (unsigned i = 0; i < rig->setup->bottoms; i++) {
        const size_t bytes = rig->bottom[i].count / rig->num * rig->bottom[i].real_size;

        if (!rig->setup->bottom[i].batched || rig->setup->bottom[i].port->constant)
            continue;
        memcpy((char *)rig->bottom[i].data + r * bytes, (char *)other->bottom[i].data + r % other->num * bytes, bytes);
        replaced = true;
    }
    return replaced;
}

void gck_batch_wrong(struct gck_batch *batch, const char *format, const char *port, double found,
                  double wanted)
{
    char text[2][GCK_NUMBER_TEXT];
    int digits = 6;

    if (batch->why[0] != '\0')
        return;
    do {
        snprintf(text[0], sizeof text[0], "%.*g", digits, found);
        snprintf(text[1], sizeof text[1], "%.*g", digits, wanted);
    } while (strcmp(text[0], text[1]) == 0 && digits++ < 17);
    snprintf(batch->why, sizeof batch->why, format, port, text[0], text[1]);
}

enum { MANY = 1 << 9, SOME = 64, LARGE = 1 << 18, EACH = 4, ASKED = 1 << 12 };

static size_t each_of(size_t num, double asked)
{
    if (num < SOME || (num < MANY && asked < LARGE))
        return 1;
    return num / ASKED > EACH ? num / ASKED : EACH;
}

double gck_batch_part(size_t num, double asked)
{
    const size_t each = each_of(num, asked);

    return each > 1 ? 3.0 / (double)each : 2;
}

size_t gck_batch_each(const struct gck_batch *batch)
{
    return each_of(batch->num, (double)gck_claims_count(batch->check));
}

void gck_batch_close(const struct gck_batch *batch, struct gck_rig *rig)
{
    batch->rig->forwards += rig->forwards;
    batch->rig->backwards += rig->backwards;
    gck_rig_close(rig);
}

void gck_batch_permuted(struct gck_batch *batch)
{
    const size_t n = batch->num;
    struct gck_rig *rig;

    batch->law->permutes = true;
    batch->law->symmetric = gck_batch_some_permute(batch);
    if (batch->law->symmetric)
        return;
    for (size_t r = 0; r < n; r++)
        batch->row[r] = n - 1 - r;
    rig = gck_batch_work(batch);
    if (rig != NULL && gck_pass(rig, 0) == GCK_OK) {
        batch->law->symmetric = fabs(gck_rig_objective(rig) - batch->loss)
                                <= gck_batch_room(batch, batch->size, n);
        /* where samples depend on each other, which of two equal ones is the largest may depend on their order */
        for (unsigned c = 0; c < batch->check->claims && batch->law->symmetric && !batch->law->coupled; c++) {
            const struct gck_claim *const claim = &batch->check->claim[c];
            const size_t row = gck_claim_batched(batch->check, claim) ? gck_claim_row(batch, claim) : 0;

            const struct gck_blob *const blob = gck_claim_blob(claim, rig);

            for (size_t i = 0; i < claim->count && !claim->non_finite; i++) {
                const size_t was = row == 0 ? i : (n - 1 - i / row) * row + i % row;
                const double now = gck_peek(blob->diff, blob->real_size, i);

                if (now == claim->analytic[was]
                    || fabs(now - claim->analytic[was]) <= 2 * gck_batch_element_room(batch, claim, was, 1))
                    continue;
                batch->law->permutes = false;
                gck_batch_wrong(batch, "with the samples in reverse order a diff of %s is %s, before it was %s",
                      claim->port, now, claim->analytic[was]);
                break;
            }
        }
    }
}

/* What the layer claims the loss to be when every sample comes twice: 1 the same, 2 the double, 0 nothing. */
static double claimed(const struct gck_check *check)
{
    enum gck_norm norm = check->layer->norm;
    const int index = gck_param_index(check->layer, "normalization");

    if (norm == GCK_NORM_BY_PARAM && index >= 0 && !isnan(check->setup.param[index])) {
        char text[GCK_NAME_SIZE];

        gck_param_text(&check->layer->param[index], check->setup.param[index], text);
        norm = strcmp(text, "NONE") == 0 ? GCK_NORM_SUM : GCK_NORM_MEAN;
    }
    return norm == GCK_NORM_MEAN || norm == GCK_NORM_VALID ? 1 : norm == GCK_NORM_SUM ? 2 : 0;
}

static void conclude(struct gck_batch *batch)
{
    struct gck_batch_law *const law = batch->law;
    struct gck_result *const result = batch->check->result;
    const double claim = claimed(batch->check);

    result->coupled = law->coupled;
    law->slices = law->slices && !law->coupled && batch->num > 1;
    law->off_claim = claim != 0 && !isnan(law->forward_doubled) && law->forward_doubled != claim;
    if (law->off_claim)
        gck_batch_wrong(batch, "the loss claims to be a %s, but with every sample twice it is %s times what it was",
              claim == 1 ? "mean" : "sum", law->forward_doubled, 0);
    if (law->splits)
        GCK_COPY(result->factor, !law->uniform ? "by sample"
                                 : batch->num > 1 && fabs(law->share * (double)batch->num - 1) < 1e-3
                                     ? "1/num"
                                     : "1");
    else if (law->forward_doubled == 1 || law->forward_doubled == 2)
        GCK_COPY(result->factor, law->forward_doubled == 1 ? "1/num" : "1");
    result->batch.answer = batch->why[0] != '\0' ? GCK_WRONG : GCK_FINE;
    GCK_COPY(result->batch.why, batch->why);
}

/* In float what one sample does to another may drown in the loss's rounding; the twin's Forward sees it. */
static void ask_twin(const struct gck_batch *batch, struct gck_batch *twin)
{
    struct gck_check *const check = batch->check;

    *twin = *batch;
    twin->rig = &check->reference;
    gck_rig_weigh(twin->rig, check->weight);
    gck_rig_forward(twin->rig);
    twin->loss = gck_rig_objective(twin->rig);
    twin->size = gck_rig_objective_size(twin->rig);
    twin->noise = check->reference_noise;
    twin->epsilon = gck_layer_epsilon(twin->rig->layer);
}

/* What single samples show; what split says of a loss that turns out to be no sum is taken back. */
static void judge_samples(struct gck_batch *batch)
{
    char why[sizeof batch->why];

    memcpy(why, batch->why, sizeof why);
    gck_check_doing(batch->check, "batch", "single samples");
    gck_batch_split(batch);
    gck_check_doing(batch->check, "batch", "one sample changed");
    gck_batch_locality(batch);
    if (batch->law->coupled)
        memcpy(batch->why, why, sizeof why);
}

static void close_rigs(struct gck_batch *batch)
{
    batch->rig->forwards += batch->work.forwards;
    batch->rig->backwards += batch->work.backwards;
    gck_rig_close(&batch->work);
    gck_rig_close(&batch->other);
    memset(&batch->work, 0, sizeof batch->work);
    memset(&batch->other, 0, sizeof batch->other);
    batch->variant = 0;
}

void gck_exam_batch(struct gck_check *check)
{
    struct gck_batch batch = { .check = check, .law = &check->batch_law, .rig = &check->rig, .num = check->rig.num, .noise = check->noise, .epsilon = check->epsilon };
    struct gck_batch twin;

    for (unsigned c = 0; c < check->claims; c++)
        check->batch_law.applies = check->batch_law.applies || gck_claim_batched(check, &check->claim[c]);
    for (unsigned i = 0; i < check->setup.bottoms; i++) /* cut all or none */
        check->batch_law.applies = check->batch_law.applies
                                   && (check->setup.bottom[i].batched || check->setup.bottom[i].port->whole);
    if (!check->batch_law.applies) {
        check->result->batch.answer = GCK_NOT_APPLICABLE;
        GCK_COPY(check->result->batch.why, "no batch axis");
        return;
    }
    gck_rig_weigh(batch.rig, check->weight);
    if (!isfinite(check->loss) || gck_rig_forward(batch.rig) != GCK_OK) {
        check->result->batch.answer = GCK_NOT_APPLICABLE;
        GCK_COPY(check->result->batch.why, "the loss is not finite here");
        return;
    }
    batch.loss = check->loss;
    batch.size = gck_rig_objective_size(batch.rig);
    batch.row = gck_pages_new(2 * batch.num * sizeof *batch.row);
    if (batch.row != NULL) {
        batch.asked = &batch;
        if (check->twin != NULL && check->reference_noise > 0) {
            ask_twin(&batch, &twin);
            batch.asked = &twin;
        }
        gck_check_doing(check, "batch", "is the loss a sum over the samples?");
        gck_batch_coupling(batch.asked);
        gck_check_doing(check, "batch", "samples in another order");
        gck_batch_permuted(&batch);
        gck_check_doing(check, "batch", "every sample twice");
        close_rigs(batch.asked); /* of a large batch they would be too much beside twice of it */
        close_rigs(&batch);
        gck_batch_doubled(&batch);
        if (!check->batch_law.coupled)
            judge_samples(&batch);
        if (!check->batch_law.coupled) {
            if (batch.asked == &twin)
                close_rigs(&batch);
            gck_batch_positions(batch.asked);
        }
        conclude(&batch);
    }
    close_rigs(&batch);
    if (batch.asked == &twin)
        close_rigs(&twin);
    gck_pages_free(batch.row);
}
