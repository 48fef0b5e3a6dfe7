/* json.c -- the report that a program reads: what does not apply is absent, never null or 0. */
#include "diagnosis/codes.h"
#include "report/map.h"
#include "report/words.h"

#include <jansson.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* JSON has no NaN and no infinity. A whole number is written as one. */
static json_t *number(double value)
{
    if (isnan(value))
        return json_string("nan");
    if (isinf(value))
        return json_string(value > 0 ? "inf" : "-inf");
    if (value == floor(value) && fabs(value) < 1e15 && !(value == 0 && signbit(value)))
        return json_integer((json_int_t)value);
    return json_real(value);
}

static json_t *whole(uint64_t value)
{
    char text[32];

    if (value <= INT64_MAX)
        return json_integer((json_int_t)value);
    snprintf(text, sizeof text, "%llu", (unsigned long long)value);
    return json_string(text);
}

/* Names of files may be no UTF-8. */
static json_t *words(const char *text)
{
    json_t *string = json_string(text);
    char *ascii;

    if (string != NULL || (ascii = strdup(text)) == NULL)
        return string;
    for (char *c = ascii; *c != '\0'; c++)
        if ((unsigned char)*c > 127)
            *c = '?';
    string = json_string(ascii);
    free(ascii);
    return string;
}

static void set(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
}

static void set_words(json_t *object, const char *key, const char *text)
{
    if (text[0] != '\0')
        set(object, key, words(text));
}

static json_t *numbers(const double *value, size_t count)
{
    json_t *array = json_array();

    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, number(value[i]));
    return array;
}

/* ---- exams ---- */

static json_t *answer(enum gck_answer answer, const char *why)
{
    static const char *const text[] = {
        [GCK_NOT_ASKED] = "",
        [GCK_FINE] = "ok",
        [GCK_WRONG] = "fail",
        [GCK_UNSURE] = "inconclusive",
        [GCK_NOT_APPLICABLE] = "skipped",
    };
    json_t *object = json_object();

    set_words(object, "verdict", text[answer]);
    set_words(object, "why", why);
    return object;
}

static json_t *contract(const struct gck_result *result)
{
    json_t *array = json_array();

    for (unsigned i = 0; i < result->clauses; i++) {
        const struct gck_clause *const clause = &result->clause[i];
        json_t *object;

        if (clause->answer == GCK_NOT_ASKED)
            continue;
        object = json_object();
        set_words(object, "clause", clause->name);
        json_object_update_new(object, answer(clause->answer, clause->why));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *loss_weight(const struct gck_result *result)
{
    json_t *object = answer(result->loss_weight.answer, result->loss_weight.why);

    if (result->loss_weight.answer != GCK_NOT_APPLICABLE)
        set(object, "weights", numbers(result->weight, result->weights));
    return object;
}

static json_t *batch(const struct gck_result *result)
{
    json_t *object = answer(result->batch.answer, result->batch.why);

    if (result->batch.answer != GCK_NOT_APPLICABLE)
        set(object, "coupled", json_boolean(result->coupled));
    if (!result->coupled) /* else no sample has a share */
        set_words(object, "factor", result->factor);
    return object;
}

static json_t *element(const struct gck_element *element, unsigned axes)
{
    json_t *object = json_object(), *index = json_array();

    for (unsigned i = 0; i < axes; i++)
        json_array_append_new(index, whole(element->index[i]));
    set(object, "index", index);
    set(object, "x", number(element->x));
    set(object, "analytic", number(element->analytic));
    set(object, "numeric", number(element->numeric));
    set(object, "bound", number(element->bound));
    set(object, "step", number(element->step));
    return object;
}

/* "rows" as the text report draws them; "each": how many rows and columns a letter stands for. */
static json_t *map(const struct gck_map *map)
{
    json_t *object = json_object(), *rows = json_array();

    for (unsigned r = 0; r < map->rows; r++) {
        char row[GCK_MAP_COLUMNS + 1] = "";

        for (unsigned c = 0; c < map->columns; c++)
            row[c] = gck_map_symbol(map->cell[r][c]);
        json_array_append_new(rows, json_string(row));
    }
    set(object, "each", json_pack("[I, I]", (json_int_t)map->tall, (json_int_t)map->wide));
    set(object, "rows", rows);
    return object;
}

static json_t *port(const struct gck_port_result *port)
{
    json_t *object = json_object();

    set_words(object, "port", port->port);
    set(object, "elements", whole(port->elements));
    set(object, "agree", whole(port->agree));
    set(object, "kink", whole(port->kink));
    set(object, "disagree", whole(port->disagree));
    set(object, "inconclusive", whole(port->inconclusive));
    if (port->directions > 0) {
        set(object, "probed", whole(port->probed));
        set(object, "directions", whole(port->directions));
        if (port->sees > 0 && port->probed > 0 && port->disagree == 0)
            set(object, "sees", number(port->sees));
    }
    if (port->agree > 0) {
        set(object, "bound", number(port->bound));
        set(object, "seen", number(port->seen));
    }
    if (port->elements > port->probed)
        set(object, "worst", element(&port->worst, port->shape.axes));
    if (gck_map_tells(port))
        set(object, "map", map(&port->map));
    return object;
}

static json_t *gradient(const struct gck_result *result)
{
    json_t *object = json_object(), *ports = json_array();

    set_words(object, "method", result->method);
    set_words(object, "unit", result->unit);
    if (result->gradient_forwards > 0)
        set(object, "forwards", json_integer((json_int_t)result->gradient_forwards));
    json_object_update_new(object, answer(result->gradient.answer, result->gradient.why));
    for (unsigned i = 0; i < result->ports; i++)
        json_array_append_new(ports, port(&result->port[i]));
    set(object, "ports", ports);
    return object;
}

/* ---- the exact twin ---- */

static json_t *exact(const struct gck_result *result)
{
    json_t *object = json_object(), *ports = json_array();

    json_object_update_new(object, answer(result->exact.answer, result->exact.why));
    set_words(object, "why", result->exact.answer == GCK_NOT_ASKED ? result->no_exact : "");
    if (result->exact_forwards > 0)
        set(object, "forwards", json_integer((json_int_t)result->exact_forwards));
    for (unsigned i = 0; i < result->exacts; i++) {
        const struct gck_exact_port *const exact_port = &result->exact_port[i];
        json_t *entry = json_object();

        set_words(entry, "port", exact_port->port);
        set(entry, "elements", whole(exact_port->elements));
        set(entry, "agree", whole(exact_port->agree));
        set(entry, "disagree", whole(exact_port->disagree));
        if (exact_port->kink > 0)
            set(entry, "kink", whole(exact_port->kink));
        if (exact_port->contradicted > 0)
            set(entry, "contradicted", whole(exact_port->contradicted));
        if (exact_port->unknown > 0)
            set(entry, "unknown", whole(exact_port->unknown));
        set(entry, "sharp", whole(exact_port->sharp));
        set(entry, "ulp", number(exact_port->ulp));
        json_array_append_new(ports, entry);
    }
    if (result->exacts > 0)
        set(object, "ports", ports);
    else
        json_decref(ports);
    return object;
}

/* ---- findings ---- */

static json_t *evidence(const struct gck_result *result, const struct gck_finding *finding)
{
    json_t *object = json_object(), *worst;

    if (finding->has_ratio)
        set(object, "ratio", number(finding->ratio));
    set_words(object, "law", finding->law);
    set_words(object, "pattern", finding->what);
    set_words(object, "measured", finding->measured);
    set_words(object, "excluded", finding->excluded);
    if (finding->worsts == 0)
        return object;
    worst = json_array();
    for (unsigned i = 0; i < finding->worsts && i < GCK_WORST; i++)
        json_array_append_new(worst,
                              element(&finding->worst[i], gck_port_axes(result, finding->port)));
    set(object, "worst", worst);
    return object;
}

static json_t *code_word(unsigned code)
{
    char name[16];

    snprintf(name, sizeof name, "GC%u", code);
    return json_string(name);
}

static json_t *faults(const struct gck_result *result)
{
    static const char *const fate[] = { [GCK_CAUGHT] = "found", [GCK_MISSED] = "missed",
                                        [GCK_HIDDEN] = "cannot show", [GCK_VOID] = "skipped" };
    static const struct { unsigned bit; const char *name; } exam[] = {
        { GCK_BY_CONTRACT, "contract" }, { GCK_BY_LOSS_WEIGHT, "loss_weight" }, { GCK_BY_BATCH, "batch" },
        { GCK_BY_GRADIENT, "gradient" }, { GCK_BY_EXACT, "exact" },
    };
    json_t *array = json_array();

    for (unsigned i = 0; i < result->faults; i++) {
        const struct gck_injected *const injected = &result->fault[i];
        json_t *object = json_object(), *by = json_array(), *codes = json_array();

        set_words(object, "fault", injected->name);
        set_words(object, "title", injected->title);
        set_words(object, "verdict", fate[injected->fate]);
        for (size_t k = 0; k < sizeof exam / sizeof exam[0]; k++)
            if (injected->exams & exam[k].bit)
                json_array_append_new(by, json_string(exam[k].name));
        for (unsigned k = 0; k < injected->codes; k++)
            json_array_append_new(codes, code_word(injected->code[k]));
        set(object, "own_code", code_word(injected->planned));
        if (injected->fate == GCK_CAUGHT) {
            set(object, "exams", by);
            set(object, "codes", codes);
            set(object, "named", json_boolean(injected->named));
        } else {
            json_decref(by);
            json_decref(codes);
        }
        if (injected->why_code != 0)
            set(object, "why_code", code_word(injected->why_code));
        set_words(object, "why", injected->why);
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *findings(const struct gck_result *result)
{
    json_t *array = json_array();

    for (unsigned i = 0; i < result->findings; i++) {
        const struct gck_finding *const finding = &result->finding[i];
        const struct gck_code *const code = gck_code_find(finding->code);
        json_t *object = json_object();
        char name[16];

        snprintf(name, sizeof name, "GC%u", finding->code);
        set_words(object, "code", name);
        set_words(object, "title", code != NULL ? code->title : "");
        set_words(object, "port", finding->port);
        set_words(object, "severity", gck_severity_text(finding->severity));
        if (finding->doubtful)
            set(object, "doubtful", json_true());
        set(object, "evidence", evidence(result, finding));
        set_words(object, "try",
                  finding->hint[0] != '\0' ? finding->hint
                  : code != NULL           ? code->advice
                                           : "");
        json_array_append_new(array, object);
    }
    return array;
}

/* ---- the document ---- */

static json_t *one_result(const struct gck_result *result)
{
    json_t *object = json_object();
    char again[4096];

    set_words(object, "layer", result->layer);
    set_words(object, "source", result->source);
    set_words(object, "dtype", gck_type_text(result->type));
    set_words(object, "verdict", gck_verdict_text(result->verdict));
    set_words(object, "why", result->why);
    set(object, "forwards", whole(result->forwards));
    set(object, "seconds", number(result->seconds));
    if (result->contract.answer != GCK_NOT_ASKED)
        set(object, "contract", contract(result));
    if (result->loss_weight.answer != GCK_NOT_ASKED)
        set(object, "loss_weight", loss_weight(result));
    if (result->batch.answer != GCK_NOT_ASKED)
        set(object, "batch", batch(result));
    if (result->gradient.answer != GCK_NOT_ASKED)
        set(object, "gradient", gradient(result));
    if (result->exact.answer != GCK_NOT_ASKED || result->no_exact[0] != '\0')
        set(object, "exact", exact(result));
    set(object, "findings", findings(result));
    if (result->proof)
        set(object, "faults", faults(result));
    set_words(object, "again", gck_again_text(result, again, sizeof again));
    return object;
}

bool gck_report_json(FILE *file, const struct gck_result *result, size_t results, uint64_t seed,
                     double seconds)
{
    json_t *document = json_object(), *array = json_array();
    bool written;

    set(document, "gradcheck", json_integer(1));
    set(document, "version", json_string(GCK_VERSION));
    set(document, "seed", whole(seed));
    set(document, "exit", json_integer(gck_exit_code(result, results)));
    set(document, "seconds", number(seconds));
    for (size_t i = 0; i < results; i++)
        json_array_append_new(array, one_result(&result[i]));
    set(document, "results", array);
    written = json_dumpf(document, file, JSON_INDENT(1) | JSON_PRESERVE_ORDER) == 0
              && putc('\n', file) != EOF && fflush(file) == 0;
    json_decref(document);
    return written;
}
