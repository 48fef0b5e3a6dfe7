/* no_top.c -- a layer with an empty list of tops. */
#define NAME "no_top"
#define TOPS (bottoms + 2)
#include "base.h"
