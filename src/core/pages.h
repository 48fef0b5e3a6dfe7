/* pages.h -- memory for arrays that may be large.
 *
 * A large one comes from the system and goes back to it at once, and what is never written takes nothing. malloc keeps
 * freed arrays for later, and after the first of them it zeroes by writing. Where the system has huge pages it is asked for
 * them, as far as they hold at most a sixty-fourth more than what is wanted. */
#ifndef GCK_CORE_PAGES_H
#define GCK_CORE_PAGES_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed bytes, 64-byte aligned; NULL where there are none. */
void *gck_pages_new(size_t bytes);
/* Was there none for an array of this thread, since this was last asked? What takes less than it wants where there is none has
 * then seen less than it says. */
bool gck_pages_lacked(void);
/* There was none for what comes from elsewhere. Returns NULL. */
void *gck_pages_lack(void);
/* From here to gck_pages_reserve(false) this thread's large arrays are room for shapes to be tried and nothing else: they count
 * neither against the process's limit of address space nor, until somebody writes there, as memory. */
void gck_pages_reserve(bool on);
/* NULL is fine. */
void gck_pages_free(void *memory);
/* What such an array holds nobody needs any more: a large one goes back to the system until it is written again. Undefined
 * afterwards. In a forked child it is then the child's own: what is written comes into fresh pages, where it would otherwise be
 * copied page by page first. */
void gck_pages_forget(void *memory);
/* The same of what comes after the first `bytes` of it, a huge page more or less. */
void gck_pages_trim(void *memory, size_t bytes);

#endif
