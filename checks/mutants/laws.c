/* laws.c -- is a name of a factor true? Ratios are measured where num, C, S and the weight are as they are, and doubled. */
#include "sight.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool names_port(const struct claimed *claimed, const struct port_sight *p)
{
    const size_t length = strlen(p->name);
    const char *at = claimed->port;

    if (*at == '\0')
        return true;
    for (; (at = strstr(at, p->name)) != NULL; at++)
        if ((at == claimed->port || at[-1] == ' ') && (at[length] == '\0' || at[length] == ','))
            return true;
    return false;
}

double usual_ratio(const struct port_sight *p, double *share)
{
    double best = (double)NAN;
    size_t weighed = 0, most = 0;

    for (size_t i = 0; i < p->count; i++) {
        const double ratio = p->a[i] / p->g[i];
        size_t like = 0;

        if (!isfinite(p->g[i]) || fabs(p->g[i]) < fmax(1e-4 * p->scale, 100 * p->noise) || !isfinite(ratio))
            continue;
        weighed++;
        for (size_t k = 0; k < p->count; k++)
            like += fabs(p->a[k] - ratio * p->g[k]) <= 1e-5 * fabs(ratio * p->g[k]) && fabs(p->g[k]) > 100 * p->noise;
        if (ratio != 0 && like > most) {
            most = like;
            best = ratio;
        }
    }
    *share = weighed > 0 ? (double)most / (double)weighed : 0;
    return best;
}

/* Where elements have no common ratio: that of their sizes. */
static double size_ratio(const struct port_sight *p)
{
    double up = 0, down = 0;

    for (size_t i = 0; i < p->count; i++)
        if (isfinite(p->g[i])) {
            up += p->a[i] * p->a[i];
            down += p->g[i] * p->g[i];
        }
    return sqrt(up / down);
}

void laws_measure(struct laws *laws, const struct gck_layer *original, const struct gck_layer *mutant,
                  const struct gck_options *options, const struct sight *here)
{
    static struct sight at[4], alone;
    const size_t *const dim = here->run.setup.dim;
    const size_t size[4][GCK_DIMS] = { { 2 * dim[0] }, { 0, 2 * dim[1] }, { 0, 0, 2 * dim[2] }, { 0 } };
    const size_t one[GCK_DIMS] = { 1 };
    bool open[4];

    memset(laws, 0, sizeof *laws);
    for (unsigned k = 0; k < 4; k++)
        open[k] = k == 3 ? sight_open(&at[k], original, mutant, options, NULL, 2.75)
                         : dim[k] > 0 && sight_open(&at[k], original, mutant, options, size[k], 1.375);
    for (unsigned p = 0; p < here->ports; p++) {
        double share, exponent[4] = { 0 }, product = 1;
        const double base = usual_ratio(&here->port[p], &share);
        const bool common = share >= 0.5;

        laws->ratio[p] = common ? base : size_ratio(&here->port[p]);
        laws->measured[p] = isfinite(laws->ratio[p]);
        for (unsigned k = 0; k < 4; k++) {
            double other = 0, change;

            if (!open[k])
                continue;
            other = common ? usual_ratio(&at[k].port[p], &share) : size_ratio(&at[k].port[p]);
            change = log2(fabs(other / laws->ratio[p]));
            exponent[k] = nearbyint(2 * change) / 2;
            if ((common && share < 0.5) || !(fabs(change - exponent[k]) < (common ? 1e-4 : 0.2)))
                laws->measured[p] = false;
        }
        for (unsigned k = 0; k < 3; k++)
            product *= pow((double)(dim[k] > 0 ? dim[k] : 1), exponent[k]);
        laws->n[p] = exponent[0];
        laws->c[p] = exponent[1];
        laws->s[p] = exponent[2];
        laws->w[p] = exponent[3];
        laws->rest[p] = laws->ratio[p] / (product * pow(1.375, exponent[3]));
    }
    laws->forward_n = log2(loss_doubled(mutant, here) / loss_doubled(original, here));
    if (dim[0] > 0 && sight_open(&alone, original, mutant, options, one, 1.375))
        for (unsigned p = 0; p < alone.ports; p++)
            for (size_t i = 0; i < alone.port[p].count; i++)
                laws->backward_zero_alone = laws->backward_zero_alone || alone.port[p].a[i] != 0;
}

bool law_code(unsigned code)
{
    return (code >= 103 && code <= 107) || code == 112 || code == 113 || code == 115;
}

static bool power_is(double value, double wanted)
{
    return fabs(value - wanted) < 1e-3;
}

/* One pass divides by the samples that count, the other by all. */
static bool by_valid(const struct port_sight *p)
{
    double share;
    const double ratio = usual_ratio(p, &share);
    size_t valid = 0;

    for (size_t n = 0; n < p->num; n++) {
        bool counts = false;

        for (size_t i = n * p->row; i < (n + 1) * p->row; i++)
            counts = counts || fabs(p->g[i]) > p->noise;
        valid += counts;
    }
    return share >= 0.5 && valid > 0
           && (power_is(ratio * (double)p->num / (double)valid, 1) || power_is(ratio * (double)valid / (double)p->num, 1));
}

static bool all_zero(const struct port_sight *p)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->a[i] != 0)
            return false;
    return p->scale > 0;
}

static bool holds_of(const struct laws *laws, unsigned p, const struct sight *here, unsigned code)
{
    const double forward = isfinite(laws->forward_n) ? laws->forward_n : 0, backward = laws->n[p] + forward;
    const bool plain = power_is(fabs(laws->rest[p]), 1);
    const int symbols = (laws->n[p] != 0) + (laws->c[p] != 0 || laws->s[p] != 0) + (laws->w[p] != 0) + !plain;

    switch (code) {
    case 103:
        return (laws->measured[p] && power_is(backward, 1)) || power_is(forward, 1);
    case 104:
        return (laws->measured[p] && power_is(backward, -1)) || power_is(forward, -1);
    case 105:
        return (laws->measured[p] && (laws->c[p] < 0 || laws->s[p] < 0)) || by_valid(&here->port[p]);
    case 106:
        return laws->ratio[p] < 0;
    case 107:
        return laws->measured[p] && fabs(fabs(laws->rest[p]) - 1) > 1e-9;
    case 112:
        return all_zero(&here->port[p]) && laws->backward_zero_alone;
    case 113:
        return laws->measured[p] && (symbols > 1 || fabs(laws->n[p]) != 1);
    default:
        return fabs(forward) > 1e-3;
    }
}

bool law_holds(const struct laws *laws, const struct sight *here, const struct claimed *claimed)
{
    bool any = false;

    for (unsigned p = 0; p < here->ports; p++) {
        const bool holds = holds_of(laws, p, here, claimed->code);

        if (!names_port(claimed, &here->port[p]))
            continue;
        if (claimed->port[0] != '\0' && !holds)
            return false;
        any = any || holds;
    }
    return any;
}
