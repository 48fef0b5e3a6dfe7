/* sinks.c -- where reports go: stdout, or files that are never half written. */
#include "cli/sinks.h"

#include "worker/watch.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A report on its way: a new file beside the place where it belongs. While it is there an interrupt has to wait: it
 * would leave it lying about. */
struct draft {
    struct gck_watch watch;
    bool watched;
    FILE *file;
    char place[PATH_MAX];       /* with symbolic links followed */
    char beside[PATH_MAX + 16]; /* "": the place is no regular file, and is written to itself */
};

static int complain(const char *path)
{
    return gck_complain("%s cannot be written: %s", path, strerror(errno));
}

static bool draft_file(struct draft *draft)
{
    const mode_t mask = umask(0);
    int fd;

    umask(mask);
    gck_watch_begin(&draft->watch);
    draft->watched = true;
    snprintf(draft->beside, sizeof draft->beside, "%s.XXXXXX", draft->place);
    fd = mkstemp(draft->beside);
    if (fd < 0) {
        draft->beside[0] = '\0';
        return false;
    }
    fchmod(fd, 0666 & ~mask);
    draft->file = fdopen(fd, "w");
    return draft->file != NULL;
}

static bool draft_settle(struct draft *draft, bool good, bool keep)
{
    if (draft->beside[0] == '\0')
        return good;
    if (good && keep && rename(draft->beside, draft->place) == 0)
        return true;
    unlink(draft->beside);
    draft->beside[0] = '\0';
    return good && !keep;
}

/* Into its place, or away. */
static bool draft_close(struct draft *draft, bool keep)
{
    bool good = true;

    if (draft->file != NULL) {
        good = !ferror(draft->file);
        good = fclose(draft->file) == 0 && good;
        draft->file = NULL;
    }
    good = draft_settle(draft, good, keep);
    if (draft->watched)
        gck_watch_end(&draft->watch);
    draft->watched = false;
    return good;
}

static int draft_open(struct draft *draft, const char *path)
{
    struct stat old;

    memset(draft, 0, sizeof *draft);
    if (realpath(path, draft->place) == NULL)
        snprintf(draft->place, sizeof draft->place, "%s", path);
    if (stat(draft->place, &old) == 0 && S_ISDIR(old.st_mode)) {
        errno = EISDIR;
        return complain(path);
    }
    if (stat(draft->place, &old) == 0 && !S_ISREG(old.st_mode)) {
        draft->file = fopen(draft->place, "w"); /* a device or a pipe */
        return draft->file != NULL ? 0 : complain(path);
    }
    if (draft_file(draft))
        return 0;
    complain(path);
    draft_close(draft, false);
    return 2;
}

int gck_sinks_check(const struct gck_cli *cli)
{
    int code = 0;

    for (unsigned i = 0; i < cli->sinks && code == 0; i++) {
        const char *const path = cli->sink[i].path;
        struct draft draft;

        if (path == NULL)
            continue;
        code = draft_open(&draft, path);
        if (draft.file != NULL && !draft_close(&draft, false))
            code = complain(path);
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
    struct draft draft;
    int code = draft_open(&draft, sink->path);

    if (code != 0)
        return code;
    if (write_report(cli, sink->format, draft.file, false, result, results, seconds)
        && draft_close(&draft, true))
        return 0;
    code = complain(sink->path);
    draft_close(&draft, false); /* what draft_close has done already is not done again */
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
