/* long_name.c -- a name that is too long. */
#define NAME "a234567890b234567890c234567890d234567890e234567890f234567890g234567890"
#include "base.h"
