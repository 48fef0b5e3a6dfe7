/* verb_trace.c -- gradcheck trace LAYER: SetUp, Forward and Backward told step by step, with the numbers. */
#include "cli/plugin.h"
#include "cli/verbs.h"
#include "core/blob.h"
#include "core/text.h"
#include "layer/rig.h"
#include "report/page.h"

#include <stdlib.h>
#include <string.h>

enum { LINE = 1024, SHOWN = 6 };

struct trace {
    const struct gck_cli *cli;
    const struct gck_layer *layer;
    struct gck_setup setup;
    struct gck_rig rig;
};
