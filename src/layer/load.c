/* load.c -- plug-ins: what a shared library calls its layers, found and judged. */
#include "layer/load.h"

#include "core/text.h"
#include "layer/judge.h"
#include "layer/shared.h"

#include <dlfcn.h>
#include <fenv.h>
#include <float.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };

/* ---- the name of the file, and of one layer in it ---- */

/* A bare "x.so" would be searched for in the system's folders: a path always means that file. */
static bool split(const char *text, char *file, char *wanted)
{
    const char *const here = strchr(text, '/') == NULL ? "./" : "";
    const char *const colon = access(text, F_OK) == 0 ? NULL : strrchr(text, ':');
    const size_t length = colon != NULL ? (size_t)(colon - text) : strlen(text);

    if (length + strlen(here) >= PATH_SIZE)
        return false;
    snprintf(file, PATH_SIZE, "%s%.*s", here, (int)length, text);
    gck_copy(wanted, GCK_NAME_SIZE, colon != NULL ? colon + 1 : "");
    return true;
}

/* What the user typed, without our "./". */
static const char *shown(const char *file, const char *text)
{
    return strncmp(file, "./", 2) == 0 && strncmp(text, "./", 2) != 0 ? file + 2 : file;
}

/* ---- loading ---- */

static bool small_numbers_vanish(void)
{
    const volatile double smallest = DBL_MIN, tiny = 0x1p-1060;
    const volatile double half = smallest / 2, large = tiny * 0x1p1000;

    return half == 0 || large == 0;
}

/* A library linked with -ffast-math sets the processor's mode when it is loaded, for everybody's
 * numbers. */
static void *load(const char *file, const char *name, char *note)
{
    const int rounding = fegetround();
    const bool vanished = small_numbers_vanish();
    fenv_t before;
    void *handle;

    fegetenv(&before);
    handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    note[0] = '\0';
    if (!vanished && small_numbers_vanish())
        gck_append(note, GCK_WHY_SIZE,
                   "%s was built with -ffast-math: loading it made small numbers vanish; this was "
                   "undone here, but not in the programs that will use it, and its own code may "
                   "round as it likes",
                   name);
    else if (fegetround() != rounding)
        gck_append(note, GCK_WHY_SIZE,
                   "%s changed how numbers are rounded when it was loaded; this was undone", name);
    fesetenv(&before);
    return handle;
}

/* "/home/me/x.so: undefined symbol: f" without the file, which the sentence has already. */
static const char *loader_words(const char *file)
{
    const char *const words = dlerror();
    const size_t length = strlen(file);

    if (words == NULL)
        return "the loader gives no reason";
    return strncmp(words, file, length) == 0 && strncmp(words + length, ": ", 2) == 0
               ? words + length + 2
               : words;
}

static enum gck_status open_library(const char *file, const char *name, void **handle, char *note,
                                    char *message)
{
    const enum gck_status status = gck_shared_judge(file, name, message);

    if (status != GCK_OK)
        return status;
    if (gck_needs_asan(file) && dlsym(RTLD_DEFAULT, "__asan_init") == NULL)
        return gck_say(
            message, GCK_ELOAD,
            "%s was built with -fsanitize=address, and its runtime has to be there from the "
            "start of a process: set LD_PRELOAD to it",
            name);
    *handle = load(file, name, note);
    if (*handle == NULL)
        return gck_say(message, GCK_ELOAD, "%s could not be loaded: %s", name, loader_words(file));
    return GCK_OK;
}

/* ---- the arrays ---- */

struct list {
    const struct gck_layer *const *layer; /* NULL-ended; NULL: the library has no such array */
    unsigned layers;
};

static enum gck_status read_list(void *handle, const char *name, enum gck_type type,
                                 struct list *list, char *message)
{
    const char *const symbol = type == GCK_TYPE_FLOAT   ? "gck_layers_float"
                               : type == GCK_TYPE_EXACT ? "gck_layers_exact"
                                                        : "gck_layers_double";
    enum gck_status status = GCK_OK;

    list->layers = 0;
    list->layer = dlsym(handle, symbol);
    if (list->layer == NULL)
        return GCK_OK;
    while (status == GCK_OK && list->layer[list->layers] != NULL) {
        const struct gck_layer *const layer = list->layer[list->layers];

        if (list->layers == GCK_MAX_LAYERS)
            return gck_say(message, GCK_ELOAD,
                           "%s holds more than %d layers in %s, or its list has no end", name,
                           GCK_MAX_LAYERS, symbol);
        status = gck_layer_judge(layer, type, name, message);
        for (unsigned i = 0; status == GCK_OK && i < list->layers; i++)
            if (strcmp(list->layer[i]->name, layer->name) == 0)
                status = gck_say(message, GCK_ELOAD, "%s holds %s twice in %s: as entry %u and %u",
                                 name, layer->name, symbol, i, list->layers);
        list->layers++;
    }
    return status;
}

static const struct gck_layer *find(const struct list *list, const char *name)
{
    for (unsigned i = 0; i < list->layers; i++)
        if (strcmp(list->layer[i]->name, name) == 0)
            return list->layer[i];
    return NULL;
}

static enum gck_status add(struct gck_plugin *plugin, const struct gck_layer *in_double,
                           const struct gck_layer *in_float, const char *name, char *message)
{
    const struct gck_layer *const layer = in_double != NULL ? in_double : in_float;

    if (plugin->layers == GCK_MAX_LAYERS)
        return gck_say(message, GCK_ELOAD, "%s holds more than %d layers, %s is one too many", name,
                       GCK_MAX_LAYERS, layer->name);
    plugin->double_layer[plugin->layers] = in_double;
    plugin->float_layer[plugin->layers] = in_float;
    plugin->layers++;
    return in_double != NULL && in_float != NULL
               ? gck_layer_twins(in_double, in_float, name, message)
               : GCK_OK;
}

/* Twins are those of one name, whatever their order. */
static enum gck_status pair(struct gck_plugin *plugin, const struct list *in_double,
                            const struct list *in_float, const char *name, char *message)
{
    enum gck_status status = GCK_OK;

    for (unsigned i = 0; status == GCK_OK && i < in_double->layers; i++)
        status = add(plugin, in_double->layer[i], find(in_float, in_double->layer[i]->name), name,
                     message);
    for (unsigned i = 0; status == GCK_OK && i < in_float->layers; i++)
        if (find(in_double, in_float->layer[i]->name) == NULL)
            status = add(plugin, NULL, in_float->layer[i], name, message);
    return status;
}

static const struct gck_layer *at(const struct gck_plugin *plugin, unsigned i)
{
    return plugin->double_layer[i] != NULL ? plugin->double_layer[i] : plugin->float_layer[i];
}

static enum gck_status add_twins(struct gck_plugin *plugin, const struct list *exact,
                                 const char *name, char *message)
{
    enum gck_status status = GCK_OK;

    for (unsigned i = 0; status == GCK_OK && i < plugin->layers; i++) {
        const struct gck_layer *const layer = at(plugin, i), *const twin = find(exact, layer->name);

        if (twin == NULL)
            gck_say(message, GCK_ELOAD, "%s holds no %s in gck_layers_exact", name, layer->name);
        else
            status = gck_layer_twins(layer, twin, name, message);
        if (status == GCK_OK)
            plugin->exact_layer[i] = twin;
    }
    return status;
}

/* Nothing about a twin is worth refusing the layer. */
static void find_twins(struct gck_plugin *plugin, void *handle, const char *file, const char *name)
{
    char message[GCK_MESSAGE_SIZE] = "";
    struct list exact;

    if (read_list(handle, name, GCK_TYPE_EXACT, &exact, message) == GCK_OK && exact.layer != NULL)
        add_twins(plugin, &exact, name, message);
    else if (exact.layer == NULL && !gck_shared_read_note(file, message, sizeof message))
        gck_say(message, GCK_ELOAD, "%s exports no gck_layers_exact", name);
    GCK_COPY(plugin->no_twin, message);
}

static enum gck_status collect(struct gck_plugin *plugin, void *handle, const char *file,
                               const char *name, bool compiled, char *message)
{
    struct list in_double, in_float;
    enum gck_status status = read_list(handle, name, GCK_TYPE_DOUBLE, &in_double, message);

    if (status == GCK_OK)
        status = read_list(handle, name, GCK_TYPE_FLOAT, &in_float, message);
    if (status != GCK_OK)
        return status;
    if (in_double.layer == NULL && in_float.layer == NULL && compiled)
        return gck_say(message, GCK_ELOAD,
                       "%s was compiled, and there is no layer in it: GCK_LAYER(my_loss) = { GCK_THIS_ABI, ... }; makes one, as in "
                       "layers/euclidean.c",
                       name);
    if (in_double.layer == NULL && in_float.layer == NULL)
        return gck_say(message, GCK_ELOAD,
                       "%s exports neither gck_layers_double nor gck_layers_float: is it a layer, "
                       "compiled with -DGCK_PLUGIN?",
                       name);
    if (in_double.layers + in_float.layers == 0)
        return gck_say(message, GCK_ELOAD, "%s holds no layer: its list is empty", name);
    status = pair(plugin, &in_double, &in_float, name, message);
    if (status == GCK_OK)
        find_twins(plugin, handle, file, name);
    return status;
}

/* Caffe's name serves as well, and letters may be small or capital: nobody should have to look it
 * up. */
static bool is_called(const struct gck_layer *layer, const char *wanted)
{
    return strcasecmp(layer->name, wanted) == 0
           || (layer->caffe_type != NULL && strcasecmp(layer->caffe_type, wanted) == 0);
}

static enum gck_status choose(struct gck_plugin *plugin, const char *wanted, const char *name,
                              char *message)
{
    const char *names[GCK_MAX_LAYERS + 1] = { NULL };
    char nearest[GCK_MESSAGE_SIZE / 2];

    for (unsigned i = 0; i < plugin->layers; i++) {
        names[i] = at(plugin, i)->name;
        if (is_called(at(plugin, i), wanted)) {
            plugin->double_layer[0] = plugin->double_layer[i];
            plugin->float_layer[0] = plugin->float_layer[i];
            plugin->exact_layer[0] = plugin->exact_layer[i];
            plugin->layers = 1;
            return GCK_OK;
        }
    }
    return gck_say(message, GCK_ENAME, "%s has no layer \"%s\"%s", name, wanted,
                   gck_nearest(wanted, names, nearest, sizeof nearest));
}

enum gck_status gck_plugin_load(struct gck_plugin *plugin, const char *path, char *message)
{
    return gck_plugin_load_of(plugin, path, NULL, message);
}

enum gck_status gck_plugin_load_of(struct gck_plugin *plugin, const char *path, const char *source, char *message)
{
    const bool compiled = source != NULL && source[0] != '\0';
    char file[PATH_SIZE], wanted[GCK_NAME_SIZE];
    enum gck_status status;
    const char *name;
    void *handle = NULL;

    memset(plugin, 0, sizeof *plugin);
    if (!split(path, file, wanted))
        return gck_say(message, GCK_EFILE, "a path of %zu letters is too long", strlen(path));
    name = compiled ? source : shown(file, path);
    status = open_library(file, name, &handle, plugin->note, message);
    if (status == GCK_OK)
        status = collect(plugin, handle, file, name, compiled, message);
    if (status == GCK_OK && wanted[0] != '\0')
        status = choose(plugin, wanted, name, message);
    if (status != GCK_OK)
        plugin->layers = 0;
    return status;
}
