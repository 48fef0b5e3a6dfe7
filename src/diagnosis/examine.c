/* examine.c -- the whole examination of one layer of one type: exams, then diagnosis. */
#include "core/clock.h"
#include "core/text.h"
#include "diagnosis/diagnose.h"

#include <stdlib.h>
#include <string.h>

enum gck_status gck_examine_open(struct gck_check *check, const struct gck_layer *layer,
                                 const struct gck_layer *twin, const struct gck_options *options,
                                 struct gck_result *result)
{
    char source[sizeof result->source], message[GCK_MESSAGE_SIZE] = "";
    enum gck_status status = GCK_EMEMORY;

    memcpy(source, result->source, sizeof source);
    memset(result, 0, sizeof *result);
    memcpy(result->source, source, sizeof source);
    GCK_COPY(result->layer, layer->name);
    GCK_COPY(result->caffe_type, layer->caffe_type != NULL ? layer->caffe_type : "");
    GCK_COPY(result->formula, layer->formula);
    result->type = layer->type;
    if (check != NULL) {
        status = gck_check_run(check, layer, twin, options, result, message);
        if (status == GCK_OK) {
            gck_check_doing(check, "diagnosis", "what is wrong");
            gck_diagnose(check);
            if (result->verdict == GCK_ERROR)
                status = result->status;
        }
    }
    if (status != GCK_OK && result->verdict != GCK_ERROR) {
        result->verdict = GCK_ERROR;
        result->status = status;
        GCK_COPY(result->why, message[0] != '\0' ? message : gck_status_text(status));
    }
    return status;
}

enum gck_status gck_examine(const struct gck_layer *layer, const struct gck_layer *twin,
                            const struct gck_options *options, struct gck_result *result)
{
    struct gck_check *const check = calloc(1, sizeof *check);
    const double start = gck_now();
    const enum gck_status status = gck_examine_open(check, layer, twin, options, result);

    if (check != NULL)
        gck_check_close(check);
    free(check);
    result->seconds = gck_now() - start;
    return status;
}
