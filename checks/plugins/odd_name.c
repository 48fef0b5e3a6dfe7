/* odd_name.c -- a name that no command line takes. */
#define NAME "my loss"
#include "base.h"
