/* recorded_case.h -- one recorded case, read from its JSON and judged. */
#ifndef GCK_EXAM_RECORDED_CASE_H
#define GCK_EXAM_RECORDED_CASE_H

#include "gradcheck/gradcheck.h"

#include <jansson.h>

struct gck_case_blob {
    char name[GCK_NAME_SIZE], shape[GCK_SHAPE_TEXT];
    size_t count;
    double *data; /* NULL: null in the file */
};

struct gck_case {
    char id[GCK_NAME_SIZE];
    enum gck_type type;
    double loss_weight;
    unsigned bottoms, tops, weights, top_diffs;
    struct gck_case_blob bottom[GCK_MAX_PORTS], bottom_diff[GCK_MAX_PORTS], top[GCK_MAX_PORTS],
        top_diff[GCK_MAX_PORTS], weight[GCK_MAX_PORTS], weight_diff[GCK_MAX_PORTS];
    char param[GCK_MAX_PARAMS][GCK_NAME_SIZE];
};

/* Reads the case and adds its shapes and parameters to the options, which then point into it. GCK_EFORMAT, GCK_ENAME,
 * GCK_EMEMORY with a sentence. Free it after every return. */
enum gck_status gck_case_read(struct gck_case *c, const json_t *json, const struct gck_layer *layer,
                              struct gck_options *options, char *message);
void gck_case_free(struct gck_case *c);

#endif
