/* verb_list.c -- gradcheck list: the built-in layers. */
#include "cli/declared.h"
#include "cli/verbs.h"

#include <jansson.h>

#include <string.h>

static json_t *ports(const struct gck_port *port)
{
    json_t *array = json_array();
    char dims[GCK_DIMS_TEXT];

    for (; port != NULL && port->name != NULL; port++) {
        json_t *object = json_object();

        json_object_set_new(object, "port", json_string(port->name));
        if (port->dims[0] != 0) {
            json_object_set_new(object, "dims", json_string(gck_dims_text(port, dims)));
            json_object_set_new(object, "fill", json_string(gck_fill_text(port->fill)));
        }
        if (port->constant)
            json_object_set_new(object, "constant", json_true());
        if (port->optional)
            json_object_set_new(object, "optional", json_true());
        if (port->repeated)
            json_object_set_new(object, "repeated", json_true());
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *params(const struct gck_param *param)
{
    json_t *array = json_array();
    char value[GCK_NAME_SIZE];

    for (; param != NULL && param->name != NULL; param++) {
        json_t *object = json_object();

        json_object_set_new(object, "param", json_string(param->name));
        if (!param->unset)
            json_object_set_new(object, "default",
                                json_string(gck_param_text(param, param->value, value)));
        if (param->help != NULL)
            json_object_set_new(object, "help", json_string(param->help));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *describe(const struct gck_layer *layer)
{
    json_t *object = json_object();

    json_object_set_new(object, "layer", json_string(layer->name));
    if (layer->caffe_type != NULL)
        json_object_set_new(object, "caffe_type", json_string(layer->caffe_type));
    json_object_set_new(object, "formula", json_string(layer->formula));
    json_object_set_new(object, "loss", json_boolean(layer->loss));
    json_object_set_new(object, "bottoms", ports(layer->bottom));
    json_object_set_new(object, "tops", ports(layer->top));
    json_object_set_new(object, "weights", ports(layer->weight));
    json_object_set_new(object, "params", params(layer->param));
    return object;
}

static int list_json(void)
{
    json_t *document = json_object(), *array = json_array();
    const struct gck_layer *layer;

    for (size_t i = 0; (layer = gck_layer_at(i, GCK_TYPE_DOUBLE)) != NULL; i++)
        json_array_append_new(array, describe(layer));
    json_object_set_new(document, "gradcheck", json_integer(1));
    json_object_set_new(document, "version", json_string(GCK_VERSION));
    json_object_set_new(document, "layers", array);
    json_dumpf(document, stdout, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
    putchar('\n');
    json_decref(document);
    return 0;
}

int gck_verb_list(struct gck_cli *cli)
{
    const struct gck_layer *layer;
    size_t widest = 0;

    if (cli->words > 0)
        return gck_complain("list takes no layer; gradcheck explain %s tells about one",
                            cli->word[0]);
    if (cli->json)
        return list_json();
    for (size_t i = 0; (layer = gck_layer_at(i, GCK_TYPE_DOUBLE)) != NULL; i++)
        if (strlen(layer->name) > widest)
            widest = strlen(layer->name);
    for (size_t i = 0; (layer = gck_layer_at(i, GCK_TYPE_DOUBLE)) != NULL; i++)
        printf("%-*s   %s\n", (int)widest, layer->name, layer->formula);
    return 0;
}
