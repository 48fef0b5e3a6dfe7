/* gradient.c -- the gradient exam: every element's analytic derivative against an interval from differences. */
#include "exam/beside.h"
#include "exam/blocks.h"
#include "exam/claims.h"
#include "exam/gradient.h"
#include "exam/probed.h"

#include "core/blob.h"
#include "core/text.h"
#include "numeric/slope.h"
#include "numeric/statistics.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void gck_element_of(const struct gck_claim *claim, size_t flat, struct gck_element *element)
{
    memset(element, 0, sizeof *element);
    element->flat = flat;
    gck_shape_index(&claim->shape, flat, element->index);
    element->verdict = claim->verdict[flat];
    element->x = claim->x[flat];
    element->analytic = claim->analytic[flat];
    element->numeric = claim->numeric[flat];
    element->bound = claim->bound[flat];
    element->step = (double)claim->step[flat];
}

/* How much an element deserves to be shown: wrong ones by how far they are off, then the uncertain ones. */
static double interest(const struct gck_claim *claim, size_t i)
{
    const double off = fabs(claim->analytic[i] - claim->numeric[i]);
    const double bound = claim->bound[i] > 0 ? claim->bound[i] : DBL_MIN;

    switch (claim->verdict[i]) {
    case GCK_DISAGREE:
        return isfinite(off) ? 1e300 + (off / bound > 1e290 ? 1e290 : off / bound) * 1e9 : DBL_MAX;
    case GCK_CANNOT_TELL:
        return isfinite(bound) ? 1e150 + bound : 1e299;
    case GCK_PROBED:
        return -1;
    default:
        return isfinite(bound) ? bound : 1e140;
    }
}

/* Adds the port's elements up; `only`: one element, or SIZE_MAX for all. */
static void add_up(struct gck_check *check, const struct gck_claim *claim, size_t only)
{
    struct gck_port_result *const port = &check->result->port[check->result->ports++];
    const size_t first = only == SIZE_MAX ? 0 : only, end = only == SIZE_MAX ? claim->count : only + 1;
    size_t worst = first, count[GCK_PROBED + 1] = { 0 };
    double most = -2, /* less than anybody's interest */
        bound = 0, seen = 0;

    memset(port, 0, sizeof *port);
    port->directions = claim->directions;
    port->sees = claim->sees;
    GCK_COPY(port->port, claim->port);
    port->weight = claim->weight;
    port->shape.axes = claim->shape.axes; /* apart: the gap between them is sent to the parent, too */
    memcpy(port->shape.dim, claim->shape.dim, sizeof port->shape.dim);
    for (size_t i = first; i < end; i++) {
        const double size = fabs(claim->analytic[i]) > claim->typical ? fabs(claim->analytic[i]) : claim->typical;
        const double stands_out = interest(claim, i);

        if (claim->verdict[i] == GCK_NOT_JUDGED)
            continue;
        count[claim->verdict[i]]++;
        if (claim->verdict[i] == GCK_AGREE && size > 0) {
            const double off = fabs(claim->analytic[i] - claim->numeric[i]);

            if (claim->bound[i] > bound * size)
                bound = claim->bound[i] / size;
            if (off > seen * size)
                seen = off / size;
        }
        if (stands_out > most) {
            most = stands_out;
            worst = i;
        }
    }
    port->bound = bound;
    port->seen = seen;
    port->agree = count[GCK_AGREE];
    port->kink = count[GCK_KINK];
    port->disagree = count[GCK_DISAGREE];
    port->inconclusive = count[GCK_CANNOT_TELL];
    port->probed = count[GCK_PROBED];
    port->elements = port->agree + port->kink + port->disagree + port->inconclusive + port->probed;
    port->many = claim->many && port->probed > 0;
    gck_element_of(claim, worst, &port->worst);
    gck_map_fill(claim, only, &port->map);
}

/* "score", "score[4,0,2]" or "score[17]" (flat): which port, and which element (SIZE_MAX: all). */
static enum gck_status read_only(const struct gck_check *check, const char *only, unsigned *chosen,
                                 size_t *element, char *message)
{
    const char *names[2 * GCK_MAX_PORTS + 1] = { NULL };
    const size_t length = strcspn(only, "[");
    size_t index[GCK_MAX_AXES], axes = 0, number;
    char near[GCK_MESSAGE_SIZE], name[GCK_NAME_SIZE], shape[GCK_SHAPE_TEXT];
    const struct gck_claim *claim;

    *element = SIZE_MAX;
    *chosen = check->claims;
    gck_copy(name, length + 1 < sizeof name ? length + 1 : sizeof name, only);
    if (length < sizeof name)
        memcpy(name, only, length), name[length] = '\0';
    for (unsigned c = 0; c < check->claims; c++) {
        names[c] = check->claim[c].port;
        if (strcmp(name, check->claim[c].port) == 0)
            *chosen = c;
    }
    if (*chosen == check->claims)
        return gck_say(message, GCK_ENAME, "--only %s: %s has no gradient of %s%s", only,
                       check->layer->name, name, gck_nearest(name, names, near, sizeof near));
    if (only[length] == '\0')
        return GCK_OK;
    claim = &check->claim[*chosen];
    for (const char *p = only + length; *p != ']' && axes < GCK_MAX_AXES;) {
        char digits[24];
        const size_t span = strspn(++p, "0123456789");

        if (span == 0 || span >= sizeof digits)
            return gck_say(message, GCK_EUSAGE, "--only %s: an element is written %s[4,0,2]", only, name);
        memcpy(digits, p, span);
        digits[span] = '\0';
        if (!gck_read_size(digits, &number) || (p[span] != ',' && p[span] != ']'))
            return gck_say(message, GCK_EUSAGE, "--only %s: an element is written %s[4,0,2]", only, name);
        index[axes++] = number;
        p += span;
    }
    if (axes != claim->shape.axes)
        return gck_say(message, GCK_EUSAGE, "--only %s: %s has %u axes (%s), not %zu", only, name,
                       claim->shape.axes, gck_shape_text(&claim->shape, shape), axes);
    for (unsigned a = 0; a < axes; a++)
        if (index[a] >= claim->shape.dim[a])
            return gck_say(message, GCK_EUSAGE, "--only %s: %s is %s, index %zu of axis %u is outside", only,
                           name, gck_shape_text(&claim->shape, shape), index[a], a);
    *element = gck_shape_flat(&claim->shape, index);
    return GCK_OK;
}

/* Did the exact twin look at every element alone? */
static bool by_twin(const struct gck_check *check, const struct gck_claim *claim)
{
    const struct gck_result *const result = check->result;

    for (unsigned p = 0; p < result->exacts; p++)
        if (strcmp(result->exact_port[p].port, claim->port) == 0)
            return result->exact_port[p].agree == claim->count;
    return false;
}

/* What probes leave open, where nothing is wrong. */
static void doubt_probes(struct gck_check *check)
{
    struct gck_exam *const exam = &check->result->gradient;

    for (unsigned c = 0; c < check->claims; c++) {
        const struct gck_claim *const claim = &check->claim[c];

        if (claim->unexplained) {
            exam->answer = GCK_UNSURE;
            snprintf(exam->why, sizeof exam->why,
                     "%s: a directional derivative is not what the diffs say, but no element alone is wrong: a kink "
                     "nearby, or an error below what one element can show",
                     claim->port);
        } else if (claim->directions > 0 && check->options->strict && !by_twin(check, claim)) {
            exam->answer = GCK_UNSURE;
            snprintf(exam->why, sizeof exam->why,
                     "--strict wants a verdict on every element alone: --exhaustive gives it, with %zu runs of "
                     "Forward",
                     2 * claim->count);
        }
    }
}

static void conclude(struct gck_check *check)
{
    struct gck_result *const result = check->result;
    size_t elements = 0;

    result->gradient.answer = GCK_FINE;
    for (unsigned p = 0; p < result->ports; p++) {
        const struct gck_port_result *const port = &result->port[p];
        const size_t sure = port->agree + port->kink + port->probed;
        const bool enough = check->options->strict ? sure == port->elements
                                                   : (double)sure >= 0.99 * (double)port->elements;

        elements += port->elements;
        if (port->disagree > 0)
            result->gradient.answer = GCK_WRONG;
        else if (!enough && result->gradient.answer == GCK_FINE)
            result->gradient.answer = GCK_UNSURE;
    }
    if (elements == 0)
        result->gradient.answer = GCK_NOT_ASKED;
    else if (check->lost[0] != '\0' && result->gradient.answer == GCK_FINE)
        result->gradient.answer = GCK_UNSURE;
    if (check->lost[0] != '\0')
        GCK_COPY(result->gradient.why, check->lost);
    if (result->gradient.answer != GCK_WRONG)
        doubt_probes(check);
}

enum gck_status gck_gradient_choose(struct gck_check *check, char *message)
{
    check->only_claim = check->claims;
    check->only_element = SIZE_MAX;
    return check->options->only == NULL ? GCK_OK
                                        : read_only(check, check->options->only, &check->only_claim,
                                                    &check->only_element, message);
}

enum gck_status gck_exam_gradient(struct gck_check *check, char *message)
{
    struct gck_gradient gradient;
    enum gck_status status;
    bool probed = false;

    gck_check_doing(check, "gradient", "the noise of the loss");
    gck_rig_forget_scratch(&check->rig); /* the claims have the diffs */
    if (check->twin != NULL)
        gck_rig_forget_scratch(&check->reference);
    status = gck_gradient_open(&gradient, check, message);
    for (unsigned c = 0; c < check->claims && status == GCK_OK; c++)
        if (gck_blocks_examined(check, c) && gck_probed_wanted(&gradient, &check->claim[c])) {
            gck_check_doing(check, "gradient", check->claim[c].port);
            status = gck_probed_run(&gradient, &check->claim[c], message);
            probed = true;
        }
    if (status == GCK_OK)
        status = gck_blocks_judge(&gradient, message);
    if (status == GCK_OK)
        GCK_COPY(check->result->method, probed ? "probed" : gradient.part_by_part ? "sliced" : "exhaustive");
    if (status == GCK_OK && gradient.part_by_part && !probed)
        GCK_COPY(check->result->unit, gradient.positions != NULL ? "position" : "sample");
    gck_gradient_close(&gradient);
    if (status == GCK_OK)
        gck_beside_look(check);
    return status;
}

void gck_gradient_sum_up(struct gck_check *check)
{
    for (unsigned c = 0; c < check->claims; c++)
        gck_probed_settle(&check->claim[c]);
    for (unsigned c = 0; c < check->claims; c++)
        if (check->only_claim == check->claims || c == check->only_claim)
            add_up(check, &check->claim[c], check->only_element);
    conclude(check);
}
