/* edits.h -- changes of a layer file that are noted first and written afterwards: all, a share of them, or two at once. */
#ifndef GCK_MUTANTS_EDITS_H
#define GCK_MUTANTS_EDITS_H

#include "tokens.h"

enum { MOST_EDITS = 4096 };

struct edit {
    char layer[32], function[32], operator[16];
    unsigned number, line;       /* the how-manieth of its operator in this function, from 1 on */
    size_t begin, end;           /* this stretch of the layer's text becomes `with` */
    size_t shown, shown_end;     /* what the list shows of it */
    char *with;
};

extern struct edit edit[MOST_EDITS];
extern size_t edits;

/* Which file and function the edits to come are of. */
void begin_file(const char *layer);
void begin_function(const char *name, size_t length);

/* The text from token `first` up to, not including, offset `end` becomes `with`; tokens from..to are what the list shows. */
void note(const char *operator, size_t first, size_t end, const char *with, size_t from, size_t to);
/* `with` by a format. */
void note_as(const char *operator, size_t first, size_t end, size_t from, size_t to, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

size_t end_of(size_t t);                /* the offset behind token t */
#define SPAN(from, to) (int)(end_of(to) - token[from].at), text + token[from].at /* for %.*s */

/* Writes them into the folder, one or two at once; text: the layer they are of. list: NULL, or its line is added. */
void write_edits(const char *folder, const struct edit *const *one, unsigned edits, const char *text, const char *id, void *list);
/* A file that stays the same is not written again. */
void write_changed(const char *path, const char *content, size_t length);
void id_of(const struct edit *e, char id[96]);

/* operators_a.c, operators_b.c, operators_c.c: notes what set A, B or C makes of the function whose body is between these. */
typedef void operators(size_t name, size_t open, size_t close);
operators operators_a, operators_b, operators_c;

/* statements.c */
bool begins_statement(size_t t);
/* The last token of the statement that begins with t: ; or }. */
size_t statement_close(size_t t);
bool in_message(size_t t);       /* among the arguments of gck_fail */

/* Which variables are there, of which type. */
enum { MOST_VARIABLES = 64 };
struct variable {
    size_t name;                 /* the token that declares it */
    char type[48];               /* "real *", without const */
    size_t from, to;             /* the tokens where it is in scope */
};
extern struct variable variable[MOST_VARIABLES];
extern unsigned variables;
void read_variables(size_t name, size_t open, size_t close);
/* The variable that this word is a use of, or NULL. */
const struct variable *variable_at(size_t t);

#endif
