/* double_only.c -- has no float. */
#include "gradcheck/layer.h"
#ifndef GCK_FLOAT
#define NAME "double_only"
#include "base.h"
#endif
