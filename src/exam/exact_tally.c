/* exact_tally.c -- what the exact twin's derivatives show of the analytic ones, element by element, added up. */
#include "exam/exact_tally.h"

#include "numeric/noise.h"

#include <float.h>
#include <math.h>

static const double power = 1e-3; /* what is known to less than this part of itself says nothing */

void gck_tally_judge(struct gck_tally *tally, struct gck_check *check, unsigned c, size_t i, double derivative, double room)
{
    struct gck_claim *const claim = &check->claim[c];
    struct gck_exact_port *const port = &tally->port[c];
    const double off = fabs(claim->analytic[i] - derivative);
    /* a Backward of zeros has no size of its own: then it is the twin's that counts */
    const double twins = isfinite(derivative) ? fabs(derivative) : 0;
    const double size = gck_larger(gck_larger(fabs(claim->analytic[i]), claim->typical), twins);
    const bool vague = claim->allowance[i] + room > power * size;
    const bool inside = off <= claim->allowance[i] + room;
    /* differences are the other witness: where they contradict the twin, the twin accuses nobody */
    const bool contradicted = claim->verdict[i] != GCK_CANNOT_TELL && claim->verdict[i] != GCK_PROBED
                              && fabs(claim->numeric[i] - derivative) > claim->bound[i] + room;

    port->elements++;
    if (vague && claim->verdict[i] == GCK_KINK) { /* an ulp beside it Backward takes the other branch */
        port->kink++;
    } else if (!isfinite(derivative) || vague) {
        port->unknown++;
        if (!tally->odd && !isfinite(derivative)) {
            tally->odd = true;
            tally->odd_claim = c;
            tally->odd_element = i;
            tally->odd_value = derivative;
        }
    } else if (inside) {
        port->agree++;
        port->sharp += claim->allowance[i] + room < 5e-13 * size;
        port->ulp = gck_larger(port->ulp, size > 0 ? off / (DBL_EPSILON * size) : 0);
        if (claim->verdict[i] == GCK_CANNOT_TELL || claim->verdict[i] == GCK_PROBED) {
            if (claim->verdict[i] == GCK_CANNOT_TELL)
                claim->verdict[i] = GCK_AGREE;
            claim->numeric[i] = derivative;
            claim->bound[i] = claim->allowance[i] + room;
        }
    } else if (claim->verdict[i] == GCK_KINK) {
        port->kink++;
    } else if (contradicted) {
        port->contradicted++;
        port->lost += derivative == 0;
    } else if ((derivative == 0 || check->grain > 0) && claim->verdict[i] == GCK_CANNOT_TELL) {
        port->unknown++; /* a cast may have lost it, or a part of it: that alone accuses nobody */
    } else {
        port->disagree++;
        if (claim->verdict[i] != GCK_DISAGREE || off > port->off) {
            port->off = fmax(port->off, size > 0 ? off / size : off);
            port->worst = i;
        }
        if (claim->verdict[i] != GCK_DISAGREE) { /* too small for differences */
            port->alone++;
            claim->verdict[i] = GCK_DISAGREE;
            claim->numeric[i] = derivative;
            claim->bound[i] = claim->allowance[i] + room;
        }
    }
}

/* Evidence of a float on the way. Double's own rounding is far smaller, but for elements in which digits cancel. */
void gck_tally_look(struct gck_tally *tally, const struct gck_check *check, unsigned c, size_t i, double exactly)
{
    const struct gck_claim *const claim = &check->claim[c];
    const double off = fabs(claim->analytic[i] - exactly) / fabs(exactly);

    tally->size[c].others += exactly != 0 && isfinite(exactly) && (double)(float)exactly != exactly;
    if (!isfinite(exactly) || !(fabs(exactly) > 1e-3 * claim->typical))
        return;
    tally->size[c].sure++;
    tally->size[c].far += off > 0x1p-38 && off < 0x1p-20;
    tally->size[c].off += off;
}

void gck_tally_add(struct gck_tally *all, const struct gck_tally *part, struct gck_check *check,
                   struct gck_exact_port *const port[])
{
    for (unsigned c = 0; c < check->claims; c++) {
        struct gck_claim *const claim = &check->claim[c];
        struct gck_exact_port *const to = port[c];
        const struct gck_exact_port *const more = &part->port[c];

        claim->exact_others += part->size[c].others;
        claim->exact_sure += part->size[c].sure;
        claim->exact_far += part->size[c].far;
        claim->exact_off += part->size[c].off;
        if (to == NULL)
            continue;
        if (more->alone > 0 || more->off > to->off)
            to->worst = more->worst;
        to->elements += more->elements;
        to->agree += more->agree;
        to->sharp += more->sharp;
        to->kink += more->kink;
        to->unknown += more->unknown;
        to->contradicted += more->contradicted;
        to->lost += more->lost;
        to->disagree += more->disagree;
        to->alone += more->alone;
        to->ulp = fmax(to->ulp, more->ulp);
        to->off = fmax(to->off, more->off);
    }
    if (part->odd && !all->odd) {
        all->odd = true;
        all->odd_claim = part->odd_claim;
        all->odd_element = part->odd_element;
        all->odd_value = part->odd_value;
    }
}
