/* pages.h -- memory for arrays that may be large.
 *
 * A large one comes from the system and goes back to it at once, and what is never written takes nothing. malloc keeps
 * freed arrays for later, and after the first of them it zeroes by writing. */
#ifndef GCK_CORE_PAGES_H
#define GCK_CORE_PAGES_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed bytes, 64-byte aligned; NULL where there are none. */
void *gck_pages_new(size_t bytes);
/* From here to gck_pages_reserve(false) this thread's large arrays are room for shapes to be tried and nothing else: they count
 * neither against the process's limit of address space nor, until somebody writes there, as memory. */
void gck_pages_reserve(bool on);
/* NULL is fine. */
void gck_pages_free(void *memory);
/* What these bytes of such an array hold nobody needs any more: whole pages of a large one go back to the system until they are
 * written again. Undefined afterwards. */
void gck_pages_forget(void *part, size_t bytes);

#endif
