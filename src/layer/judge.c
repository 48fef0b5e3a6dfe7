/* judge.c -- does a descriptor from outside fit this program? */
#include "layer/judge.h"

#include "core/blob.h"
#include "core/text.h"
#include "gradcheck/gradcheck.h"

#include <string.h>

/* What is being judged, for the sentence. */
struct subject {
    const char *file, *layer;
    char *message;
};

static const char *type_word(uint32_t type)
{
    return type == GCK_TYPE_FLOAT    ? "float"
           : type == GCK_TYPE_DOUBLE ? "double"
           : type == GCK_TYPE_EXACT  ? "exact"
                                     : "unknown";
}

static enum gck_status judge_build(const struct gck_layer *layer, enum gck_type type,
                                   const char *file, char *message)
{
    const size_t real_size = type == GCK_TYPE_FLOAT   ? sizeof(float)
                             : type == GCK_TYPE_EXACT ? GCK_EXACT_SIZE
                                                      : sizeof(double);

    if (layer->abi != GCK_ABI)
        return gck_say(
            message, GCK_ELOAD,
            "%s has plug-in ABI %u, this program %d: compile it again with this program's "
            "gradcheck/layer.h",
            file, (unsigned)layer->abi, GCK_ABI);
    if (layer->size != sizeof *layer)
        return gck_say(message, GCK_ELOAD,
                       "%s has descriptors of %u bytes, this program of %zu: compile it again with "
                       "this program's gradcheck/layer.h",
                       file, (unsigned)layer->size, sizeof *layer);
    if (layer->type != (uint32_t)type)
        return gck_say(message, GCK_ELOAD,
                       "%s has a layer of type %u (%s) in gck_layers_%s, wanted type %d", file,
                       (unsigned)layer->type, type_word(layer->type), type_word((uint32_t)type),
                       (int)type);
    if (layer->real_size != real_size && type == GCK_TYPE_EXACT)
        return gck_say(message, GCK_ELOAD,
                       "%s has numbers of %u bytes in gck_layers_exact, this program has %zu: compile it "
                       "again with this program's gradcheck/layer.h",
                       file, (unsigned)layer->real_size, real_size);
    if (layer->real_size != real_size)
        return gck_say(message, GCK_ELOAD, "%s has a real of %u bytes in gck_layers_%s, wanted %zu",
                       file, (unsigned)layer->real_size, type_word((uint32_t)type), real_size);
    return GCK_OK;
}

/* A name has to fit on a command line: letters, digits, '_', '-' and '.', and no '-' or '.' first.
 */
static enum gck_status judge_name(const struct subject *subject, const char *what, const char *name)
{
    const char *const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
    size_t length, good;

    if (name == NULL || name[0] == '\0')
        return gck_say(subject->message, GCK_ELOAD, "%s: %s%s has no name", subject->file,
                       subject->layer, what);
    length = strnlen(name, GCK_NAME_SIZE);
    if (length == GCK_NAME_SIZE)
        return gck_say(subject->message, GCK_ELOAD,
                       "%s: the name of %s%s is longer than %d letters: \"%.20s...\"",
                       subject->file, subject->layer, what, GCK_NAME_SIZE - 1, name);
    good = name[0] == '-' || name[0] == '.' ? 0 : strspn(name, letters);
    if (good < length)
        return gck_say(subject->message, GCK_ELOAD,
                       "%s: the name of %s%s, \"%.*s\", has the byte 0x%02x at position %zu: only "
                       "letters, digits, _ - and . will do",
                       subject->file, subject->layer, what, (int)good, name,
                       (unsigned)(unsigned char)name[good], good);
    return GCK_OK;
}

static enum gck_status judge_functions(const struct gck_layer *layer, const struct subject *subject)
{
    const char *const missing = layer->formula == NULL    ? "formula"
                                : layer->reshape == NULL  ? "reshape"
                                : layer->forward == NULL  ? "forward"
                                : layer->backward == NULL ? "backward"
                                : layer->bottom == NULL   ? "list of bottoms"
                                : layer->top == NULL      ? "list of tops"
                                                          : NULL;

    if (missing != NULL)
        return gck_say(subject->message, GCK_ELOAD, "%s: %s has no %s", subject->file,
                       subject->layer, missing);
    if (layer->buffers > GCK_MAX_PORTS)
        return gck_say(subject->message, GCK_ELOAD,
                       "%s: %s wants %u buffers, at most %d can be had", subject->file,
                       subject->layer, layer->buffers, GCK_MAX_PORTS);
    if ((unsigned)layer->norm > GCK_NORM_BY_PARAM)
        return gck_say(subject->message, GCK_ELOAD, "%s: %s has norm %u, there are 0 .. %d",
                       subject->file, subject->layer, (unsigned)layer->norm, GCK_NORM_BY_PARAM);
    return GCK_OK;
}

static enum gck_status judge_port(const struct gck_port *port, const char *what, unsigned i,
                                  const struct subject *subject)
{
    char place[64];
    enum gck_status status;

    snprintf(place, sizeof place, "'s %s %u", what, i);
    status = judge_name(subject, place, port->name);
    if (status == GCK_OK && (unsigned)port->fill > GCK_SIGNS)
        status = gck_say(subject->message, GCK_ELOAD, "%s: %s%s has fill %u, there are 0 .. %d",
                         subject->file, subject->layer, place, (unsigned)port->fill, GCK_SIGNS);
    return status;
}

static enum gck_status judge_ports(const struct gck_port *list, const char *what, unsigned least,
                                   const struct subject *subject)
{
    enum gck_status status = GCK_OK;
    unsigned ports = 0;

    while (status == GCK_OK && list != NULL && list[ports].name != NULL) {
        if (ports == GCK_MAX_PORTS)
            return gck_say(subject->message, GCK_ELOAD,
                           "%s: %s has more than %d %ss, or their list does not end with GCK_END",
                           subject->file, subject->layer, GCK_MAX_PORTS, what);
        status = judge_port(&list[ports], what, ports, subject);
        ports++;
    }
    for (unsigned k = 1; status == GCK_OK && k < ports; k++)
        for (unsigned i = 0; status == GCK_OK && i < k; i++) /* numbers are drawn by name: both would get the same */
            if (strcmp(list[i].name, list[k].name) == 0)
                status = gck_say(subject->message, GCK_ELOAD, "%s: %s calls two %ss %s, number %u and number %u", subject->file,
                                 subject->layer, what, list[k].name, i, k);
    if (status == GCK_OK && ports < least)
        status = gck_say(subject->message, GCK_ELOAD, "%s: %s has %u %ss, wanted at least %u",
                         subject->file, subject->layer, ports, what, least);
    return status;
}

static enum gck_status judge_params(const struct gck_param *list, const struct subject *subject)
{
    enum gck_status status = GCK_OK;

    for (unsigned i = 0; status == GCK_OK && list != NULL && list[i].name != NULL; i++) {
        char place[64];

        if (i == GCK_MAX_PARAMS)
            return gck_say(subject->message, GCK_ELOAD,
                           "%s: %s has more than %d parameters, or their list does not end with "
                           "GCK_END",
                           subject->file, subject->layer, GCK_MAX_PARAMS);
        snprintf(place, sizeof place, "'s parameter %u", i);
        status = judge_name(subject, place, list[i].name);
        if (status == GCK_OK && (unsigned)list[i].kind > GCK_CHOICE)
            status = gck_say(subject->message, GCK_ELOAD,
                             "%s: %s's parameter %s has kind %u, there are 0 .. %d", subject->file,
                             subject->layer, list[i].name, (unsigned)list[i].kind, GCK_CHOICE);
        if (status == GCK_OK && list[i].kind == GCK_CHOICE && list[i].choices == NULL)
            status = gck_say(subject->message, GCK_ELOAD, "%s: %s's parameter %s has no choices",
                             subject->file, subject->layer, list[i].name);
    }
    return status;
}

enum gck_status gck_layer_judge(const struct gck_layer *layer, enum gck_type type, const char *file,
                                char *message)
{
    struct subject subject = { file, "", message };
    enum gck_status status = judge_build(layer, type, file, message);

    if (status == GCK_OK)
        status = judge_name(&subject, "a layer", layer->name);
    if (status != GCK_OK)
        return status;
    subject.layer = layer->name;
    status = judge_functions(layer, &subject);
    if (status == GCK_OK)
        status = judge_ports(layer->bottom, "bottom", 0, &subject);
    if (status == GCK_OK)
        status = judge_ports(layer->top, "top", 1, &subject);
    if (status == GCK_OK)
        status = judge_ports(layer->weight, "weight", 0, &subject);
    if (status == GCK_OK)
        status = judge_params(layer->param, &subject);
    return status;
}

/* ---- twins ---- */

static bool same_names(const struct gck_port *a, const struct gck_port *b, unsigned *first)
{
    const struct gck_port none = GCK_END;

    if (a == NULL)
        a = &none;
    if (b == NULL)
        b = &none;
    for (*first = 0; a[*first].name != NULL && b[*first].name != NULL; ++*first)
        if (strcmp(a[*first].name, b[*first].name) != 0)
            return false;
    return a[*first].name == NULL && b[*first].name == NULL;
}

static bool same_params(const struct gck_param *a, const struct gck_param *b, unsigned *first)
{
    const struct gck_param none = GCK_END;

    if (a == NULL)
        a = &none;
    if (b == NULL)
        b = &none;
    for (*first = 0; a[*first].name != NULL && b[*first].name != NULL; ++*first)
        if (strcmp(a[*first].name, b[*first].name) != 0 || a[*first].kind != b[*first].kind)
            return false;
    return a[*first].name == NULL && b[*first].name == NULL;
}

enum gck_status gck_layer_twins(const struct gck_layer *layer, const struct gck_layer *twin,
                                const char *file, char *message)
{
    const char *what = NULL;
    unsigned first = 0;

    if (!same_names(layer->bottom, twin->bottom, &first))
        what = "bottom";
    else if (!same_names(layer->top, twin->top, &first))
        what = "top";
    else if (!same_names(layer->weight, twin->weight, &first))
        what = "weight";
    else if (!same_params(layer->param, twin->param, &first))
        what = "parameter";
    if (what != NULL)
        return gck_say(message, GCK_ELOAD, "%s: %s differs in %s and %s from %s %u on", file,
                       layer->name, type_word(twin->type), type_word(layer->type), what, first);
    if (layer->buffers != twin->buffers)
        return gck_say(message, GCK_ELOAD, "%s: %s has %u buffers in %s and %u in %s", file,
                       layer->name, layer->buffers, type_word(layer->type), twin->buffers,
                       type_word(twin->type));
    return GCK_OK;
}
