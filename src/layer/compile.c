/* compile.c -- a layer's source, compiled on the fly for all types into one shared library. */
#include "layer/load.h"

#include "core/text.h"
#include "layer/build.h"
#include "layer/command.h"
#include "layer/shared.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STEM_SIZE = 64, TRIES = 3 };

/* ---- what is to be compiled, and how ---- */

static const char *or_else(const char *wanted, const char *variable, const char *otherwise)
{
    const char *const value = wanted != NULL ? wanted : getenv(variable);

    return value != NULL && value[strspn(value, " ")] != '\0' ? value : otherwise;
}

/* Is there such a program? */
static bool can_run(const char *program)
{
    const char *path = getenv("PATH");
    char file[GCK_PATH_SIZE];

    for (size_t length; path != NULL && *path != '\0'; path += length + (path[length] == ':')) {
        length = strcspn(path, ":");
        snprintf(file, sizeof file, "%.*s/%s", (int)length, path, program);
        if (access(file, X_OK) == 0)
            return true;
    }
    return false;
}

static bool has_header(const char *folder)
{
    char path[GCK_PATH_SIZE + 32];

    snprintf(path, sizeof path, "%s/gradcheck/layer.h", folder);
    return access(path, R_OK) == 0;
}

/* The headers lie where this program is installed, wherever it was moved, or in the source tree
 * that it was built in; a program that only uses the library says where. */
static enum gck_status find_include(char *include, char *message)
{
    static const char *const near[] = { "../include", "include", "../../include" };
    const char *const given = getenv("GRADCHECK_INCLUDE");
    char program[GCK_PATH_SIZE / 2] = "", path[GCK_PATH_SIZE];
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    char *const slash = strrchr(program, '/');

    if (given != NULL && given[0] != '\0') {
        snprintf(include, GCK_PATH_SIZE, "%s", given);
        return has_header(include)
                   ? GCK_OK
                   : gck_say(message, GCK_EFILE,
                             "there is no gradcheck/layer.h in %s, which GRADCHECK_INCLUDE names",
                             given);
    }
    if (length > 0 && slash != NULL)
        *slash = '\0';
    for (size_t i = 0; i < sizeof near / sizeof near[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", program, near[i]);
        if (has_header(path) && realpath(path, include) != NULL)
            return GCK_OK;
    }
    return gck_say(
        message, GCK_EFILE,
        "gradcheck/layer.h was not found near %s: set GRADCHECK_INCLUDE to the folder that "
        "holds gradcheck/",
        program);
}

static void name_stem(const char *source, char *stem)
{
    const char *const slash = strrchr(source, '/'), *const name =
                                                        slash != NULL ? slash + 1 : source;
    const char *const dot = strrchr(name, '.');
    const size_t length = dot != NULL && dot != name ? (size_t)(dot - name) : strlen(name);
    size_t i;

    for (i = 0; i < length && i < STEM_SIZE - 1; i++)
        stem[i] = strchr(" :\n\t", name[i]) != NULL || (i == 0 && name[i] == '.') ? '_' : name[i];
    stem[i] = '\0';
}

static enum gck_status prepare(struct gck_build *build, const char *source,
                               const struct gck_compile_options *options, char *message)
{
    struct stat file;

    if (stat(source, &file) != 0 || access(source, R_OK) != 0)
        return gck_say(message, GCK_EFILE, "%s cannot be read: %s", source, strerror(errno));
    if (!S_ISREG(file.st_mode))
        return gck_say(message, GCK_EFILE, "%s is not a file", source);
    if ((size_t)snprintf(build->argument, GCK_PATH_SIZE, "%s%s", source[0] == '-' ? "./" : "",
                         source)
        >= GCK_PATH_SIZE)
        return gck_say(message, GCK_EFILE, "a path of %zu letters is too long", strlen(source));
    build->source = source;
    build->cc = or_else(options->cc, "CC", "cc");
    build->cflags = or_else(options->cflags, "CFLAGS", "-O2 -g");
    build->cxx = or_else(options->cxx, "CXX", can_run("c++") ? "c++" : "g++");
    build->cxxflags = or_else(options->cxxflags, "CXXFLAGS", "-O1");
    build->asan = options->asan;
    build->verbose = options->verbose;
    return find_include(build->include, message);
}

/* ---- making it ---- */

/* The source as it was when its hash was taken. */
struct seen {
    struct stat file;
    bool known;
};

static struct seen look(const char *source)
{
    struct seen seen;

    seen.known = stat(source, &seen.file) == 0;
    return seen;
}

static bool same(const struct seen *a, const struct seen *b)
{
    return a->known && b->known && a->file.st_ino == b->file.st_ino
           && a->file.st_size == b->file.st_size && a->file.st_mtim.tv_sec == b->file.st_mtim.tv_sec
           && a->file.st_mtim.tv_nsec == b->file.st_mtim.tv_nsec;
}

enum part { DOUBLE_OBJECT, FLOAT_OBJECT, EXACT_OBJECT, LIBRARY, PARTS };

/* Everything happens in a folder beside the place where the library belongs, so that it can be
 * renamed into place and nothing half done stays. A source that was saved again meanwhile must not
 * end under the hash of what it was: then *stale is true, and nothing was made. */
static enum gck_status make(const struct gck_build *build, const struct seen *before,
                            const char *so, bool *stale, char *message)
{
    static const char *const name[PARTS] = { "double.o", "float.o", "exact.o", "layer.so" };
    char folder[GCK_PATH_SIZE], part[PARTS][GCK_PATH_SIZE + 16];
    const struct gck_objects objects = { part[DOUBLE_OBJECT], part[FLOAT_OBJECT], part[EXACT_OBJECT] };
    const char *const slash = strrchr(so, '/');
    char no_twin[GCK_MESSAGE_SIZE];
    enum gck_status status;
    struct seen after;

    snprintf(folder, sizeof folder, "%.*s/new-XXXXXX", (int)(slash - so), so);
    if (mkdtemp(folder) == NULL)
        return gck_say(message, GCK_EFILE, "no folder %s can be made: %s", folder, strerror(errno));
    for (unsigned i = 0; i < PARTS; i++)
        snprintf(part[i], sizeof part[i], "%s/%s", folder, name[i]);
    status = gck_build_objects(build, &objects, no_twin, message);
    if (status == GCK_OK)
        status = gck_build_library(build, &objects, no_twin[0] == '\0', part[LIBRARY], message);
    if (status == GCK_OK && no_twin[0] != '\0' && !gck_shared_write_note(part[LIBRARY], no_twin))
        status = gck_say(message, GCK_EFILE, "%s cannot be written: %s", so, strerror(errno));
    after = look(build->source);
    *stale = !same(before, &after);
    if (status == GCK_OK && !*stale && rename(part[LIBRARY], so) != 0)
        status = gck_say(message, GCK_EFILE, "%s cannot be written: %s", so, strerror(errno));
    for (unsigned i = 0; i < PARTS; i++)
        unlink(part[i]);
    rmdir(folder);
    return status;
}

enum gck_status gck_compile(const char *source, const struct gck_compile_options *options, char *so,
                            size_t size, char *message)
{
    struct gck_build build = { 0 };
    char stem[STEM_SIZE];
    enum gck_status status = prepare(&build, source, options, message);

    name_stem(source, stem);
    for (unsigned i = 0; status == GCK_OK && i < TRIES; i++) {
        const struct seen before = look(source);
        bool found = false, stale = false;
        struct gck_hash hash;

        status = gck_build_digest(&build, &hash, message);
        if (status == GCK_OK && !gck_cache_find(stem, &hash, so, size, &found))
            status =
                gck_say(message, GCK_EFILE,
                        "there is no folder to compile %s in: neither XDG_CACHE_HOME nor HOME nor "
                        "TMPDIR has one that is this user's own",
                        source);
        if (status == GCK_OK && !found)
            status = make(&build, &before, so, &stale, message);
        if (status != GCK_OK || !stale)
            return status;
    }
    return status != GCK_OK ? status
                            : gck_say(message, GCK_EFILE,
                                      "%s changes all the time: it was saved %d times "
                                      "while it was being compiled",
                                      source, TRIES);
}

/* ---- the sanitizer's runtime ---- */

static enum gck_status ask(const char *cc, const char *library, char *path, size_t size,
                           bool verbose)
{
    struct gck_words words = { 0 };
    struct gck_command command = { .argv = words.word };
    char question[128], resolved[GCK_PATH_SIZE];
    enum gck_status status = GCK_ENAME;

    snprintf(question, sizeof question, "-print-file-name=%s", library);
    gck_words_split(&words, cc);
    gck_words_add(&words, question);
    gck_commands_run(&command, 1, verbose);
    if (gck_command_good(&command)) {
        command.out[strcspn(command.out, "\n")] = '\0';
        /* a bare name is the compiler's way to say that it doesn't know */
        if (strchr(command.out, '/') != NULL && realpath(command.out, resolved) != NULL
            && strlen(resolved) < size) {
            gck_copy(path, size, resolved);
            status = GCK_OK;
        }
    }
    gck_command_free(&command);
    gck_words_free(&words);
    return status;
}

/* gcc links the library to its runtime; clang leaves that to the program. */
static const char *runtime_of(const char *so)
{
    static const char *const gcc[] = { "libasan.so.8", "libasan.so.6", "libasan.so.5",
                                       "libasan.so.4" };

    for (size_t i = 0; i < sizeof gcc / sizeof gcc[0]; i++)
        if (gck_shared_holds(so, gcc[i]))
            return "libasan.so";
#if defined(__aarch64__)
    return "libclang_rt.asan-aarch64.so";
#else
    return "libclang_rt.asan-x86_64.so";
#endif
}

enum gck_status gck_asan_runtime(const char *so, const struct gck_compile_options *options,
                                 char *path, size_t size, char *message)
{
    const char *const cc = or_else(options->cc, "CC", "cc");
    const char *const library = runtime_of(so);

    if (ask(cc, library, path, size, options->verbose) == GCK_OK)
        return GCK_OK;
    return gck_say(message, GCK_ELOAD,
                   "%s was built with -fsanitize=address, but %s does not know where %s is", so, cc,
                   library);
}
