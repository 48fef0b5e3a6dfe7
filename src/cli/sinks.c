/* sinks.c -- where reports go: stdout, or files that are never half written. */
#include "cli/sinks.h"

#include "cli/draft.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int gck_sinks_check(const struct gck_cli *cli)
{
    int code = 0;

    for (unsigned i = 0; i < cli->sinks && code == 0; i++) {
        const char *const path = cli->sink[i].path;
        struct gck_draft draft;

        if (path == NULL)
            continue;
        code = gck_draft_open(&draft, path);
        if (draft.file != NULL && !gck_draft_close(&draft, false))
            code = gck_draft_complain(path);
    }
    return code;
}

static bool write_report(const struct gck_cli *cli, enum gck_format format, FILE *file, bool colour,
                         const struct gck_result *result, size_t results, double seconds)
{
    if (format == GCK_FORMAT_JSON)
        return gck_report_json(file, result, results, cli->ask.seed, seconds);
    gck_report_text(file, result, results, colour, cli->verbose);
    return fflush(file) == 0 && !ferror(file);
}

static int write_file(const struct gck_cli *cli, const struct gck_sink *sink,
                      const struct gck_result *result, size_t results, double seconds)
{
    struct gck_draft draft;
    int code = gck_draft_open(&draft, sink->path);

    if (code != 0)
        return code;
    if (write_report(cli, sink->format, draft.file, false, result, results, seconds)
        && gck_draft_close(&draft, true))
        return 0;
    code = gck_draft_complain(sink->path);
    gck_draft_close(&draft, false); /* what gck_draft_close has done already is not done again */
    return code;
}

int gck_sinks_write(const struct gck_cli *cli, const struct gck_result *result, size_t results,
                    double seconds)
{
    int code = 0;

    for (unsigned i = 0; i < cli->sinks; i++) {
        const struct gck_sink *const sink = &cli->sink[i];

        if (sink->path != NULL) {
            if (write_file(cli, sink, result, results, seconds) != 0)
                code = 2;
        } else if (sink->format != GCK_FORMAT_TEXT) /* text on stdout is what people read anyway */
            write_report(cli, sink->format, stdout, false, result, results, seconds);
    }
    return code;
}

FILE *gck_sinks_human(const struct gck_cli *cli)
{
    for (unsigned i = 0; i < cli->sinks; i++)
        if (cli->sink[i].path == NULL && cli->sink[i].format != GCK_FORMAT_TEXT)
            return stderr;
    return stdout;
}

static bool set_in_environment(const char *name)
{
    const char *const value = getenv(name);

    return value != NULL && value[0] != '\0';
}

bool gck_sinks_colour(const struct gck_cli *cli, FILE *file)
{
    const char *const terminal = getenv("TERM"), *const forced = getenv("CLICOLOR_FORCE");

    if (cli->colour != GCK_COLOUR_AUTO)
        return cli->colour == GCK_COLOUR_ALWAYS;
    if (set_in_environment("NO_COLOR"))
        return false;
    if (forced != NULL && forced[0] != '\0' && strcmp(forced, "0") != 0)
        return true;
    return isatty(fileno(file)) && terminal != NULL && strcmp(terminal, "dumb") != 0;
}
