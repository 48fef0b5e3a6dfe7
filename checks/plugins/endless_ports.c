/* endless_ports.c -- a list of bottoms without its end. */
#define NAME "endless_ports"
#define OWN_PORTS
#include "gradcheck/layer.h"

#define FOUR                                                                                       \
    { .name = "a" }, { .name = "b" }, { .name = "c" },                                             \
    {                                                                                              \
        .name = "d"                                                                                \
    }
static const struct gck_port bottoms[] = { FOUR, FOUR, FOUR, FOUR, FOUR };
static const struct gck_port tops[] = { { .name = "loss" }, GCK_END };

#include "base.h"
