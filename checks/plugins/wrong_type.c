/* wrong_type.c -- a descriptor of the other type. */
#define TYPE (GCK_TYPE_FLOAT + GCK_TYPE_DOUBLE - GCK_TYPE)
#include "base.h"
