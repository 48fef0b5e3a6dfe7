/* text.h -- words: messages, growing text, names that were meant. */
#ifndef GCK_CORE_TEXT_H
#define GCK_CORE_TEXT_H

#include "gradcheck/status.h"

#include <stdbool.h>
#include <stddef.h>

/* Writes the sentence into message (GCK_MESSAGE_SIZE bytes, may be NULL) and returns status. */
enum gck_status gck_say(char *message, enum gck_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Copies into a field of `size` bytes; what is too long ends in "...". */
void gck_copy(char *field, size_t size, const char *text);
#define GCK_COPY(field, text) gck_copy(field, sizeof(field), text)

/* printf into the rest of a field that already holds text; what is too long is cut. */
void gck_append(char *field, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* How many letters have to be inserted, deleted, replaced or swapped with their neighbour to get from a to b. */
size_t gck_distance(const char *a, const char *b);

/* "; did you mean x or y?" from the candidates (NULL-ended) nearest to name, else "; there are a, b, c",
 * into text (of size bytes). Returns text. */
char *gck_nearest(const char *name, const char *const *candidate, char *text, size_t size);

/* Reads a whole text as a finite double ("nan", "inf" and trailing letters are refused). */
bool gck_read_double(const char *text, double *value);
/* Reads a whole text as a number of at most SIZE_MAX, digits only. */
bool gck_read_size(const char *text, size_t *value);

enum { GCK_NUMBER_TEXT = 32 };

/* A number as one would type it: the fewest digits that read back the same, whole numbers below a million written out. Returns
 * text (GCK_NUMBER_TEXT bytes). */
char *gck_exact_text(double value, char *text);

/* A number for people: 4 significant digits, no trailing zeros, "-0" is "0". Returns text. */
char *gck_number_text(double value, char *text);
/* The smallest power of ten not below value, as "1e-6"; "0" for 0. Returns text. */
char *gck_decade_text(double value, char *text);

#endif
