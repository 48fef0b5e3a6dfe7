/* writes_past_end.c -- Backward writes behind the diff of its first bottom. */
#define NAME "writes_past_end"
#define IN_BACKWARD(io)                                                                            \
    if (gck_bottom_diff(io, 0) != NULL)                                                            \
    gck_bottom_diff(io, 0)[gck_count(io, 0)] = 1
#include "base.h"
