/* shared.h -- what can be told of a shared library before it is loaded. */
#ifndef GCK_LAYER_SHARED_H
#define GCK_LAYER_SHARED_H

#include "gradcheck/status.h"

#include <stdbool.h>
#include <stddef.h>

/* Is it an ELF file that is all there? The loader would crash on a part of one. GCK_EFILE where it
 * can't be read, GCK_ELOAD with what was expected and what was found; name: what the file
 * is called in the sentence. */
enum gck_status gck_shared_judge(const char *path, const char *name, char *message);

/* Does the file hold these words, ended by a 0? False for a file that can't be read. */
bool gck_shared_holds(const char *path, const char *words);

/* A sentence kept behind the end of the library, where the loader does not look: it goes where the file goes. Writing
 * returns false where the file can't be written; reading, where there is none. */
bool gck_shared_write_note(const char *path, const char *note);
bool gck_shared_read_note(const char *path, char *note, size_t size);

#endif
