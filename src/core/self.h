/* self.h -- how this program executes itself anew. */
#ifndef GCK_CORE_SELF_H
#define GCK_CORE_SELF_H

enum { GCK_SELF_SIZE = 4096 };

/* What to execute: /proc/self/exe, which is this very program even where its file was replaced or moved meanwhile. Under valgrind
 * that file is valgrind, which tells where the program itself lies: then that, written to `path` (GCK_SELF_SIZE bytes). */
const char *gck_self(char *path);

#endif
