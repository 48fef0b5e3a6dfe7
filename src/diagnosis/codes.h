/* codes.h -- the catalogue of findings: what each code is called, what it means, what to try.
 *
 * Terminal, JSON, `gradcheck explain` and every other place that words a finding reads this one
 * table. A code keeps its meaning for ever once released. */
#ifndef GCK_DIAGNOSIS_CODES_H
#define GCK_DIAGNOSIS_CODES_H

#include "gradcheck/verdict.h"

#include <stddef.h>

struct gck_code {
    unsigned number;            /* 101 of GC101 */
    enum gck_severity severity; /* the usual one; a finding may be milder where it does no harm */
    unsigned chapter;           /* of the tutorial, that is about it */
    const char *title;          /* a few words, no full stop */
    const char *meaning;        /* what it means, in one to three sentences */
    const char *advice;         /* what to try */
};

/* The entry of a code, or NULL. */
const struct gck_code *gck_code_find(unsigned number);

/* The index-th entry, codes ascending, or NULL after the last. */
const struct gck_code *gck_code_at(size_t index);

/* What a chapter of the tutorial is called; NULL after the last. */
const char *gck_chapter_title(unsigned chapter);

/* "fail", "warn", "note". */
const char *gck_severity_text(enum gck_severity severity);

#endif
