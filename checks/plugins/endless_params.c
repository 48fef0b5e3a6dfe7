/* endless_params.c -- a list of parameters without its end. */
#define NAME "endless_params"
#define PARAMS params
#include "gradcheck/layer.h"

#define FOUR                                                                                       \
    { .name = "a" }, { .name = "b" }, { .name = "c" },                                             \
    {                                                                                              \
        .name = "d"                                                                                \
    }
static const struct gck_param params[] = { FOUR, FOUR, FOUR, FOUR, FOUR };

#include "base.h"
