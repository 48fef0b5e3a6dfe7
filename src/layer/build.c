/* build.c -- the compiler calls that make a library of a layer's source.
 *
 * The compiler's own words are passed on as they are, but once: both types say the same of the same
 * lines. */
#include "layer/build.h"

#include "core/text.h"
#include "layer/command.h"

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

static const char *const as_double = "", *const as_float = "-DGCK_FLOAT";

/* ---- running them ---- */

static enum gck_status failed(const struct gck_build *build, const struct gck_command *command,
                              const char *what, char *message)
{
    const int status = command->wait_status;
    /* some systems find out only in the child, which has no other way to say so */
    const bool missing = command->error == 0 && WIFEXITED(status) && WEXITSTATUS(status) == 127
                         && command->err_size == 0;

    if (command->error == ENOENT || missing)
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

/* All that the library depends on goes into the hash. */
enum gck_status gck_build_digest(struct gck_build *build, struct gck_hash *hash, char *message)
{
    struct gck_words words[3] = { 0 };
    struct gck_command command[3] = { 0 };
    enum gck_status status;

    add_pass(build, as_double, "-E", NULL, &words[0]);
    add_pass(build, as_float, "-E", NULL, &words[1]);
    gck_words_split(&words[2], build->cc);
    gck_words_add(&words[2], "--version");
    for (unsigned i = 0; i < 3; i++)
        command[i].argv = words[i].word;
    if (words[0].lost || words[1].lost || words[2].lost) {
        status = gck_say(message, GCK_EUSAGE,
                         "CC and CFLAGS have too many words, at most %d are read", GCK_WORDS);
        goto done;
    }
    gck_commands_run(command, 3, build->verbose);
    if (gck_command_good(&command[0]) && gck_command_good(&command[1])) {
        status = GCK_OK;
        *hash = gck_hash_begin();
        for (unsigned i = 0; i < 2; i++)
            gck_hash_add(hash, command[i].out, command[i].out_size + 1);
        gck_hash_add_text(hash, gck_command_good(&command[2]) ? command[2].out : "");
        for (unsigned i = 0; i < words[0].count; i++)
            gck_hash_add_text(hash, words[0].word[i]);
        build->colour = gck_command_good(&command[2]) && wants_colour(command[2].out);
    } else {
        status = judge_passes(build, command, message);
    }
done:
    for (unsigned i = 0; i < 3; i++) {
        gck_command_free(&command[i]);
        gck_words_free(&words[i]);
    }
    return status;
}

enum gck_status gck_build_objects(const struct gck_build *build, const char *in_double,
                                  const char *in_float, char *message)
{
    struct gck_words words[2] = { 0 };
    struct gck_command command[2] = { 0 };
    enum gck_status status;

    add_pass(build, as_double, "-c", in_double, &words[0]);
    add_pass(build, as_float, "-c", in_float, &words[1]);
    for (unsigned i = 0; i < 2; i++)
        command[i].argv = words[i].word;
    gck_commands_run(command, 2, build->verbose);
    status = judge_passes(build, command, message);
    for (unsigned i = 0; i < 2; i++) {
        gck_command_free(&command[i]);
        gck_words_free(&words[i]);
    }
    return status;
}

enum gck_status gck_build_library(const struct gck_build *build, const char *in_double,
                                  const char *in_float, const char *library, char *message)
{
    struct gck_words words = { 0 };
    struct gck_command command = { .argv = words.word };
    enum gck_status status = GCK_OK;

    add_flags(build, &words);
    gck_words_add(&words, "-shared");
    gck_words_add(&words, in_double);
    gck_words_add(&words, in_float);
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
