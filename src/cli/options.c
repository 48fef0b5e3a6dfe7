/* options.c -- one table of options, from which parsing and --help are made. */
#include "cli/options.h"

#include "cli/values.h"
#include "cli/verbs.h"
#include "core/text.h"
#include "report/page.h"

#include <getopt.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

enum {
    EXAM = GCK_FOR_CHECK | GCK_FOR_PROVE,         /* commands that examine */
    DRIVE = EXAM | GCK_FOR_TRACE | GCK_FOR_SWEEP, /* commands that run a layer */
    ALL = DRIVE | GCK_FOR_LIST | GCK_FOR_EXPLAIN | GCK_FOR_COMPARE
          | GCK_FOR_LEARN
};

static bool take_all(struct gck_cli *cli, const char *value)
{
    (void)value;
    return cli->all = true;
}

static bool take_strict(struct gck_cli *cli, const char *value)
{
    (void)value;
    return cli->ask.strict = true;
}

static bool take_exhaustive(struct gck_cli *cli, const char *value)
{
    (void)value;
    return cli->ask.exhaustive = true;
}

static bool take_asan(struct gck_cli *cli, const char *value)
{
    (void)value;
    return cli->asan = true;
}

static bool take_verbose(struct gck_cli *cli, const char *value)
{
    (void)value;
    return cli->verbose = true;
}

static bool take_quiet(struct gck_cli *cli, const char *value)
{
    (void)value;
    return cli->quiet = true;
}

static bool take_layer(struct gck_cli *cli, const char *value)
{
    cli->layer = value;
    return true;
}

static bool take_svg(struct gck_cli *cli, const char *value)
{
    cli->svg = value;
    return true;
}

static bool take_ascii(struct gck_cli *cli, const char *value)
{
    (void)value;
    return cli->ascii = true;
}

static bool take_json(struct gck_cli *cli, const char *value)
{
    (void)value;
    return cli->json = true;
}

static bool take_pending(struct gck_cli *cli, const char *value)
{
    (void)value;
    return cli->pending = true;
}

static bool take_give_up(struct gck_cli *cli, const char *value)
{
    (void)value;
    return cli->give_up = true;
}

static bool take_help(struct gck_cli *cli, const char *value)
{
    (void)value;
    return cli->help = true;
}

static bool take_version(struct gck_cli *cli, const char *value)
{
    (void)value;
    return cli->version = true;
}

static const struct row {
    const char *name;
    char letter;          /* 0: none */
    const char *argument; /* NULL: takes none */
    unsigned verbs;       /* the commands that take it */
    bool repeats;         /* several times with several values */
    bool passed;          /* a worker that examines one layer needs it too */
    bool (*take)(struct gck_cli *cli, const char *value);
    const char *help;
} rows[] = {
    { "all", 0, NULL, EXAM | GCK_FOR_LEARN, false, false, take_all,
      "every built-in layer; after learn reset: every exercise" },
    { "pending", 0, NULL, GCK_FOR_LEARN, false, false, take_pending,
      "list: only what is not solved" },
    { "give-up", 0, NULL, GCK_FOR_LEARN, false, false, take_give_up,
      "solution: also of what is not solved" },
    { "loss-weight", 0, "W,...|TOP=W", DRIVE, true, true, gck_take_loss_weight,
      "the loss weights to try (1,2,-1,0,1.375); or of one top" },
    { "num", 0, "N", DRIVE, false, true, gck_take_num, "samples in the batch (5)" },
    { "dim", 0, "C=7", DRIVE, true, true, gck_take_dim,
      "the size of one symbol: N num (5), C channels (7), S positions (3), K outputs (4)" },
    { "shape", 0, "PORT=5x7x3", DRIVE, true, true, gck_take_shape, "the shape of one bottom" },
    { "param", 0, "NAME=VALUE", DRIVE, true, true, gck_take_param, "a parameter of the layer" },
    { "bottom", 0, "PORT=FILE", DRIVE, true, true, gck_take_bottom,
      "data for one bottom, a .npy file" },
    { "seed", 0, "S", DRIVE, false, true, gck_take_seed, "of the generated data (1701)" },
    { "dtype", 0, "TYPE", DRIVE, false, false, gck_take_dtype, "float, double or both (both)" },
    { "only", 0, "PORT[4,0,2]", EXAM | GCK_FOR_SWEEP, false, true, gck_take_only,
      "the gradient of this bottom or element" },
    { "strict", 0, NULL, EXAM, false, true, take_strict,
      "every element has to agree, not 99 % of them" },
    { "exhaustive", 0, NULL, EXAM, false, true, take_exhaustive,
      "every element alone, however many Forwards of the whole batch it takes" },
    { "jobs", 'j', "N", EXAM | GCK_FOR_LEARN, false, false, gck_take_jobs, "so many at once (one for each core)" },
    { "timeout", 0, "SECONDS", DRIVE | GCK_FOR_COMPARE | GCK_FOR_LEARN, false, true, gck_take_timeout,
      "what one layer in one type may take (60)" },
    { "memory", 0, "MB", EXAM, false, true, gck_take_memory, "the memory that it may take (4096)" },
    { "asan", 0, NULL, DRIVE | GCK_FOR_COMPARE, false, false, take_asan,
      "compile x.c with address and undefined sanitizers" },
    { "report", 0, "FORMAT[:FILE]", EXAM, true, false, gck_take_report,
      "text or json; into a file, else to stdout" },
    { "layer", 0, "LAYER", GCK_FOR_COMPARE, false, false, take_layer,
      "the layer to compare, in place of the one that the file names" },
    { "svg", 0, "FILE", GCK_FOR_SWEEP, false, true, take_svg, "the curves as a picture" },
    { "width", 0, "COLUMNS", GCK_FOR_SWEEP, false, true, gck_take_width,
      "of the chart (the terminal's, or 80)" },
    { "ascii", 0, NULL, GCK_FOR_SWEEP, false, true, take_ascii, "draw with plain letters" },
    { "json", 0, NULL, GCK_FOR_LIST, false, false, take_json, "as JSON" },
    { "color", 0, "WHEN", EXAM | GCK_FOR_LEARN, false, false, gck_take_colour, "auto, always or never (auto)" },
    { "verbose", 'v', NULL, EXAM | GCK_FOR_COMPARE, false, false, take_verbose,
      "every clause, the worst elements, the cost" },
    { "quiet", 'q', NULL, EXAM, false, false, take_quiet, "only about layers that don't pass" },
    { "help", 'h', NULL, ALL, false, false, take_help, "this text" },
    { "version", 0, NULL, ALL, false, false, take_version, "the version and how it was built" },
};
enum { ROWS = sizeof rows / sizeof rows[0] };

int gck_complain(const char *format, ...)
{
    va_list arguments;

    fflush(stdout);
    fputs("gradcheck: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    return 2;
}

/* ---- reading ---- */

static void make_getopt_tables(struct option option[ROWS + 1], char *letters)
{
    *letters++ = ':'; /* a missing value is told apart from an unknown option */
    for (int i = 0; i < ROWS; i++) {
        const int argument = rows[i].argument != NULL ? required_argument : no_argument;

        option[i] = (struct option){ rows[i].name, argument, NULL, 256 + i };
        if (rows[i].letter != 0) {
            *letters++ = rows[i].letter;
            if (rows[i].argument != NULL)
                *letters++ = ':';
        }
    }
    option[ROWS] = (struct option){ NULL, 0, NULL, 0 };
    *letters = '\0';
}

static int row_of(int found)
{
    for (int i = 0; i < ROWS; i++)
        if (found == 256 + i || (rows[i].letter != 0 && found == rows[i].letter))
            return i;
    return -1;
}

/* text: the word as it stands in argv; letter: of a short option, else 0 or a long one's number */
static bool complain_unknown(const struct gck_cli *cli, const char *text, int letter)
{
    char near[GCK_MESSAGE_SIZE], name[64], dashed[ROWS][32];
    const char *known[ROWS + 1] = { NULL };
    int count = 0;

    snprintf(name, sizeof name, "%.*s", (int)strcspn(text, "="), text);
    if (letter > 0 && letter < 256)
        gck_complain("there is no option -%c; gradcheck --help lists them", letter);
    else if (letter >= 256)
        gck_complain("--%s takes no value", rows[letter - 256].name);
    if (letter > 0)
        return false;
    for (int i = 0; i < ROWS; i++)
        if (rows[i].verbs & cli->verb->bit) {
            snprintf(dashed[count], sizeof dashed[count], "--%s", rows[i].name);
            known[count] = dashed[count];
            count++;
        }
    gck_nearest(name, known, near, sizeof near);
    if (near[0] == '\0' || strncmp(near, "; there are", 11) == 0)
        snprintf(near, sizeof near, "; gradcheck --help lists them");
    gck_complain("there is no option %s%s", name, near);
    return false;
}

static bool take_row(struct gck_cli *cli, const char **seen, int index, const char *value)
{
    const struct row *const row = &rows[index];

    if (!(row->verbs & cli->verb->bit)) {
        gck_complain("%s takes no --%s", cli->verb->name, row->name);
        return false;
    }
    if (value != NULL && !row->repeats && seen[index] != NULL && strcmp(seen[index], value) != 0) {
        gck_complain("--%s is given twice, as %s and as %s", row->name, seen[index], value);
        return false;
    }
    seen[index] = value;
    if (row->passed && cli->passes == GCK_MAX_PASSED) {
        gck_complain("too many options");
        return false;
    }
    if (row->passed) {
        cli->passed[cli->passes].name = row->name;
        cli->passed[cli->passes++].value = value;
    }
    return row->take(cli, value);
}

static bool judge(const struct gck_cli *cli)
{
    unsigned to_stdout = 0;

    if (cli->verbose && cli->quiet) {
        gck_complain("--verbose and --quiet contradict each other");
        return false;
    }
    for (unsigned i = 0; i < cli->sinks; i++) {
        to_stdout += cli->sink[i].path == NULL;
        for (unsigned k = 0; k < i; k++)
            if (cli->sink[i].path != NULL && cli->sink[k].path != NULL
                && strcmp(cli->sink[i].path, cli->sink[k].path) == 0) {
                gck_complain("two reports go into %s", cli->sink[i].path);
                return false;
            }
    }
    if (to_stdout > 1)
        gck_complain("two reports go to stdout; give one of them a file: --report FORMAT:FILE");
    return to_stdout <= 1;
}

bool gck_cli_read(struct gck_cli *cli, const struct gck_verb *verb, int argc, char **argv)
{
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    struct option option[ROWS + 1];
    const char *seen[ROWS] = { NULL };
    char letters[2 * ROWS + 2];
    int found;

    *cli = (struct gck_cli){ .verb = verb,
                             .ask = gck_options_default(),
                             .jobs = cores > 0 ? (unsigned)cores : 1 };
    cli->type[GCK_TYPE_FLOAT] = cli->type[GCK_TYPE_DOUBLE] = true;
    make_getopt_tables(option, letters);
    opterr = 0;
    optind = 1;
    while ((found = getopt_long(argc, argv, letters, option, NULL)) != -1) {
        const int index = row_of(found == ':' ? optopt : found);

        if (found == '?')
            return complain_unknown(cli, argv[optind - 1], optopt);
        if (found == ':') {
            gck_complain("--%s needs a value: --%s %s", rows[index].name, rows[index].name,
                         rows[index].argument);
            return false;
        }
        if (!take_row(cli, seen, index, optarg))
            return false;
    }
    cli->word = argv + optind;
    cli->words = argc - optind;
    return judge(cli);
}

/* ---- help ---- */

enum { HELP_COLUMN = 28 };

static void help_row(const struct row *row, FILE *file)
{
    const struct gck_page page = { file, false };
    char left[64] = "  ";

    if (row->letter != 0)
        gck_append(left, sizeof left, "-%c, ", row->letter);
    gck_append(left, sizeof left, "--%s%s%s", row->name, row->argument != NULL ? " " : "",
               row->argument != NULL ? row->argument : "");
    if (strlen(left) + 1 >= HELP_COLUMN)
        fprintf(file, "%s\n%*s", left, HELP_COLUMN, "");
    else
        fprintf(file, "%-*s", HELP_COLUMN, left);
    gck_page_wrap(&page, HELP_COLUMN, HELP_COLUMN, row->help);
    fputc('\n', file);
}

static void help_options(unsigned bit, FILE *file)
{
    fputs("\noptions:\n", file);
    for (int i = 0; i < ROWS; i++)
        if (rows[i].verbs & bit)
            help_row(&rows[i], file);
}

static void help_tool(FILE *file)
{
    const struct gck_page page = { file, false };
    const struct gck_verb *verb;

    fputs("usage: gradcheck LAYER... [options]\n"
          "       gradcheck COMMAND ...\n\n"
          "Runs a layer forward and backward, tells whether every derivative that Backward\n"
          "computes is right, and if not, why. LAYER is a built-in layer's name, a plug-in\n"
          "(./x.so, or ./x.so:NAME for one layer of several) or a layer's source (./x.c).\n\n"
          "commands (gradcheck COMMAND --help tells more):\n",
          file);
    for (size_t i = 1; (verb = gck_verb_at(i)) != NULL; i++) {
        char left[64] = "  ";

        gck_append(left, sizeof left, "%s %s", verb->name, verb->operands);
        fprintf(file, "%-*s", HELP_COLUMN, left);
        gck_page_wrap(&page, HELP_COLUMN, HELP_COLUMN, verb->summary);
        fputc('\n', file);
    }
    help_options(GCK_FOR_CHECK, file);
    fputs("\nexit codes: 0 all pass, 1 a layer is wrong, 2 bad usage or input, 3 a layer\n"
          "could not be loaded, crashed or ran out of time, 4 nothing could be told\n",
          file);
}

void gck_cli_help(const struct gck_verb *verb, FILE *file)
{
    if (verb->name[0] == '\0') {
        help_tool(file);
        return;
    }
    fprintf(file, "usage: gradcheck %s%s%s [options]\n\n%s\n", verb->name,
            verb->operands[0] != '\0' ? " " : "", verb->operands, verb->summary);
    if (verb->bit == GCK_FOR_LEARN) {
        putc('\n', file);
        gck_learn_help(file);
    }
    help_options(verb->bit, file);
}
