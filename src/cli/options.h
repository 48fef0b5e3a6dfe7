/* options.h -- the command line: one table of options, from which parsing and --help are made. */
#ifndef GCK_CLI_OPTIONS_H
#define GCK_CLI_OPTIONS_H

#include "gradcheck/gradcheck.h"

enum { GCK_MAX_SINKS = 8, GCK_MAX_PASSED = 128 };

enum gck_format { GCK_FORMAT_TEXT, GCK_FORMAT_JSON };
enum gck_colour { GCK_COLOUR_AUTO, GCK_COLOUR_ALWAYS, GCK_COLOUR_NEVER };

/* Which commands take an option. */
enum {
    GCK_FOR_CHECK = 1,
    GCK_FOR_LIST = 2,
    GCK_FOR_EXPLAIN = 4,
    GCK_FOR_TRACE = 8,
    GCK_FOR_COMPARE = 16,
    GCK_FOR_SWEEP = 32,
    GCK_FOR_PROVE = 64,
    GCK_FOR_LEARN = 256
};

struct gck_cli;

struct gck_verb {
    const char *name;                /* "" is the exam itself, which needs no word */
    const char *operands;            /* "LAYER..." */
    const char *summary;             /* one line for --help */
    unsigned bit;                    /* GCK_FOR_...: its options */
    int (*run)(struct gck_cli *cli); /* returns the exit code */
};

struct gck_sink {
    enum gck_format format;
    const char *path; /* NULL: stdout */
};

/* The command line, read. Texts are argv's. */
struct gck_cli {
    const struct gck_verb *verb;
    struct gck_options ask;
    bool type[GCK_TYPE_EXACT + 1]; /* by enum gck_type: is it to be examined? */
    bool type_given;               /* --dtype was there */
    char **word;                   /* the operands */
    int words;
    bool all, asan, verbose, quiet, json, help, version;
    bool pending, give_up; /* of learn */
    const char *layer; /* --layer, or NULL */
    const char *svg;   /* --svg, or NULL */
    bool ascii;
    unsigned width;    /* of a chart; 0: of the terminal */
    const struct gck_layer *family[GCK_TYPE_EXACT + 1]; /* the layer that is told of, by type; NULL: not there */
    enum gck_colour colour;
    unsigned jobs;
    struct gck_sink sink[GCK_MAX_SINKS];
    unsigned sinks;
    char name[GCK_MAX_GIVEN + 1]
             [GCK_NAME_SIZE]; /* of ask.given[i], where it was cut from NAME=VALUE */
    const char *weights_text; /* of --loss-weight W,..., or NULL */
    struct {
        const char *name, *value;
    } passed[GCK_MAX_PASSED]; /* options that a worker has to be given
        too: the name without --, the value or NULL */
    unsigned passes;
};

/* Reads argv[1], ... into *cli. False: a sentence is on stderr, the exit code is 2. */
bool gck_cli_read(struct gck_cli *cli, const struct gck_verb *verb, int argc, char **argv);

/* The text of --help for one command; of the exam's: for the whole tool, with all commands. */
void gck_cli_help(const struct gck_verb *verb, FILE *file);

/* "gradcheck: " and the sentence on stderr. Returns 2, the exit code of bad input. */
int gck_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- verbs.c ---- */

/* The command of that name, or NULL; the index-th, or NULL after the last; number 0 is the exam. */
const struct gck_verb *gck_verb_find(const char *name);
const struct gck_verb *gck_verb_at(size_t index);

#endif
