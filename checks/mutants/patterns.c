/* patterns.c -- is a name other than a factor's true at this point? Up to a common factor: of two mistakes each may be named. */
#include "sight.h"

#include "core/blob.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One port, its slopes times one factor: what may be told already. */
struct seen {
    struct sight *s;
    const struct port_sight *p;
    double c;
    size_t off, weighed;
};

static double g(const struct seen *v, size_t i)
{
    return v->c * v->p->g[i];
}

static bool known(const struct seen *v, size_t i)
{
    return isfinite(v->p->g[i]) && isfinite(v->p->a[i]);
}

static double room(const struct seen *v)
{
    return 4 * v->p->noise * fmax(1, fabs(v->c));
}

static bool near(const struct seen *v, double a, double b)
{
    return fabs(a - b) <= 1e-6 * fmax(fabs(a), fabs(b)) + room(v);
}

static bool off(const struct seen *v, size_t i)
{
    return known(v, i) && fabs(v->p->a[i] - g(v, i)) > 1e-10 * fabs(g(v, i)) + room(v);
}

static bool flat(const struct seen *v, size_t i)
{
    return known(v, i) && fabs(g(v, i)) <= room(v);
}

static bool weighs(const struct seen *v, size_t i)
{
    return known(v, i) && fabs(g(v, i)) > 100 * room(v);
}

static size_t class_of(const struct port_sight *p, size_t i)
{
    return p->classes > 0 ? i / p->inner % p->classes : 0;
}

static size_t place_of(const struct port_sight *p, size_t i)
{
    return p->classes > 0 ? i / (p->classes * p->inner) * p->inner + i % p->inner : 0;
}

static bool labelled(const struct port_sight *p, size_t i)
{
    return p->label != NULL && p->label[place_of(p, i)] == (double)class_of(p, i);
}

/* ---- groups ---- */

enum key { LABELLED, SORT, SIGN, POSITION, CLASS, LABEL, SAMPLE };

static size_t group_of(const struct port_sight *p, enum key key, size_t i)
{
    switch (key) {
    case LABELLED:
        return labelled(p, i);
    case SORT:
        return p->sort != NULL && p->sort[i / p->row] > 0;
    case SIGN:
        return p->x[i] > 0;
    case POSITION:
        return i % p->inner;
    case CLASS:
        return class_of(p, i);
    case LABEL:
        return p->label != NULL ? (size_t)p->label[place_of(p, i)] : 0;
    default:
        return i / p->row;
    }
}

/* One ratio in each group, not the same in all. */
static bool grouped(const struct seen *v, enum key key)
{
    enum { MOST = 256 };
    double ratio[MOST];
    bool set[MOST] = { false }, still[MOST] = { false }, differ = false;
    double first = (double)NAN;

    for (size_t i = 0; i < v->p->count; i++) {
        const size_t k = group_of(v->p, key, i) % MOST;
        const double r = v->p->a[i] / g(v, i);

        if (!known(v, i))
            continue;
        if (!weighs(v, i)) { /* a diff where the slope is 0: then that is so in all of the group */
            still[k] = still[k] || (flat(v, i) && fabs(v->p->a[i]) > 1e-5 * v->p->scale);
            if (still[k] && set[k])
                return false;
            continue;
        }
        if (still[k])
            return false;
        if (!set[k]) {
            set[k] = true;
            ratio[k] = r;
        }
        if (fabs(r - ratio[k]) > 1e-5 * fmax(fabs(r), fabs(ratio[k])))
            return false;
        differ = differ || fabs(r - first) > 1e-9 * fabs(first);
        first = isnan(first) ? r : first;
    }
    return differ || (!isnan(first) && fabs(first - 1) > 1e-9); /* others may have been told otherwise */
}

static bool group_named(const struct seen *v, const char *what)
{
    return grouped(v, strstr(what, "label's element") != NULL          ? LABELLED
                      : strncmp(what, "samples with", 12) == 0         ? SORT
                      : strncmp(what, "elements with x", 15) == 0      ? SIGN
                      : strstr(what, "position") != NULL               ? POSITION
                      : strstr(what, "class") != NULL                  ? CLASS
                      : strstr(what, "label") != NULL                  ? LABEL
                                                                       : SAMPLE);
}

/* ---- places ---- */

static bool moved(const struct seen *v, long by, size_t block, size_t unit, int way)
{
    const struct port_sight *const p = v->p;
    double up = 0, down = 0, along = 0, c;
    size_t tied = 0, told = 0, shows = 0;

    for (int turn = 0; turn < 2; turn++) {
        c = along == 0 ? 1 : copysign(sqrt(up / down), along);
        for (size_t i = 0; i < p->count; i++) {
            const size_t start = i / block * block, u = (i - start) / unit, in = (i - start) % unit, units = block / unit;
            const long to = way == 0 ? ((long)u - by) : way == 1 ? (long)(units - 1 - u) : 0;
            const size_t j = start + (size_t)((to + (long)units) % (long)units) * unit + in;
            const bool over = to < 0 || (size_t)to >= units;

            if (!known(v, i) || !known(v, j))
                continue;
            told += turn == 1;
            if (turn == 0 && !over) {
                up += p->a[i] * p->a[i];
                down += g(v, j) * g(v, j);
                along += p->a[i] * g(v, j);
            } else if (turn == 1) {
                if (fabs(p->a[i] - c * g(v, j)) > 1e-5 * fabs(p->a[i]) + room(v) * 10) {
                    if (!over)
                        return false;
                    continue;
                }
                tied++;
                shows += off(v, i);
            }
        }
        if (!(up > 0) || !(down > 0))
            return false;
    }
    return 3 * tied >= 2 * told && shows >= 2;
}

static bool transposed(const struct seen *v)
{
    const struct port_sight *const p = v->p;
    const size_t block[] = { p->row, p->count, p->count };
    const size_t unit[] = { 1, 1, p->inner };

    for (size_t k = 0; k < 3; k++) {
        const size_t units = block[k] / unit[k];

        for (size_t columns = 2; columns < units; columns++) {
            bool fits = units % columns == 0;

            for (size_t i = 0; fits && i < p->count; i++) {
                const size_t start = i / block[k] * block[k], u = (i - start) / unit[k];
                const size_t j = start + (u % columns * (units / columns) + u / columns) * unit[k] + (i - start) % unit[k];

                fits = !known(v, i) || !known(v, j) || near(v, p->a[i], g(v, j));
            }
            if (fits)
                return true;
        }
    }
    return false;
}

static bool misplaced(const struct seen *v, const char *what)
{
    const struct port_sight *const p = v->p;
    const size_t step[][2] = { { p->count, 1 }, { p->row, 1 }, { p->count, p->row },
                               { p->classes * p->inner, p->inner }, { p->inner, 1 } };
    const int way = strstr(what, "reverse") != NULL ? 1 : strstr(what, "first again") != NULL ? 2 : 0;

    if (strstr(what, "transposed") != NULL)
        return transposed(v);
    for (size_t k = 0; k < sizeof step / sizeof step[0]; k++)
        if (step[k][1] > 0 && step[k][0] >= 2 * step[k][1]
            && (moved(v, strstr(what, "backwards") != NULL ? -1 : 1, step[k][0], step[k][1], way)))
            return true;
    return false;
}

/* ---- zeros and flats ---- */

/* A part of an axis is 0: the coordinates along it decide. what says which axis. */
static bool part_missing(const struct seen *v, const char *what)
{
    const struct port_sight *const p = v->p;
    const bool sample = strstr(what, "sample") != NULL && strstr(what, "of each sample") == NULL;
    const size_t unit = sample ? p->row : strstr(what, "class") != NULL ? p->inner : 1;
    const size_t length = sample                                     ? p->num
                          : strstr(what, "class") != NULL            ? p->classes
                          : strstr(what, "position") != NULL         ? p->inner
                          : strstr(what, "of each sample") != NULL   ? p->row
                                                                     : p->count;
    size_t missing = 0, first = length, last = 0, rest = 0;

    for (size_t at = 0; at < length; at++) {
        bool zero = true, moves = false;

        for (size_t i = 0; i < p->count; i++)
            if (i / unit % length == at) {
                zero = zero && p->a[i] == 0;
                moves = moves || weighs(v, i);
            }
        if (zero && moves) {
            missing++;
            first = at < first ? at : first;
            last = at;
        }
        rest += !zero;
    }
    if (missing == 0 || (rest == 0 && v->s->ports < 2))
        return false;
    if (strstr(what, "every") != NULL)
        return missing >= 2;
    if (strstr(what, "the last") != NULL || strstr(what, "the second half") != NULL)
        return last == length - 1 || flat(v, p->count - 1);
    if (strstr(what, "the first") != NULL)
        return first == 0 || flat(v, 0);
    return true;
}

static bool zeros(const struct seen *v, bool only)
{
    size_t zero = 0;

    for (size_t i = 0; i < v->p->count; i++) {
        if (only && off(v, i) && v->p->a[i] != 0)
            return false;
        zero += weighs(v, i) && v->p->a[i] == 0;
    }
    return zero > 0;
}

static bool moves_flat(const struct seen *v)
{
    size_t many = 0;

    for (size_t i = 0; i < v->p->count; i++) {
        if (off(v, i) && !flat(v, i))
            return false;
        many += off(v, i) && v->p->a[i] != 0;
    }
    return many > 0;
}

/* Whole samples are 0, and the label or the sort says which. */
static bool samples_without(const struct seen *v)
{
    const struct port_sight *const p = v->p;
    const double *const value = p->label != NULL && p->places == p->num ? p->label : p->sort;
    size_t without = 0;

    for (size_t n = 0; n < p->num; n++)
        for (size_t i = n * p->row; i < (n + 1) * p->row; i++) {
            if (off(v, i) && p->a[i] != 0)
                return false;
            without += weighs(v, i) && p->a[i] == 0;
            for (size_t k = 0; value != NULL && k < p->count; k++)
                if (value[k / p->row] == value[n] && weighs(v, i) && weighs(v, k) && (p->a[i] == 0) != (p->a[k] == 0))
                    return false;
        }
    return without > 0 && value != NULL;
}

/* ---- corners ---- */

static bool branch(const struct seen *v, const char *what)
{
    const struct port_sight *const p = v->p;
    size_t flats = 0, zero = 0, wrong = 0;
    double t = 0;

    if (strstr(what, "outside the slopes") != NULL) {
        for (size_t i = 0; i < p->count; i++) {
            const double low = fmin(p->left[i], p->right[i]), high = fmax(p->left[i], p->right[i]);

            wrong += isnan(p->g[i]) && (p->a[i] < low - 1e-4 * p->scale || p->a[i] > high + 1e-4 * p->scale);
        }
        return wrong > 0;
    }
    for (size_t i = 0; i < p->count; i++)
        if (off(v, i)) {
            wrong++;
            flats += flat(v, i);
            zero += p->a[i] == 0;
            if (weighs(v, i) && p->a[i] * g(v, i) > 0 && t == 0)
                t = fabs(g(v, i)) - fabs(p->a[i]);
        }
    if (strstr(what, "exchanged") != NULL)
        return wrong > 0 && flats + zero == wrong && flats > 0 && zero > 0;
    if (strstr(what, "another margin") != NULL) {
        for (size_t i = 0; i < p->count; i++) {
            const double larger = t > 0 ? g(v, i) : p->a[i], smaller = t > 0 ? p->a[i] : g(v, i);

            if (known(v, i) && !near(v, smaller, copysign(fmax(fabs(larger) - fabs(t), 0), larger)))
                return false;
        }
        return t != 0;
    }
    if (wrong == 0 || (zero != wrong && flats != wrong)) /* another threshold */
        return false;
    for (size_t side = 0; side < 2; side++) {
        double low[2] = { HUGE_VAL, HUGE_VAL }, high[2] = { -HUGE_VAL, -HUGE_VAL };

        for (size_t i = 0; i < p->count; i++) {
            const size_t which = p->label != NULL ? labelled(p, i) : p->sort != NULL ? p->sort[i / p->row] > 0 : 0;
            const bool is_off = off(v, i);

            if (which != side || !known(v, i) || (!is_off && flat(v, i) != (flats == wrong)))
                continue;
            low[is_off] = fmin(low[is_off], p->x[i]);
            high[is_off] = fmax(high[is_off], p->x[i]);
        }
        if (isfinite(low[0]) && isfinite(low[1]) && !(high[0] < low[1]) && !(high[1] < low[0]))
            return false;
    }
    return true;
}

/* ---- labels ---- */

static double by_rule(const double *label, size_t n, size_t place, double classes, const char *what)
{
    if (strstr(what, "class after") != NULL)
        return fmod(label[place] + 1, classes);
    if (strstr(what, "class before") != NULL)
        return fmod(label[place] + classes - 1, classes);
    if (strstr(what, "first sample's") != NULL)
        return label[0];
    if (strstr(what, "next sample's") != NULL)
        return label[(place + 1) % n];
    if (strstr(what, "sample before") != NULL)
        return label[(place + n - 1) % n];
    if (strstr(what, "last sample's") != NULL)
        return label[n - 1];
    return label[n - 1 - place];
}

/* Backward is the derivative for those labels. */
static bool other_label(const struct seen *v, const char *what)
{
    struct port_sight other = *v->p;
    struct gck_rig *const rig = &v->s->run.rig;
    bool fits = true;

    if (v->p->label == NULL)
        return false;
    other.g = malloc(other.count * sizeof *other.g);
    for (unsigned b = 0; b < v->s->run.setup.bottoms; b++)
        if (v->s->run.setup.bottom[b].port->fill == GCK_LABELS && rig->bottom[b].count == other.places)
            for (size_t k = 0; k < other.places; k++)
                ((double *)rig->bottom[b].data)[k] = by_rule(other.label, other.places, k, (double)other.classes, what);
    slopes(v->s, &other);
    for (size_t i = 0; i < other.count; i++)
        fits = fits && (!isfinite(other.g[i]) || fabs(v->c * other.g[i] - other.a[i]) <= 1e-5 * other.scale);
    for (unsigned b = 0; b < v->s->run.setup.bottoms; b++)
        if (v->s->run.setup.bottom[b].port->fill == GCK_LABELS && rig->bottom[b].count == other.places)
            memcpy(rig->bottom[b].data, other.label, other.places * sizeof *other.label);
    return fits;
}

static bool label_missing(const struct seen *v)
{
    double extra = (double)NAN;

    for (size_t i = 0; i < v->p->count; i++) {
        const double rest = v->p->a[i] - g(v, i);

        if (!known(v, i))
            continue;
        if (!labelled(v->p, i)) {
            if (off(v, i))
                return false;
            continue;
        }
        extra = isnan(extra) ? rest : extra;
        if (fabs(rest - extra) > 1e-5 * fabs(extra) + room(v))
            return false;
    }
    return !isnan(extra) && fabs(extra) > 10 * room(v);
}

/* ---- inner derivatives and data ---- */

static double inner_at(const struct seen *v, const char *what, size_t i)
{
    const double x = v->p->x[i], p = 1 / (1 + exp(-x)), t = tanh(x);
    static const char *const word[] = { "factor x ", "factor p (1 - p)", "factor p ", "factor 1 - tanh", "factor exp(x)", "factor x^2",
                                        "factor y ", "factor 1 - y", "factor top.data" };
    const double value[] = { x, p * (1 - p), p, 1 - t * t, exp(x), x * x, v->p->top != NULL ? v->p->top[i] : (double)NAN,
                             v->p->top != NULL ? 1 - v->p->top[i] : (double)NAN,
                             v->p->top != NULL ? v->p->top[i] / v->p->up[i] : (double)NAN };

    if (strstr(what, "absolute value") != NULL)
        return g(v, i) < 0 ? -1 : 1;
    if (strstr(what, "only the sign") != NULL)
        return 1 / fabs(g(v, i));
    if (strstr(what, "own size") != NULL)
        return fabs(g(v, i));
    for (size_t k = 0; k < sizeof word / sizeof word[0]; k++)
        if (strstr(what, word[k]) != NULL)
            return strstr(what, "missing") != NULL ? 1 / value[k] : value[k];
    return (double)NAN;
}

static bool inner(const struct seen *v, const char *what)
{
    double c = (double)NAN, largest = 0;
    size_t found = 0;

    if (strstr(what, "passed on") != NULL) {
        if (v->p->up == NULL)
            return false;
        for (size_t n = 0; n < v->p->num; n++)
            for (size_t i = n * v->p->row + 1; i < (n + 1) * v->p->row; i++)
                if (fabs(v->p->a[i] * v->p->up[n * v->p->row] - v->p->a[n * v->p->row] * v->p->up[i])
                    > 1e-6 * fabs(v->p->a[i] * v->p->up[n * v->p->row]))
                    return false;
        return true;
    }
    for (size_t i = 0; i < v->p->count; i++)
        if (weighs(v, i) && fabs(v->p->g[i]) > largest) {
            largest = fabs(v->p->g[i]);
            c = v->p->a[i] / (g(v, i) * inner_at(v, what, i));
        }
    for (size_t i = 0; i < v->p->count && isfinite(c); i++) {
        if (!weighs(v, i))
            continue;
        if (fabs(c * g(v, i) * inner_at(v, what, i) - v->p->a[i]) > 1e-5 * fabs(v->p->a[i]) + 10 * room(v) * fabs(inner_at(v, what, i)))
            return false;
        found += off(v, i);
    }
    return found >= 3;
}

static bool data_are(const struct seen *v, const char *what)
{
    const struct run *const run = &v->s->run;
    const struct gck_rig *const rig = &run->rig;

    if (strstr(what, "factor") != NULL)
        return inner(v, what);
    for (unsigned b = 0; b < run->setup.bottoms + run->setup.tops; b++) {
        const bool bottom = b < run->setup.bottoms;
        const struct gck_blob *const blob = bottom ? &rig->bottom[b] : &rig->top[b - run->setup.bottoms];
        const char *const name = bottom ? run->setup.bottom[b].name : rig->layer->top[b - run->setup.bottoms].name;
        const double *const value = blob->data;
        double c = 0, largest = 0;
        bool fits = blob->count == v->p->count && strstr(what, name) != NULL;

        for (size_t i = 0; fits && i < v->p->count; i++)
            if (fabs(value[i]) > largest) {
                largest = fabs(value[i]);
                c = v->p->a[i] / value[i];
            }
        for (size_t i = 0; fits && i < v->p->count; i++)
            fits = fabs(v->p->a[i] - c * value[i]) <= 1e-6 * fabs(c * value[i]) + 1e-13 * fabs(c) * largest;
        if (fits && c != 0)
            return true;
    }
    return false;
}

static bool small(const struct seen *v)
{
    double sum = 0;
    size_t many = 0, wrong = 0;

    for (size_t i = 0; i < v->p->count; i++)
        if (known(v, i) && !flat(v, i)) {
            sum += fabs(g(v, i));
            many++;
        }
    for (size_t i = 0; i < v->p->count; i++) {
        if (known(v, i) && fabs(v->p->a[i] - g(v, i)) > 0.15 * fmax(fabs(g(v, i)), sum / (double)many))
            return false;
        wrong += off(v, i);
    }
    return wrong > 0;
}

/* ---- two ports, the weight, the contract ---- */

static bool swapped(const struct sight *s)
{
    for (unsigned a = 0; a < s->ports; a++)
        for (unsigned b = 0; b < s->ports; b++) {
            bool fits = a != b && s->port[a].count == s->port[b].count;

            for (size_t i = 0; fits && i < s->port[a].count; i++)
                fits = fabs(s->port[a].a[i] - s->port[b].g[i]) <= 1e-6 * s->port[a].scale
                       && fabs(s->port[b].a[i] - s->port[a].g[i]) <= 1e-6 * s->port[a].scale;
            if (fits)
                return true;
        }
    return false;
}

static bool weight_is(const struct sight *s, const struct claimed *claimed, unsigned code)
{
    bool any = false;

    for (unsigned k = 0; k < s->ports; k++) {
        const struct port_sight *const p = &s->port[k];

        for (size_t i = 0; i < p->count && names_port(claimed, p); i++) {
            const double wanted = code == 101 ? p->a[i] : code == 102 ? 4 * p->a[i] : 2 * p->a[i];
            const bool is = fabs(p->doubled[i] - wanted) <= 1e-9 * fabs(wanted);

            if (code != 111 && !is)
                return false;
            any = any || (code != 111 ? p->a[i] != 0
                                      : !is || p->nothing[i] != 0 || fabs(p->negated[i] + p->a[i]) > 1e-9 * fabs(p->a[i]));
        }
    }
    return any;
}

static bool top_follows(struct sight *s)
{
    double *const before = malloc(s->run.rig.top[0].count * sizeof *before);
    bool differs;

    gck_rig_weigh(&s->run.rig, 1.375);
    gck_rig_forward(&s->run.rig);
    memcpy(before, s->run.rig.top[0].data, s->run.rig.top[0].count * sizeof *before);
    gck_rig_weigh(&s->run.rig, 2.75);
    gck_rig_forward(&s->run.rig);
    differs = memcmp(before, s->run.rig.top[0].data, s->run.rig.top[0].count * sizeof *before) != 0;
    gck_rig_weigh(&s->run.rig, 1.375);
    gck_rig_forward(&s->run.rig);
    return differs;
}

/* On the point's data: some change them. */
static void preset_pass(struct sight *s, struct gck_blob *blob, double value)
{
    gck_rig_fill(&s->run.rig, 0, false);
    gck_rig_weigh(&s->run.rig, 1.375);
    preset(blob, 1, value);
    gck_rig_forward(&s->run.rig);
    gck_rig_backward(&s->run.rig);
}

/* The diffs of named ports with two numbers in their place before. added: the difference stays; else: it is unwritten. */
static bool preset_shows(struct sight *s, const struct claimed *claimed, bool added)
{
    size_t shows = 0;

    for (unsigned b = 0; b < s->run.setup.bottoms; b++) {
        struct gck_blob *const blob = &s->run.rig.bottom[b];
        double *const value = blob->diff, *const first = malloc(blob->count * sizeof *first);
        bool named = claimed->port[0] == '\0';

        for (unsigned p = 0; p < s->ports; p++)
            named = named || (!s->port[p].weight && s->port[p].index == b && names_port(claimed, &s->port[p]));
        if (!named || s->run.setup.bottom[b].port->constant)
            continue;
        preset_pass(s, blob, 3.25);
        memcpy(first, value, blob->count * sizeof *first);
        preset_pass(s, blob, -5.5);
        for (size_t i = 0; i < blob->count; i++) /* times something: 2 += 2 */
            shows += added ? fabs(first[i] - value[i]) > 1e-9 && (first[i] != 3.25 || value[i] != -5.5)
                           : first[i] == 3.25 && value[i] == -5.5;
    }
    return shows > 0;
}

static bool one_port(struct sight *s, const struct port_sight *p, const struct claimed *claimed, double c)
{
    const struct seen v = { s, p, c, 0, 0 };

    switch (claimed->code) {
    case 114:
        return group_named(&v, claimed->what);
    case 301:
        return zeros(&v, claimed->what[0] != '\0');
    case 303:
        return misplaced(&v, claimed->what);
    case 305:
        return branch(&v, claimed->what);
    case 306:
        return moves_flat(&v);
    case 309:
        return strstr(claimed->what, "1 is missing") != NULL ? label_missing(&v) : other_label(&v, claimed->what);
    case 310:
        return strstr(claimed->what, "no gradient") != NULL ? samples_without(&v) : moves_flat(&v);
    case 311:
        return inner(&v, claimed->what);
    case 312:
        return data_are(&v, claimed->what);
    case 313:
        return part_missing(&v, claimed->what);
    case 314:
        return small(&v);
    default:
        return false;
    }
}

bool pattern_holds(struct sight *s, const struct claimed *claimed)
{
    bool any = false;

    switch (claimed->code) {
    case 101:
    case 102:
    case 111:
        return weight_is(s, claimed, claimed->code);
    case 108:
        return swapped(s);
    case 109:
        for (size_t i = 0; i < s->port[1].count; i++)
            if (fabs(s->port[1].a[i] + s->port[1].g[i]) > 1e-6 * s->port[1].scale)
                return false;
        return s->ports > 1;
    case 110:
        return top_follows(s);
    case 201:
    case 202:
        return preset_shows(s, claimed, claimed->code == 201);
    default:
        break;
    }
    for (unsigned k = 0; k < s->ports; k++) {
        double share;
        const double ratio = usual_ratio(&s->port[k], &share);
        const double factor[] = { 1, share > 0.2 ? ratio : 1, 1 / 1.375, 1.375 };
        bool holds = false;

        if (!names_port(claimed, &s->port[k]))
            continue;
        for (size_t f = 0; f < 4 && !holds; f++)
            holds = one_port(s, &s->port[k], claimed, factor[f]);
        if (claimed->port[0] != '\0' && !holds)
            return false;
        any = any || holds;
    }
    return any;
}
