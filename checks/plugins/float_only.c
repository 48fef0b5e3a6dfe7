/* float_only.c -- has no double. */
#include "gradcheck/layer.h"
#ifdef GCK_FLOAT
#define NAME "float_only"
#include "base.h"
#endif
