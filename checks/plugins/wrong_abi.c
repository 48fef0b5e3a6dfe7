/* wrong_abi.c -- of another ABI; what stands behind is not to be believed. */
#define ABI (GCK_ABI + 1)
#define SIZE 1
#define NAME (const char *)8
#include "base.h"
