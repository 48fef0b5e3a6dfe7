/* rig.c -- one layer wired to its blobs and ready to run. */
#include "layer/rig.h"

#include "core/blob.h"
#include "core/pages.h"
#include "core/text.h"
#include "layer/drawn.h"
#include "layer/fill.h"

#include <stdlib.h>
#include <string.h>

static enum gck_status blob_open(struct gck_blob *blob, struct gck_blob **at, size_t real_size,
                                 const struct gck_shape *shape, char *message)
{
    const struct gck_shape scalar = { .axes = 0 };

    *at = blob;
    blob->real_size = real_size;
    return gck_blob_reshape(blob, shape != NULL ? shape : &scalar, message);
}

static struct gck_shape with_num(const struct gck_shape *shape, bool batched, size_t num)
{
    struct gck_shape changed = *shape;

    if (batched)
        changed.dim[0] = num;
    return changed;
}

/* Room for so many; what they were is lost. NULL without memory. */
static double *coefficient_room(struct gck_rig *rig, unsigned t, size_t count)
{
    if (rig->coefficients[t] >= count)
        return rig->coefficient[t];
    gck_pages_free(rig->coefficient[t]);
    rig->coefficient[t] = gck_pages_new(count * sizeof(double));
    rig->coefficients[t] = rig->coefficient[t] != NULL ? count : 0;
    return rig->coefficient[t];
}

static enum gck_status shape_layer(struct gck_rig *rig, char *message)
{
    enum gck_status status;

    rig->message[0] = '\0';
    status = rig->layer->reshape(&rig->io);
    return status == GCK_OK ? status
                            : gck_say(message, status, "%s: %s", rig->layer->name,
                                      rig->message[0] != '\0' ? rig->message : gck_status_text(status));
}

/* What depends on the tops' shapes. */
static enum gck_status draw_coefficients(struct gck_rig *rig, char *message)
{
    for (unsigned t = 0; t < rig->setup->tops; t++) {
        const double weight = rig->setup->top_weight[t];
        const size_t count = rig->top[t].count;
        double *const coefficient = coefficient_room(rig, t, count);

        if (coefficient == NULL)
            return gck_say(message, GCK_EMEMORY, "no memory for %zu coefficients", count);
        if (rig->layer->loss && t == 0)
            gck_poke_each(coefficient, sizeof *coefficient, count, 1);
        else
            gck_drawn_coefficients(rig->setup, t, count, coefficient);
        for (size_t i = 0; i < count && weight != 1; i++)
            coefficient[i] *= weight;
    }
    return GCK_OK;
}

enum gck_status gck_rig_shape(struct gck_rig *rig, const struct gck_layer *layer, const struct gck_setup *setup, size_t num,
                              char *message)
{
    const size_t size = layer->real_size;
    enum gck_status status = GCK_OK;

    memset(rig, 0, sizeof *rig);
    rig->layer = layer;
    rig->setup = setup;
    rig->num = num != 0 ? num : setup->dim[0] != 0 ? setup->dim[0] : 1;
    rig->buffers = layer->buffers;
    for (unsigned i = 0; i < setup->bottoms && status == GCK_OK; i++) {
        const struct gck_shape shape = with_num(&setup->bottom[i].shape, setup->bottom[i].batched,
                                                rig->num);

        rig->propagate_down[i] = !setup->bottom[i].port->constant;
        status = blob_open(&rig->bottom[i], &rig->bottom_at[i], size, &shape, message);
    }
    for (unsigned i = 0; i < setup->weights && status == GCK_OK; i++)
        status = blob_open(&rig->weight[i], &rig->weight_at[i], size, &setup->weight[i].shape, message);
    for (unsigned i = 0; i < setup->tops && status == GCK_OK; i++)
        status = blob_open(&rig->top[i], &rig->top_at[i], size, NULL, message);
    for (unsigned i = 0; i < layer->buffers && status == GCK_OK; i++)
        status = blob_open(&rig->buffer[i], &rig->buffer_at[i], size, NULL, message);
    if (status != GCK_OK)
        return status;
    rig->io = (struct gck_io){
        .layer = layer,
        .bottom = rig->bottom_at,
        .top = rig->top_at,
        .weight = rig->weight_at,
        .buffer = rig->buffer_at,
        .bottoms = setup->bottoms,
        .tops = setup->tops,
        .propagate_down = rig->propagate_down,
        .param = setup->param,
        .phase = GCK_TRAIN,
        .seed = setup->options->seed,
        .message = rig->message,
    };
    return shape_layer(rig, message);
}

enum gck_status gck_rig_open(struct gck_rig *rig, const struct gck_layer *layer,
                             const struct gck_setup *setup, size_t num, char *message)
{
    const enum gck_status status = gck_rig_shape(rig, layer, setup, num, message);

    return status == GCK_OK ? draw_coefficients(rig, message) : status;
}

void gck_rig_close(struct gck_rig *rig)
{
    for (unsigned i = 0; i < GCK_MAX_PORTS; i++) {
        gck_blob_free(&rig->bottom[i]);
        gck_blob_free(&rig->top[i]);
        gck_blob_free(&rig->weight[i]);
        gck_blob_free(&rig->buffer[i]);
        gck_pages_free(rig->coefficient[i]);
        rig->coefficient[i] = NULL;
        rig->coefficients[i] = 0;
    }
    gck_put_back_free(rig);
}

static void clear(const struct gck_blob *blob, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        memset(blob[i].data, 0, blob[i].count * blob[i].real_size);
        memset(blob[i].diff, 0, blob[i].count * blob[i].real_size);
    }
}

void gck_rig_clear(struct gck_rig *rig)
{
    clear(rig->top, rig->setup->tops);
    clear(rig->buffer, rig->buffers);
}

void gck_rig_forget_diffs(struct gck_rig *rig)
{
    for (unsigned i = 0; i < rig->setup->bottoms; i++)
        gck_blob_forget_diff(&rig->bottom[i]);
    for (unsigned i = 0; i < rig->setup->weights; i++)
        gck_blob_forget_diff(&rig->weight[i]);
}

void gck_rig_forget_scratch(struct gck_rig *rig)
{
    gck_rig_forget_diffs(rig);
    for (unsigned i = 0; i < rig->buffers; i++)
        gck_blob_forget(&rig->buffer[i]);
}

void gck_rig_trim(struct gck_rig *rig)
{
    for (unsigned i = 0; i < rig->setup->bottoms; i++)
        gck_blob_trim(&rig->bottom[i]);
    for (unsigned i = 0; i < rig->setup->tops; i++)
        gck_blob_trim(&rig->top[i]);
    for (unsigned i = 0; i < rig->buffers; i++)
        gck_blob_trim(&rig->buffer[i]);
}

enum gck_status gck_rig_renumber(struct gck_rig *rig, size_t num, char *message)
{
    enum gck_status status;

    rig->num = num;
    for (unsigned i = 0; i < rig->setup->bottoms; i++) {
        const struct gck_shape shape = with_num(&rig->setup->bottom[i].shape,
                                                rig->setup->bottom[i].batched, num);

        status = gck_blob_reshape(&rig->bottom[i], &shape, message);
        if (status != GCK_OK)
            return status;
    }
    status = shape_layer(rig, message);
    return status == GCK_OK ? draw_coefficients(rig, message) : status;
}

/* Values into the blob from element `first` on, rounded to float if the rig is. */
static void lay(const struct gck_rig *rig, const struct gck_blob *blob, size_t first, size_t count,
                const double *value)
{
    if (rig->rounded && blob->real_size != sizeof(float))
        for (size_t k = 0; k < count; k++)
            gck_poke(blob->data, blob->real_size, first + k, (double)(float)value[k]);
    else if (!gck_holds_all((char *)blob->data + first * blob->real_size, blob->real_size, count, value))
        gck_poke_all((char *)blob->data + first * blob->real_size, blob->real_size, count, value);
}

/* Other data than the point's are not all different in a large batch: their rows come again, from one that is drawn on. */
enum { OTHER_NUMBERS = 1 << 12, OTHER_ROWS = 16 };

static size_t rows_drawn(const struct gck_blob *blob, size_t num, unsigned variant)
{
    const size_t rows = OTHER_NUMBERS / (blob->count / num) + OTHER_ROWS;

    return variant == 0 || rows > num ? num : rows;
}

static enum gck_status fill_blob(struct gck_rig *rig, bool weight, unsigned i, unsigned variant)
{
    const struct gck_setup *const setup = rig->setup;
    const struct gck_options *const options = setup->options;
    struct gck_blob *const blob = weight ? &rig->weight[i] : &rig->bottom[i];
    const char *const name = weight ? setup->weight[i].name : setup->bottom[i].name;
    const bool batched = !weight && setup->bottom[i].batched;
    const double *const data = weight ? setup->weight[i].data : setup->bottom[i].data;
    const size_t num = batched ? blob->shape.dim[0] : 1, row = blob->count / num;
    const size_t rows = data == NULL ? rows_drawn(blob, num, variant) : batched ? setup->bottom[i].rows : 1;
    const struct gck_shape shape = with_num(&blob->shape, batched, rows);
    const double *const kept = data != NULL ? data : gck_drawn(setup, weight, i, &shape, variant);
    double *value = NULL;

    if (options->refill != NULL || kept == NULL) { /* an array that may be changed */
        value = gck_pages_new(blob->count * sizeof *value);
        if (value == NULL)
            return GCK_EMEMORY;
    }
    if (kept == NULL)
        gck_fill(setup, weight ? setup->weight[i].port : setup->bottom[i].port, &shape, gck_drawn_stream(name, variant), value);
    /* as often as there are samples; another variant of the user's rows begins further down */
    for (size_t n = kept == NULL ? rows : 0, run; n < num; n += run) {
        const size_t at = (n + (data != NULL && batched ? variant : 0)) % rows;
        const double *const from = (kept != NULL ? kept : value) + at * row;

        run = rows - at < num - n ? rows - at : num - n;
        if (value != NULL)
            memcpy(value + n * row, from, run * row * sizeof *value);
        else
            lay(rig, blob, n * row, run * row, from);
    }
    if (options->refill != NULL)
        options->refill(options->context, name, &blob->shape, value);
    if (value != NULL)
        lay(rig, blob, 0, blob->count, value);
    gck_pages_free(value);
    return GCK_OK;
}

enum gck_status gck_rig_fill(struct gck_rig *rig, unsigned variant, bool rounded)
{
    enum gck_status status = GCK_OK;

    rig->rounded = rounded;
    for (unsigned i = 0; i < rig->setup->bottoms && status == GCK_OK; i++)
        status = fill_blob(rig, false, i, variant);
    for (unsigned i = 0; i < rig->setup->weights && status == GCK_OK; i++)
        status = fill_blob(rig, true, i, 0); /* the weights are the layer's: the same for all data */
    return status;
}

/* Copies n elements between arrays of maybe different types. */
static void copy(const struct gck_blob *to, size_t at, const struct gck_blob *from, size_t start,
                 size_t n)
{
    const size_t size = to->real_size;

    if (size == from->real_size)
        memcpy((char *)to->data + at * size, (const char *)from->data + start * size, n * size);
    else
        for (size_t i = 0; i < n; i++)
            gck_poke(to->data, size, at + i, gck_peek(from->data, from->real_size, start + i));
}

static bool rows_of_top(const struct gck_rig *rig, const struct gck_rig *from, unsigned t)
{
    return gck_rig_top_batched(rig, t) && gck_rig_top_batched(from, t);
}

void gck_rig_take_rows(struct gck_rig *rig, const struct gck_rig *from, const size_t *row)
{
    for (unsigned i = 0; i < rig->setup->bottoms; i++) {
        const size_t length = rig->bottom[i].count / rig->num;

        for (size_t r = 0, run; rig->setup->bottom[i].batched && r < rig->num; r += run) { /* neighbours at once */
            for (run = 1; r + run < rig->num && row[r + run] == row[r] + run;)
                run++;
            copy(&rig->bottom[i], r * length, &from->bottom[i], row[r] * length, run * length);
        }
    }
    for (unsigned t = 0; t < rig->setup->tops; t++) {
        const size_t length = rig->top[t].count / rig->num;

        for (size_t r = 0; rows_of_top(rig, from, t) && r < rig->num; r++)
            memcpy(rig->coefficient[t] + r * length, from->coefficient[t] + row[r] * length,
                   length * sizeof(double));
    }
}

void gck_rig_take(struct gck_rig *rig, const struct gck_rig *from, const size_t *row)
{
    rig->rounded = from->rounded;
    for (unsigned i = 0; i < rig->setup->bottoms; i++)
        if (!rig->setup->bottom[i].batched)
            copy(&rig->bottom[i], 0, &from->bottom[i], 0, rig->bottom[i].count);
    for (unsigned i = 0; i < rig->setup->weights; i++)
        copy(&rig->weight[i], 0, &from->weight[i], 0, rig->weight[i].count);
    for (unsigned t = 0; t < rig->setup->tops; t++)
        if (!rows_of_top(rig, from, t))
            memcpy(rig->coefficient[t], from->coefficient[t],
                   (rig->top[t].count < from->top[t].count ? rig->top[t].count : from->top[t].count)
                       * sizeof(double));
    gck_rig_take_rows(rig, from, row);
}

size_t gck_rig_numbers(const struct gck_rig *rig)
{
    size_t numbers = 0;

    for (unsigned i = 0; i < GCK_MAX_PORTS; i++) /* what is not open holds none */
        numbers += rig->bottom[i].count + rig->weight[i].count + rig->top[i].count + rig->buffer[i].count;
    return numbers;
}

bool gck_rig_top_batched(const struct gck_rig *rig, unsigned t)
{
    return rig->top[t].shape.axes > 0 && rig->top[t].shape.dim[0] == rig->num
           && !(rig->layer->loss && t == 0);
}
