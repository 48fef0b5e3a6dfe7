/* draw.h -- a layer's options drawn at random: shapes, seed, scale, parameters, and data near its kinks. */
#ifndef GCK_DRAW_H
#define GCK_DRAW_H

#include "core/random.h"
#include "gradcheck/gradcheck.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct draw {
    const struct gck_layer *layer;
    uint64_t trial;
    uint32_t at;                   /* how many numbers were drawn */
    struct gck_options options;
    char text[GCK_MAX_GIVEN][32];
    double other[4096];            /* contrastive's a, which b's distances are made from */
    size_t others, channels;
    double margin;
    bool legacy;
    bool anywhere;                 /* also at scales that the layer doesn't want */
    bool kinks;                    /* 30 % of the elements of kinked layers go near a kink */
};

static inline double draw_unit(struct draw *draw)
{
    return gck_uniform(draw->trial, 0xD4A3u, draw->at++);
}

static inline size_t draw_below(struct draw *draw, size_t n)
{
    const size_t drawn = (size_t)(draw_unit(draw) * (double)n);

    return drawn < n ? drawn : n - 1;
}

static inline void draw_give(struct draw *draw, enum gck_given_kind kind, const char *name,
                             const char *format, double value)
{
    const unsigned i = draw->options.givens++;

    snprintf(draw->text[i], sizeof draw->text[i], format, value);
    draw->options.given[i] = (struct gck_given){ kind, name, draw->text[i] };
}

/* +-10^-u at a distance between 1e-8 and 1 from a kink */
static inline double draw_near(struct draw *draw)
{
    const double distance = pow(10, -8 * draw_unit(draw));

    return draw_unit(draw) < 0.5 ? -distance : distance;
}

static inline void draw_refill(void *context, const char *port, const struct gck_shape *shape,
                               double *value)
{
    struct draw *const draw = context;
    const char *const name = draw->layer->name;
    const size_t count = gck_shape_count(shape, 0, shape->axes);
    const uint32_t at = draw->at; /* every rig and variant sees the same numbers */

    draw->at = 1000000;
    if (strcmp(name, "relu") == 0 || strcmp(name, "hinge") == 0) {
        const double kink = name[0] == 'h' ? 1 : 0;

        for (size_t i = 0; strcmp(port, "label") != 0 && i < count; i++)
            if (draw_unit(draw) < 0.3)
                value[i] = (draw_unit(draw) < 0.5 ? -kink : kink) + draw_near(draw);
    } else if (strcmp(name, "contrastive") == 0 && strcmp(port, "a") == 0) {
        draw->others = count < 4096 ? count : 4096;
        draw->channels = count / shape->dim[0];
        memcpy(draw->other, value, draw->others * sizeof *value);
    } else if (strcmp(name, "contrastive") == 0 && strcmp(port, "b") == 0) {
        for (size_t r = 0; (r + 1) * draw->channels <= draw->others; r++) {
            double size = 0;

            for (size_t c = 0; c < draw->channels; c++) {
                const double d = value[r * draw->channels + c] - draw->other[r * draw->channels + c];

                size += d * d;
            }
            if (draw_unit(draw) < 0.3 && size > 0) {
                const double wanted = (draw->legacy ? sqrt(draw->margin) : draw->margin)
                                      + draw_near(draw) * draw->margin;

                for (size_t c = 0; c < draw->channels; c++) {
                    const double from = draw->other[r * draw->channels + c];
                    double *const to = &value[r * draw->channels + c];

                    *to = from + (*to - from) * wanted / sqrt(size);
                }
            }
        }
    }
    draw->at = at;
}

static inline void draw_params(struct draw *draw, size_t classes)
{
    for (const struct gck_param *p = draw->layer->param; p != NULL && p->name != NULL; p++) {
        /* floor and dist_epsilon make a Backward that differs from Forward, as in Caffe */
        if (strcmp(p->name, "floor") == 0 || strcmp(p->name, "dist_epsilon") == 0
            || strcmp(p->name, "num_output") == 0 || draw_unit(draw) < 0.5)
            continue;
        if (p->kind == GCK_BOOL) {
            const bool on = draw_unit(draw) < 0.5;

            draw_give(draw, GCK_GIVEN_PARAM, p->name, "%.0f", on);
            draw->legacy = strcmp(p->name, "legacy_version") == 0 ? on : draw->legacy;
        } else if (p->kind == GCK_CHOICE) {
            const char *word = p->choices;
            size_t words = 1;

            for (const char *c = word; *c != '\0'; c++)
                words += *c == ' ';
            for (size_t skip = draw_below(draw, words); skip > 0; skip--)
                word = strchr(word, ' ') + 1;
            draw_give(draw, GCK_GIVEN_PARAM, p->name, "", 0);
            snprintf(draw->text[draw->options.givens - 1], 32, "%.*s", (int)strcspn(word, " "), word);
        } else if (strcmp(p->name, "ignore_label") == 0) {
            draw_give(draw, GCK_GIVEN_PARAM, p->name, "%.0f",
                      (double)draw_below(draw, classes + 2) - 1);
        } else if (strcmp(p->name, "axis") == 0) {
            draw_give(draw, GCK_GIVEN_PARAM, p->name, "%.0f", draw_unit(draw) < 0.5 ? 2 : -1);
        } else if (strcmp(p->name, "margin") == 0) {
            draw->margin = 0.5 + floor(64 * draw_unit(draw)) / 16;
            draw_give(draw, GCK_GIVEN_PARAM, p->name, "%.17g", draw->margin);
        } else {
            draw_give(draw, GCK_GIVEN_PARAM, p->name, "%.17g",
                      p->max > p->min ? p->min + (p->max - p->min) * draw_unit(draw) : draw_unit(draw));
        }
    }
}

/* Scales from 1e-6 to 1e6, inside what the layer says it can take. */
static inline double draw_scale(struct draw *draw)
{
    double scale = pow(10, 12 * draw_unit(draw) - 6), least = 0, most = 1e300;

    if (draw_unit(draw) < 0.4)
        return 1;
    for (const struct gck_port *p = draw->layer->bottom; p->name != NULL && !draw->anywhere; p++) {
        const double unit = p->scale != 0 ? p->scale : 1;

        least = fmax(least, p->scale_min / unit);
        most = p->scale_max > 0 ? fmin(most, p->scale_max / unit) : most;
    }
    return fmax(least, fmin(scale, most));
}

static inline void draw_options(struct draw *draw, const struct gck_layer *layer, uint64_t trial,
                                bool kinks, bool anywhere)
{
    size_t classes;

    memset(draw, 0, sizeof *draw);
    draw->anywhere = anywhere;
    draw->layer = layer;
    draw->trial = trial * 1000003 + gck_stream(layer->name) % 1000;
    draw->kinks = kinks;
    draw->margin = 1;
    draw->options = gck_options_default();
    draw->options.seed = 1 + trial * 7919;
    classes = 1 + draw_below(draw, 12);
    draw_give(draw, GCK_GIVEN_DIM, "N", "%.0f", (double)(1 + draw_below(draw, 16)));
    draw->options.scale = draw_scale(draw);
    for (unsigned d = 1; d < GCK_DIMS; d++) {
        static const char *const name[GCK_DIMS] = { "N", "C", "S", "K" };
        bool used = false;

        for (const struct gck_port *p = layer->bottom; p->name != NULL; p++)
            for (unsigned a = 0; a < GCK_MAX_AXES; a++)
                used = used || (p->dims[a] & 1u << d) != 0;
        for (const struct gck_port *p = layer->weight; p != NULL && p->name != NULL; p++)
            for (unsigned a = 0; a < GCK_MAX_AXES; a++)
                used = used || (p->dims[a] & 1u << d) != 0;
        if (used)
            draw_give(draw, GCK_GIVEN_DIM, name[d], "%.0f",
                      d == 1 ? (double)classes : (double)(1 + draw_below(draw, 5)));
    }
    draw_params(draw, classes);
    if (kinks) {
        draw->options.refill = draw_refill;
        draw->options.context = draw;
    }
}

/* The same with so many samples that they are judged one by one, and their noise is learnt from some of them. */
static inline void draw_many(struct draw *draw)
{
    snprintf(draw->text[0], sizeof draw->text[0], "%zu", 128 + draw_below(draw, 256));
}

/* The same with so few samples of so many positions that these are judged one by one, where the layer has some. */
static inline void draw_positions(struct draw *draw)
{
    for (unsigned g = 0; g < draw->options.givens; g++)
        if (strcmp(draw->options.given[g].name, "S") == 0) {
            snprintf(draw->text[0], sizeof draw->text[0], "%zu", 1 + draw_below(draw, 4));
            snprintf(draw->text[g], sizeof draw->text[g], "%zu", 2100 + draw_below(draw, 2000));
        }
}

#endif
