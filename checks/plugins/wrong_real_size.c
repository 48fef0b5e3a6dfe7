/* wrong_real_size.c -- a real of another size. */
#define REAL_SIZE 16
#include "base.h"
