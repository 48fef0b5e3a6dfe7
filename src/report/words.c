/* words.c -- small pieces of wording that all reports share. */
#include "report/words.h"

#include "core/text.h"

#include <string.h>

const char *gck_subject(const struct gck_result *result)
{
    return result->source[0] != '\0' ? result->source : result->layer;
}

/* Is it the file's name without folder and ending? */
static bool stem_is(const char *path, const char *name)
{
    const char *const slash = strrchr(path, '/'), *const file = slash != NULL ? slash + 1 : path;
    const size_t length = strlen(name);

    return strncmp(file, name, length) == 0 && file[length] == '.'
           && strchr(file + length + 1, ':') == NULL;
}

char *gck_called(const struct gck_result *result, char *text, size_t size)
{
    text[0] = '\0';
    gck_append(text, size, "%s", result->layer);
    if (result->source[0] != '\0' && !stem_is(result->source, result->layer)
        && strcmp(result->source, result->layer) != 0)
        gck_append(text, size, " (%s)", result->source);
    return text;
}

void gck_append_quoted(char *text, size_t size, const char *word)
{
    const char *const plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,+@%";

    if (word[0] != '\0' && word[strspn(word, plain)] == '\0') {
        gck_append(text, size, "%s", word);
        return;
    }
    gck_append(text, size, "'");
    for (; *word != '\0'; word++)
        if (*word == '\'')
            gck_append(text, size, "'\\''");
        else
            gck_append(text, size, "%c", *word);
    gck_append(text, size, "'");
}

char *gck_again_text(const struct gck_result *result, char *text, size_t size)
{
    text[0] = '\0';
    /* a layer that is wrong without anything put into it is an ordinary matter */
    gck_append(text, size, "gradcheck %s",
               result->proof && (result->faults > 0 || result->verdict != GCK_FAIL) ? "prove " : "");
    gck_append_quoted(text, size, gck_subject(result));
    if (result->again[0] != '\0')
        gck_append(text, size, " %s", result->again);
    return text;
}

char *gck_index_text(const char *port, unsigned axes, const struct gck_element *element, char *text,
                     size_t size)
{
    text[0] = '\0';
    gck_append(text, size, "%s", port);
    for (unsigned i = 0; i < axes; i++)
        gck_append(text, size, "%s%zu", i == 0 ? "[" : ",", element->index[i]);
    if (axes > 0)
        gck_append(text, size, "]");
    return text;
}

unsigned gck_port_axes(const struct gck_result *result, const char *port)
{
    const size_t length = strcspn(port, ","); /* of several that are told together, the first */

    for (unsigned i = 0; i < result->ports; i++)
        if (strncmp(result->port[i].port, port, length) == 0 && result->port[i].port[length] == '\0')
            return result->port[i].shape.axes;
    for (unsigned i = 0; i < result->bottoms; i++)
        if (strncmp(result->bottom[i].name, port, length) == 0 && result->bottom[i].name[length] == '\0')
            return result->bottom[i].shape.axes;
    return 0;
}

const char *gck_type_text(enum gck_type type)
{
    return type == GCK_TYPE_FLOAT ? "float" : type == GCK_TYPE_DOUBLE ? "double" : "exact";
}

const char *gck_verdict_text(enum gck_verdict verdict)
{
    static const char *const text[] = { "pass", "fail", "inconclusive", "skipped", "error" };

    return text[verdict];
}
