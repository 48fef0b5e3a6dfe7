/* targets.c -- what the words on the command line stand for. */
#include "cli/targets.h"

#include "core/text.h"
#include "layer/load.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static bool ends_in(const char *word, size_t length, const char *end)
{
    return length > strlen(end) && memcmp(word + length - strlen(end), end, strlen(end)) == 0;
}

/* The length of the file's name: up to the colon in x.so:hinge. */
static size_t file_length(const char *word)
{
    const char *const colon = strrchr(word, ':');

    return colon != NULL && ends_in(word, (size_t)(colon - word), ".so") ? (size_t)(colon - word)
                                                                         : strlen(word);
}

bool gck_is_file(const char *word)
{
    const size_t length = file_length(word);

    return strchr(word, '/') != NULL || ends_in(word, length, ".so") || ends_in(word, length, ".c");
}

bool gck_file_there(const char *word)
{
    const size_t length = file_length(word);
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%.*s", (int)length, word);
    if (access(path, R_OK) != 0)
        gck_complain("%s cannot be read: %s", path, strerror(errno));
    else if (!ends_in(word, length, ".so") && !ends_in(word, length, ".c"))
        gck_complain("%s ends neither in .so (a plug-in) nor in .c (a layer's source)", path);
    else
        return true;
    return false;
}

/* Layers and commands: a command may be written where a layer is expected. */
static char *meant(const char *word, char *near, size_t size)
{
    enum { MOST = 256 };
    const char *known[MOST + 1] = { NULL };
    const struct gck_layer *layer;
    const struct gck_verb *verb;
    size_t count = 0;

    for (size_t i = 0; (layer = gck_layer_at(i, GCK_TYPE_DOUBLE)) != NULL && count < MOST; i++)
        known[count++] = layer->name;
    for (size_t i = 1; (verb = gck_verb_at(i)) != NULL && count < MOST; i++)
        known[count++] = verb->name;
    gck_nearest(word, known, near, size);
    if (strncmp(near, "; there are", 11) == 0)
        snprintf(near, size, "; gradcheck list shows all");
    return near;
}

static bool same_letters(const char *a, const char *b)
{
    return b != NULL && strcasecmp(a, b) == 0;
}

const struct gck_layer *gck_builtin(const char *word, enum gck_type type)
{
    const struct gck_layer *layer = gck_layer_find(word, type);
    char near[GCK_MESSAGE_SIZE];

    if (layer != NULL)
        return layer;
    for (size_t i = 0; (layer = gck_layer_at(i, type)) != NULL; i++)
        if (same_letters(word, layer->caffe_type) || same_letters(word, layer->name)) {
            gck_complain("Caffe's %s is called %s here", layer->caffe_type, layer->name);
            return NULL;
        }
    if (gck_verb_find(word) != NULL)
        gck_complain("%s is a command and has to be the first word: gradcheck %s ...", word, word);
    else if (access(word, F_OK) == 0)
        gck_complain("there is no built-in layer '%s', and the file %s ends neither in .so (a plug-in) nor in .c (a layer's source)",
                     word, word);
    else
        gck_complain("there is no built-in layer '%s'%s", word, meant(word, near, sizeof near));
    return NULL;
}

static enum gck_status compile(const struct gck_cli *cli, const char *word, struct gck_file *file,
                               char *message)
{
    const struct gck_compile_options options = { .asan = cli->asan, .verbose = cli->verbose };

    return gck_compile(word, &options, file->path, sizeof file->path, message);
}

enum gck_status gck_file_ready(const struct gck_cli *cli, const char *word, struct gck_file *file,
                               char *message)
{
    const struct gck_compile_options options = { .asan = true, .verbose = cli->verbose };
    const size_t length = file_length(word);
    enum gck_status status = GCK_OK;
    char so[PATH_MAX];

    memset(file, 0, sizeof *file);
    if (ends_in(word, length, ".c")) {
        status = compile(cli, word, file, message);
        GCK_COPY(so, file->path);
        GCK_COPY(file->source, word);
    } else {
        GCK_COPY(file->path, word);
        snprintf(so, sizeof so, "%.*s", (int)length, word);
    }
    if (status == GCK_OK && gck_needs_asan(so))
        status = gck_asan_runtime(so, &options, file->preload, sizeof file->preload, message);
    return status;
}
