/* no_bottoms.c -- a layer without a list of bottoms. */
#define OWN_PORTS
#define BOTTOMS NULL
#include "gradcheck/layer.h"

static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };

#include "base.h"
