/* tokens.h -- C as a list of tokens, and where the operands of an operator begin and end. */
#ifndef GCK_MUTANTS_TOKENS_H
#define GCK_MUTANTS_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

enum { MOST_TOKENS = 8192, MOST_TEXT = 1 << 17 };
enum kind { WORD, NUMBER, SIGN, QUOTED };

struct token {
    size_t at, length;
    enum kind kind;
    unsigned line;
};

extern char text[MOST_TEXT];
extern struct token token[MOST_TOKENS];
extern size_t tokens;

/* The text becomes tokens; comments and lines of the preprocessor are none. */
void read_tokens(void);

bool is(size_t t, const char *word);
bool type_word(size_t t);      /* real, const, size_t, ... */
bool statement_word(size_t t); /* return, if, for, ... */

/* The partner of a bracket, going forwards or backwards. */
size_t partner(size_t t);

/* Is the operator t one of two operands? */
bool binary(size_t t);

/* Factors are what * and / join, terms what + and - join: the first token of the one that ends with t, and the last of the
 * one that begins with t. */
size_t factor_begin(size_t t);
size_t factor_end(size_t t);
size_t term_begin(size_t t);
size_t term_end(size_t t);

#endif
