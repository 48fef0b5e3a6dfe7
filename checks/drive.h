/* drive.h -- one layer wired to blobs by hand, for checks that want to see single values: open it, give it
 * bottoms, weights and parameters, run it, look at the blobs, close it. */
#ifndef GCK_CHECK_DRIVE_H
#define GCK_CHECK_DRIVE_H

#include "check.h"

#include "core/blob.h"
#include "gradcheck/gradcheck.h"

/* for each_type(type) { ... }: once in float, once in double */
#define each_type(type) (enum gck_type type = GCK_TYPE_FLOAT; type <= GCK_TYPE_DOUBLE; type++)

struct drive {
    struct gck_blob bottom[GCK_MAX_PORTS], top[GCK_MAX_PORTS], weight[GCK_MAX_PORTS], buffer[GCK_MAX_PORTS];
    struct gck_blob *bottoms[GCK_MAX_PORTS], *tops[GCK_MAX_PORTS], *weights[GCK_MAX_PORTS],
        *buffers[GCK_MAX_PORTS];
    bool propagate_down[GCK_MAX_PORTS];
    double param[GCK_MAX_PARAMS];
    char message[GCK_MESSAGE_SIZE];
    struct gck_io io;
};

static inline unsigned drive_ports(const struct gck_port *port)
{
    unsigned n = 0;

    while (port != NULL && port[n].name != NULL)
        n++;
    return n;
}

/* Parameters at their defaults; every bottom that is not constant is asked for its diff. */
static inline void drive_open(struct drive *drive, const char *name, enum gck_type type)
{
    const struct gck_layer *layer = gck_layer_find(name, type);

    assert_non_null(layer);
    memset(drive, 0, sizeof *drive);
    for (unsigned i = 0; i < GCK_MAX_PORTS; i++) {
        drive->bottoms[i] = &drive->bottom[i];
        drive->tops[i] = &drive->top[i];
        drive->weights[i] = &drive->weight[i];
        drive->buffers[i] = &drive->buffer[i];
        drive->bottom[i].real_size = drive->top[i].real_size = layer->real_size;
        drive->weight[i].real_size = drive->buffer[i].real_size = layer->real_size;
    }
    for (unsigned i = 0; i < drive_ports(layer->bottom); i++)
        drive->propagate_down[i] = !layer->bottom[i].constant;
    for (unsigned i = 0; layer->param != NULL && layer->param[i].name != NULL; i++)
        drive->param[i] = layer->param[i].unset ? (double)NAN : layer->param[i].value;
    drive->io = (struct gck_io){ .layer = layer, .bottom = drive->bottoms, .top = drive->tops,
        .weight = drive->weights, .buffer = drive->buffers, .bottoms = drive_ports(layer->bottom),
        .tops = drive_ports(layer->top), .propagate_down = drive->propagate_down, .param = drive->param,
        .message = drive->message };
}

static inline void drive_close(struct drive *drive)
{
    for (unsigned i = 0; i < GCK_MAX_PORTS; i++) {
        gck_blob_free(&drive->bottom[i]);
        gck_blob_free(&drive->top[i]);
        gck_blob_free(&drive->weight[i]);
        gck_blob_free(&drive->buffer[i]);
    }
}

static inline void drive_param(struct drive *drive, const char *name, double value)
{
    const struct gck_param *param = drive->io.layer->param;

    for (unsigned i = 0; param != NULL && param[i].name != NULL; i++)
        if (strcmp(param[i].name, name) == 0) {
            drive->param[i] = value;
            return;
        }
    fail_msg("%s has no parameter %s", drive->io.layer->name, name);
}

/* A word of a choice parameter. */
static inline void drive_choice(struct drive *drive, const char *name, const char *word)
{
    const struct gck_param *param = drive->io.layer->param;

    for (unsigned i = 0; param != NULL && param[i].name != NULL; i++) {
        if (strcmp(param[i].name, name) != 0 || param[i].choices == NULL)
            continue;
        unsigned index = 0;
        for (const char *at = param[i].choices; at != NULL; at = strchr(at, ' '), index++) {
            at += *at == ' ';
            if (strncmp(at, word, strlen(word)) == 0 && strchr(" ", at[strlen(word)]) != NULL) {
                drive->param[i] = index;
                return;
            }
        }
    }
    fail_msg("%s has no choice %s=%s", drive->io.layer->name, name, word);
}

/* Shape and values of one blob: drive_fill(&d, &d.bottom[0], SHAPE(2, 3), VALUES(1, 2, 3, 4, 5, 6)). The diff
 * is filled with a number that no test wants. */
#define SHAPE(...)                                                                                 \
    &(const struct gck_shape){ sizeof((const size_t[]){ __VA_ARGS__ }) / sizeof(size_t), { __VA_ARGS__ } }
#define VALUES(...) (const double[]){ __VA_ARGS__ }, sizeof((const double[]){ __VA_ARGS__ }) / sizeof(double)

static const double drive_junk = 12345.5;

static inline void drive_fill(struct drive *drive, struct gck_blob *blob, const struct gck_shape *shape,
                              const double *value, size_t count)
{
    assert_int_equal(gck_blob_reshape(blob, shape, drive->message), GCK_OK);
    assert_int_equal(blob->count, count);
    gck_poke_all(blob->data, blob->real_size, count, value);
    gck_poke_each(blob->diff, blob->real_size, count, drive_junk);
}

static inline enum gck_status drive_forward(struct drive *drive)
{
    const enum gck_status status = drive->io.layer->reshape(&drive->io);

    return status != GCK_OK ? status : drive->io.layer->forward(&drive->io);
}

/* After forward: fills the first top's diff with one number, and asks for the bottom diffs. */
static inline enum gck_status drive_backward(struct drive *drive, double loss_weight)
{
    gck_poke_each(drive->top[0].diff, drive->top[0].real_size, drive->top[0].count, loss_weight);
    return drive->io.layer->backward(&drive->io);
}

static inline double drive_data(const struct gck_blob *blob, size_t i)
{
    return gck_peek(blob->data, blob->real_size, i);
}

static inline double drive_diff(const struct gck_blob *blob, size_t i)
{
    return gck_peek(blob->diff, blob->real_size, i);
}

/* What a test may expect of a value computed in that type, relative to the size of what goes in. */
static inline double eps(enum gck_type type)
{
    return type == GCK_TYPE_FLOAT ? 1e-6 : 2e-15;
}

/* The diff of the blob holds these numbers, each within what the type can do. */
static inline void assert_diff(const struct gck_blob *blob, double within, const double *value, size_t count)
{
    assert_int_equal(blob->count, count);
    for (size_t i = 0; i < count; i++)
        assert_near(drive_diff(blob, i), value[i], within * fmax(1, fabs(value[i])));
}

static inline void assert_data(const struct gck_blob *blob, double within, const double *value, size_t count)
{
    assert_int_equal(blob->count, count);
    for (size_t i = 0; i < count; i++)
        assert_near(drive_data(blob, i), value[i], within * fmax(1, fabs(value[i])));
}

static inline void assert_runs(struct drive *d, double loss_weight)
{
    if (drive_forward(d) != GCK_OK || drive_backward(d, loss_weight) != GCK_OK)
        fail_msg("%s", d->message);
}

#endif
