/* wrong_size.c -- a descriptor of another size. */
#define SIZE (sizeof(struct gck_layer) + 8)
#define NAME (const char *)8
#include "base.h"
