/* build.c -- the compiler calls that make a library of a layer's source.
 *
 * The compiler's own words are passed on as they are, but once: both types say the same of the same
 * lines. What it says of the exact twin is not, since a source without one is as good. */
#include "layer/build.h"

#include "core/text.h"
#include "layer/command.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- the command lines ---- */

static void add_flags(const struct gck_build *build, struct gck_words *words)
{
    static const char *const asan = "-fsanitize=address,undefined -fno-sanitize-recover=undefined "
                                    "-fno-omit-frame-pointer -g";

    gck_words_split(words, build->cc);
    gck_words_split(words, "-std=c11 -Wall -Wextra");
    gck_words_split(words, build->cflags);
    gck_words_split(words, "-fPIC -fvisibility=hidden -DGCK_PLUGIN");
    gck_words_split(words, build->asan ? asan : "");
    gck_words_split(words, build->colour ? "-fdiagnostics-color=always" : "");
}

/* how: "-E", or "-c" with the object as output */
static void add_pass(const struct gck_build *build, const char *type, const char *how,
                     const char *output, struct gck_words *words)
{
    add_flags(build, words);
    gck_words_add(words, "-I");
    gck_words_add(words, build->include);
    gck_words_split(words, type);
    gck_words_split(words, how);
    gck_words_split(words, "-x c"); /* whatever the file is called */
    gck_words_add(words, build->argument);
    if (output != NULL) {
        gck_words_add(words, "-o");
        gck_words_add(words, output);
    }
}

/* Its memory is looked after in the other types: no sanitizer here. */
static void add_exact_pass(const struct gck_build *build, const char *how, const char *output,
                           struct gck_words *words)
{
    gck_words_split(words, build->cxx);
    gck_words_split(words, "-std=c++20 -w -nostdinc++ -D_TGMATH_H");
    gck_words_split(words, build->cxxflags);
    gck_words_split(words, "-fPIC -fvisibility=hidden -fno-exceptions -fno-rtti "
                           "-fno-threadsafe-statics -ffp-contract=off -DGCK_PLUGIN -DGCK_EXACT -I");
    gck_words_add(words, build->include);
    gck_words_split(words, how);
    gck_words_split(words, "-x c++");
    gck_words_add(words, build->argument);
    if (output != NULL) {
        gck_words_add(words, "-o");
        gck_words_add(words, output);
    }
}

static const char *const as_double = "", *const as_float = "-DGCK_FLOAT";

/* ---- running them ---- */

static bool was_missing(const struct gck_command *command)
{
    const int status = command->wait_status;

    /* some systems find out only in the child, which has no other way to say so */
    return command->error == ENOENT
           || (command->error == 0 && WIFEXITED(status) && WEXITSTATUS(status) == 127
               && command->err_size == 0);
}

static enum gck_status failed(const struct gck_build *build, const struct gck_command *command,
                              const char *what, char *message)
{
    const int status = command->wait_status;

    if (was_missing(command))
        return gck_say(
            message, GCK_ELOAD,
            "the compiler \"%s\" was not found: install it, or set CC to one that is there",
            command->argv[0]);
    if (command->error != 0)
        return gck_say(message, GCK_ELOAD, "the compiler \"%s\" could not be started: %s",
                       command->argv[0], strerror(command->error));
    return gck_say(message, GCK_ELOAD, "%s could not %s %s (%s %d)", build->cc, what, build->source,
                   WIFSIGNALED(status) ? "signal" : "exit",
                   WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

static void pass_on(const struct gck_command *command)
{
    if (command->error == 0)
        fwrite(command->err, 1, command->err_size, stderr);
}

/* Both types say the same of the same lines: once is enough, unless only the second fails. */
static enum gck_status judge_passes(const struct gck_build *build,
                                    const struct gck_command *command, char *message)
{
    const bool good[2] = { gck_command_good(&command[0]), gck_command_good(&command[1]) };

    pass_on(&command[0]);
    if (command[0].error != 0 || command[0].err_size == 0 || (good[0] && !good[1]))
        pass_on(&command[1]);
    if (!good[0])
        return failed(build, &command[0], "compile", message);
    return good[1] ? GCK_OK : failed(build, &command[1], "compile, for float,", message);
}

static bool is_known(const char *version)
{
    return strstr(version, "clang") != NULL || strstr(version, "Free Software Foundation") != NULL;
}

static bool wants_colour(const char *version)
{
    const char *const no = getenv("NO_COLOR");

    return isatty(STDERR_FILENO) && (no == NULL || no[0] == '\0') && is_known(version);
}

/* ---- why there is no exact twin ---- */

static bool is_in_name(char letter)
{
    return isalnum((unsigned char)letter) || letter == '_';
}

/* "x.c:3:9: error: 'gck_traced j0(const gck_traced&)' is unavailable: it has ..." is told as "x.c:3:9: j0: it has ..." */
static void translate(const char *line, const char *mark, char *text)
{
    static const char unavailable[] = " is unavailable: ";
    const char *const at = strstr(line, mark), *const why = strstr(at, unavailable);
    const char *end = why != NULL ? memchr(at, '(', (size_t)(why - at)) : NULL, *start;

    snprintf(text, GCK_MESSAGE_SIZE, "%.*s", (int)(at - line), line);
    if (why == NULL) {
        gck_append(text, GCK_MESSAGE_SIZE, "%s", at + strlen(mark));
        return;
    }
    for (end = end != NULL ? end : why; end > at && !is_in_name(end[-1]);)
        end--;
    for (start = end; start > at && is_in_name(start[-1]);)
        start--;
    gck_append(text, GCK_MESSAGE_SIZE, "%.*s: %s", (int)(end - start), start,
               why + strlen(unavailable));
}

/* The first line that says what is wrong. */
static void explain_no_twin(const struct gck_build *build, const struct gck_command *command,
                            char *no_twin)
{
    static const char *const mark[] = { " fatal error: ", " error: ", " sorry, unimplemented: " };
    const char *found = NULL, *by = NULL;
    char *line;

    for (size_t i = 0; command->error == 0 && i < sizeof mark / sizeof mark[0]; i++) {
        const char *const at = strstr(command->err, mark[i]);

        if (at != NULL && (found == NULL || at < found)) {
            found = at;
            by = mark[i] + 1;
        }
    }
    if (found == NULL && was_missing(command))
        gck_say(no_twin, GCK_ELOAD, "there is no C++ compiler \"%s\"", command->argv[0]);
    else if (found == NULL)
        gck_say(no_twin, GCK_ELOAD, "%s could not compile %s as C++20", build->cxx, build->source);
    if (found == NULL)
        return;
    while (found > command->err && found[-1] != '\n')
        found--;
    line = strndup(found, strcspn(found, "\n"));
    if (line != NULL)
        translate(line, by, no_twin);
    else
        gck_say(no_twin, GCK_EMEMORY, "no memory for the compiler's words");
    free(line);
}

/* ---- the passes ---- */

/* All that the library depends on goes into the hash. */
enum gck_status gck_build_digest(struct gck_build *build, struct gck_hash *hash, char *message)
{
    enum { DOUBLE, FLOAT, EXACT, VERSION, CXX_VERSION, PASSES };
    struct gck_words words[PASSES] = { 0 };
    struct gck_command command[PASSES] = { 0 };
    enum gck_status status;
    bool lost = false;

    add_pass(build, as_double, "-E", NULL, &words[DOUBLE]);
    add_pass(build, as_float, "-E", NULL, &words[FLOAT]);
    add_exact_pass(build, "-E", NULL, &words[EXACT]);
    gck_words_split(&words[VERSION], build->cc);
    gck_words_add(&words[VERSION], "--version");
    gck_words_split(&words[CXX_VERSION], build->cxx);
    gck_words_add(&words[CXX_VERSION], "--version");
    for (unsigned i = 0; i < PASSES; i++) {
        command[i].argv = words[i].word;
        lost = lost || words[i].lost;
    }
    if (lost) {
        status = gck_say(message, GCK_EUSAGE,
                         "CC and CFLAGS, or CXX and CXXFLAGS, have too many words, at most %d are "
                         "read",
                         GCK_WORDS);
        goto done;
    }
    gck_commands_run(command, PASSES, build->verbose);
    if (gck_command_good(&command[DOUBLE]) && gck_command_good(&command[FLOAT])) {
        status = GCK_OK;
        *hash = gck_hash_begin();
        for (unsigned i = 0; i < PASSES; i++) {
            const bool good = gck_command_good(&command[i]);

            gck_hash_add(hash, good ? command[i].out : "", good ? command[i].out_size + 1 : 1);
        }
        for (unsigned i = DOUBLE; i <= EXACT; i += EXACT)
            for (unsigned k = 0; k < words[i].count; k++)
                gck_hash_add_text(hash, words[i].word[k]);
        build->colour = gck_command_good(&command[VERSION]) && wants_colour(command[VERSION].out);
    } else {
        status = judge_passes(build, command, message);
    }
done:
    for (unsigned i = 0; i < PASSES; i++) {
        gck_command_free(&command[i]);
        gck_words_free(&words[i]);
    }
    return status;
}

enum gck_status gck_build_objects(const struct gck_build *build, const struct gck_objects *objects,
                                  char *no_twin, char *message)
{
    struct gck_words words[3] = { 0 };
    struct gck_command command[3] = { 0 };
    enum gck_status status;

    add_pass(build, as_double, "-c", objects->in_double, &words[0]);
    add_pass(build, as_float, "-c", objects->in_float, &words[1]);
    add_exact_pass(build, "-c", objects->exact, &words[2]);
    for (unsigned i = 0; i < 3; i++)
        command[i].argv = words[i].word;
    gck_commands_run(command, 3, build->verbose);
    status = judge_passes(build, command, message);
    no_twin[0] = '\0';
    if (!gck_command_good(&command[2]))
        explain_no_twin(build, &command[2], no_twin);
    for (unsigned i = 0; i < 3; i++) {
        gck_command_free(&command[i]);
        gck_words_free(&words[i]);
    }
    return status;
}

enum gck_status gck_build_library(const struct gck_build *build, const struct gck_objects *objects,
                                  bool twin, const char *library, char *message)
{
    struct gck_words words = { 0 };
    struct gck_command command = { .argv = words.word };
    enum gck_status status = GCK_OK;

    add_flags(build, &words);
    gck_words_add(&words, "-shared");
    gck_words_add(&words, objects->in_double);
    gck_words_add(&words, objects->in_float);
    if (twin)
        gck_words_add(&words, objects->exact);
    gck_words_add(&words, "-o");
    gck_words_add(&words, library);
    gck_words_add(&words, "-lm");
    gck_commands_run(&command, 1, build->verbose);
    pass_on(&command);
    if (!gck_command_good(&command))
        status = failed(build, &command, "link", message);
    gck_command_free(&command);
    gck_words_free(&words);
    return status;
}
