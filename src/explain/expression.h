/* expression.h -- what stands in braces on a page: a little arithmetic over the numbers of its example. */
#ifndef GCK_EXPLAIN_EXPRESSION_H
#define GCK_EXPLAIN_EXPRESSION_H

#include "explain/example.h"

/* Numbers, names, + - * / with the usual order, brackets, and
 *
 *     exp log sqrt abs sigmoid float      of every number; float: rounded to float and back
 *     sum least largest                   of a row, one number
 *     reversed shifted                    a row in another order; shifted: the last one comes first
 *     at(row, i)  with(row, i, x)         one of them, and the row with another one there, counted from 0
 *     larger(a, b)                        of each pair
 *     [1 3 -2]                            a row
 *
 * A single number goes with every number of a row. False with a sentence in message where it makes no sense. */
bool gck_expression(const struct gck_example *example, const char *text, struct gck_row *row, char *message);

#endif
