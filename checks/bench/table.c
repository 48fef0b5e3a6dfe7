/* table.c -- what examinations cost, as a table and as JSON, and the bars that they are held to.
 *
 *     table TOOL JSON [--torch FILE] [quick]    TOOL: build/gradcheck; JSON: is written; FILE: torch_gradcheck.py's
 *
 * What is compared was measured in the same run. exam: all exams; of them rounding: how far diffs may be off, and the
 * noise, gradient: the differences, exact: the exact twin's. layer: the same calls of the layer, the twin's apart, made
 * bare; ratio: the exams over that; diff: the gradient exam over its calls. whole: one Forward of the batch. blobs: the
 * peak over the data and diffs of all blobs. A bar that is missed is told and fails nothing, since the machine may be
 * busy; an element that is called wrong and is not does. */
#include "measure.h"
#include "process.h"
#include "torch.h"

#include "numeric/statistics.h"

/* The large ones; quick leaves the last out. */
enum { SMALL_SOFTMAX,
       SMALL_SIGMOID,
       SMALL_EUCLIDEAN,
       SMALL_HINGE,
       SOFTMAX,
       SIGMOID,
       EUCLIDEAN,
       HINGE,
       FLOAT_SOFTMAX,
       DICE,
       WRONG_DICE,
       WRONG_FLOAT_DICE,
       INNER_PRODUCT,
       WIDE_PRODUCT,
       WRONG_SOFTMAX,
       TURNED_SOFTMAX,
       PIXELS,
       WRONG_PIXELS,
       ONE_IMAGE,
       FEW_CHANNELS,
       TEN_SOFTMAX,
       LARGE };
static const struct question large[LARGE] = {
    { "softmax_loss", "1000", "10", "1", "", GCK_TYPE_DOUBLE, .rounds = 5 },
    { "sigmoid_cross_entropy", "1000", "10", "1", "", GCK_TYPE_DOUBLE, .rounds = 5 },
    { "euclidean", "1000", "10", "1", "", GCK_TYPE_DOUBLE, .rounds = 5 },
    { "hinge", "1000", "10", "", "", GCK_TYPE_DOUBLE, .rounds = 5 },
    { "softmax_loss", "100000", "10", "1", "", GCK_TYPE_DOUBLE, .rounds = 2 },
    { "sigmoid_cross_entropy", "100000", "10", "1", "", GCK_TYPE_DOUBLE, .rounds = 2 },
    { "euclidean", "100000", "10", "1", "", GCK_TYPE_DOUBLE, .rounds = 2 },
    { "hinge", "100000", "10", "", "", GCK_TYPE_DOUBLE, .rounds = 2 },
    { "softmax_loss", "100000", "10", "1", "", GCK_TYPE_FLOAT, .twin = true, .rounds = 1 },
    { "dice", "100000", "10", "1", "", GCK_TYPE_DOUBLE, .rounds = 2 },
    { "dice", "100000", "10", "1", "", GCK_TYPE_DOUBLE, .spoiled = true, .rounds = 1 },
    { "dice", "100000", "10", "1", "", GCK_TYPE_FLOAT, .twin = true, .spoiled = true, .rounds = 1 },
    { "inner_product", "100000", "10", "", "", GCK_TYPE_DOUBLE, .rounds = 1 },
    { "inner_product", "10", "1000", "", "1000", GCK_TYPE_DOUBLE, .rounds = 1 },
    { "softmax_loss", "100000", "10", "1", "", GCK_TYPE_DOUBLE, .spoiled = true, .rounds = 1 },
    { "softmax_loss", "100000", "10", "1", "", GCK_TYPE_DOUBLE, .turned = true, .rounds = 1 },
    { "softmax_loss", "2", "21", "24000", "", GCK_TYPE_DOUBLE, .rounds = 2 },
    { "softmax_loss", "2", "21", "24000", "", GCK_TYPE_DOUBLE, .spoiled = true, .rounds = 1 },
    { "softmax_loss", "1", "10", "100000", "", GCK_TYPE_DOUBLE, .rounds = 1 },
    { "euclidean", "2", "3", "160000", "", GCK_TYPE_DOUBLE, .rounds = 1 },
    { "softmax_loss", "1000000", "10", "1", "", GCK_TYPE_DOUBLE, .rounds = 1 },
};

static json_t *document, *cases, *bars, *torch;
static unsigned missed, wrong;

/* All exams but the exact twin's over their calls of the layer; and the gradient exam over its own. */
static double ratio_of(const struct measured *m)
{
    return (m->seconds - m->exact) / (m->bare[OTHER] + m->bare[GRADIENT]);
}

static double gradient_ratio(const struct measured *m)
{
    return m->gradient / m->bare[GRADIENT];
}

static const char *type_name(enum gck_type type)
{
    return type == GCK_TYPE_FLOAT ? "float" : "double";
}

static void add_case(const struct question *question, const struct measured *m)
{
    static const char *const mode[] = { "slow", "fast" }, *const dim[] = { "N", "C", "S", "K" };
    const char *const size[] = { question->n, question->c, question->s, question->k };
    const struct {
        const char *name;
        uint64_t value;
    } count[] = {
        { "elements", m->elements },
        { "disagree", m->disagree },
        { "inconclusive", m->inconclusive },
        { "forwards", m->forwards },
        { "backwards", m->backwards },
        { "gradient_forwards", m->gradient_forwards },
    };
    const struct {
        const char *name;
        double value;
    } number[] = {
        { "cpu_seconds", m->seconds },
        { "rounding_seconds", m->rounding },
        { "gradient_seconds", m->gradient },
        { "exact_seconds", m->exact },
        { "layer_seconds", m->bare[OTHER] + m->bare[GRADIENT] },
        { "forward_seconds", m->whole },
        { "ratio_to_bare", ratio_of(m) },
        { "gradient_ratio_to_bare", gradient_ratio(m) },
        { "gradient_in_forwards", m->gradient / m->whole },
        { "elements_per_second", (double)m->elements / m->seconds },
        { "peak_bytes", m->peak },
        { "blob_bytes", m->blobs },
        { "bottom_bytes", m->bottoms },
    };
    json_t *const one = json_pack("{s:s, s:s, s:b, s:s, s:b, s:b}", "layer", question->layer, "dtype",
                                  type_name(question->type), "twin", question->twin, "method", m->method, "spoiled",
                                  question->spoiled, "turned", question->turned);
    json_t *const shape = json_object();

    for (unsigned d = 0; d < 4; d++)
        if (size[d][0] != '\0')
            json_object_set_new(shape, dim[d], json_integer(atoll(size[d])));
    json_object_set_new(one, "shape", shape);
    for (unsigned i = 0; i < sizeof count / sizeof count[0]; i++)
        json_object_set_new(one, count[i].name, json_integer((json_int_t)count[i].value));
    for (unsigned i = 0; i < sizeof number / sizeof number[0]; i++)
        json_object_set_new(one, number[i].name, json_real(number[i].value));
    if (question->spoiled || question->turned)
        json_object_set_new(one, "located", json_boolean(m->located));
    for (unsigned i = 0; i < 2; i++) {
        json_t *const record = torch_find(torch, question->layer, question->n, question->c, mode[i]);

        if (record != NULL)
            json_object_set(one, i == 0 ? "torch_slow" : "torch_fast", record);
    }
    json_array_append_new(cases, one);
}

static void tell_head(const char *what)
{
    printf("\n%s\n%-22s %-6s %-10s %-10s %9s %9s ", what, "layer", "type", "shape", "method", "elements", "forwards");
    printf("| %9s %9s %9s %9s | %9s %6s %6s | %9s %8s %8s | %8s %6s | %9s %9s\n", "exam ms", "rounding", "gradient", "exact",
           "layer ms", "ratio", "diff", "whole us", "gradient", "exact", "peak MB", "blobs", "torch ms", "fast");
}

static void tell(const struct question *question, const struct measured *m)
{
    const double slow = torch_seconds(torch, question->layer, question->n, question->c, "slow"),
                 fast = torch_seconds(torch, question->layer, question->n, question->c, "fast");
    char shape[48], blobs[16] = "";

    if (m->blobs >= 1e7) /* below that it is the program's own */
        snprintf(blobs, sizeof blobs, "%.2f", m->peak / m->blobs);
    snprintf(shape, sizeof shape, "%s%s%s%s%s%s", question->n, question->n[0] != '\0' ? "x" : "usual", question->c,
             atoi(question->s) > 100 ? "x" : "", atoi(question->s) > 100 ? question->s : "", question->spoiled ? "*" : question->turned ? "**" : "");
    printf("%-22s %-6s %-10s ", question->layer, question->twin ? "f/twin" : type_name(question->type), shape);
    if (m->why[0] != '\0') {
        printf("not measured: %s\n", m->why);
        return;
    }
    printf("%-10s %9zu %9llu | %9.2f %9.2f %9.2f %9.2f ", m->method, m->elements, (unsigned long long)m->forwards,
           1e3 * m->seconds, 1e3 * m->rounding, 1e3 * m->gradient, 1e3 * m->exact);
    printf("| %9.2f %6.2f %6.2f | %9.2f %7.1fF %7.1fF | %8.1f %6s |", 1e3 * (m->bare[OTHER] + m->bare[GRADIENT]),
           ratio_of(m), gradient_ratio(m), 1e6 * m->whole, m->gradient / m->whole, m->exact / m->whole, m->peak / 1e6,
           blobs);
    if (slow > 0)
        printf(" %9.1f", 1e3 * slow);
    if (fast > 0)
        printf("%s %9.1f", slow > 0 ? "" : "         -", 1e3 * fast);
    printf("\n");
    fflush(stdout);
}

/* Measures, tells and keeps it. A disagreeing element where none was spoiled is a false alarm. */
static void ask(const struct question *question, struct measured *measured)
{
    measure(question, measured);
    tell(question, measured);
    if (measured->why[0] != '\0')
        return;
    add_case(question, measured);
    if (measured->disagree > 0 && !question->spoiled && !question->turned) {
        printf("FALSE ALARM: %zu elements of %s are called wrong\n", measured->disagree, question->layer);
        wrong++;
    }
}

/* figure: NaN, or 0 for what has to be small, where it could not be measured. */
static void hold(const char *what, double figure, double limit, bool at_least)
{
    const bool met = at_least ? figure >= limit : figure > 0 && figure <= limit;
    const char *const is = at_least ? "at least" : "at most";
    json_t *const bar = json_pack("{s:s, s:s, s:f, s:b}", "bar", what, "is", is, "limit", limit, "met", met);

    missed += !met;
    printf("%-7s %-88s %9.4g, %s %g\n", met ? "met" : "MISSED", what, figure, is, limit);
    json_object_set_new(bar, "figure", json_real(figure)); /* absent where it is none */
    json_array_append_new(bars, bar);
}

/* ---- every layer ---- */

/* Sizes that make about a thousand elements: 10 x 100, or 10 x 20 x 5. */
static struct question thousand(const struct gck_layer *layer)
{
    struct question question = { layer->name, "", "", "", "", GCK_TYPE_DOUBLE, .rounds = 5 };
    const struct gck_port *const list[] = { layer->bottom, layer->weight };
    unsigned used = 0;

    for (unsigned l = 0; l < 2; l++)
        for (const struct gck_port *p = list[l]; p != NULL && p->name != NULL; p++)
            for (unsigned a = 0; a < GCK_MAX_AXES; a++)
                used |= p->dims[a];
    question.n = "10";
    question.c = used & GCK_C ? used & GCK_S ? "20" : "100" : "";
    question.s = used & GCK_S ? "5" : "";
    question.k = used & GCK_K ? "10" : "";
    return question;
}

/* The gradient exam over its calls of the layer: the worst layer, and the one in the middle. */
static struct {
    double worst, middle;
    const char *name;
} overhead;

static void every_layer(void)
{
    const struct gck_layer *layer;
    struct measured measured;
    double ratio[64];
    size_t ratios = 0;

    tell_head("every layer at the usual shape");
    for (size_t l = 0; (layer = gck_layer_at(l, GCK_TYPE_DOUBLE)) != NULL; l++)
        ask(&(struct question){ layer->name, "", "", "", "", GCK_TYPE_DOUBLE, .rounds = 5 }, &measured);
    tell_head("every layer at about a thousand elements");
    for (size_t l = 0; (layer = gck_layer_at(l, GCK_TYPE_DOUBLE)) != NULL && ratios < 64; l++) {
        const struct question question = thousand(layer);

        ask(&question, &measured);
        if (measured.why[0] != '\0')
            continue;
        ratio[ratios] = gradient_ratio(&measured);
        if (ratio[ratios] > overhead.worst) {
            overhead.worst = ratio[ratios];
            overhead.name = layer->name;
        }
        ratios++;
    }
    overhead.middle = gck_median(ratio, ratios);
}

/* ---- whole processes ---- */

static void add_process(const char *arguments, const struct spent *spent)
{
    if (!spent->ran)
        printf("gradcheck %-88s did not end well\n", arguments);
    else
        printf("gradcheck %-88s %9.1f ms CPU %9.1f ms on the wall\n", arguments, 1e3 * spent->cpu, 1e3 * spent->wall);
    json_array_append_new(json_object_get(document, "processes"),
                          json_pack("{s:s, s:f, s:f, s:b}", "arguments", arguments, "cpu_seconds", spent->cpu,
                                    "wall_seconds", spent->wall, "passed", spent->ran));
}

/* A large check, sliced, and an exhaustive one: the time on the wall of two jobs over that of one. */
static struct {
    const char *one, *two;
    double ratio;
} jobs[] = {
    { "softmax_loss --num 100000 --dim C=10 --dim S=1 --dtype double --timeout 0 --jobs 1",
      "softmax_loss --num 100000 --dim C=10 --dim S=1 --dtype double --timeout 0 --jobs 2", 0 },
    { "softmax_loss --num 10 --dim C=1000 --dim S=1 --dtype double --timeout 0 --jobs 1",
      "softmax_loss --num 10 --dim C=1000 --dim S=1 --dtype double --timeout 0 --jobs 2", 0 },
};

static void processes(const char *tool)
{
    static const char *const alone[] = {
        "euclidean", "--all",
        "softmax_loss --bottom score=checks/data/digits_score.npy --bottom label=checks/data/digits_label.npy"
    };
    struct spent spent, other;

    printf("\nwhole processes, the quickest of their runs\n");
    for (unsigned i = 0; i < sizeof alone / sizeof alone[0]; i++) {
        run_in_turn(tool, 10, alone[i], &spent, NULL, NULL);
        add_process(alone[i], &spent);
    }
    for (unsigned i = 0; i < 2; i++) {
        run_in_turn(tool, 3, jobs[i].one, &spent, jobs[i].two, &other);
        add_process(jobs[i].one, &spent);
        add_process(jobs[i].two, &other);
        jobs[i].ratio = spent.ran && other.ran ? other.wall / spent.wall : 0;
    }
}

/* ---- the bars ---- */


static void hold_bars(const struct measured m[LARGE])
{
    char what[96];
    const double slow = torch_seconds(torch, "softmax_loss", "1000", "10", "slow");
    double blobs = 0;

    printf("\nthe bars\n");
    hold("softmax_loss 100000x10: gradient exam, in Forwards of the batch", m[SOFTMAX].gradient / m[SOFTMAX].whole, 60,
         false);
    hold("sigmoid_cross_entropy 100000x10: likewise", m[SIGMOID].gradient / m[SIGMOID].whole, 60, false);
    hold("euclidean 100000x10, both bottoms: likewise", m[EUCLIDEAN].gradient / m[EUCLIDEAN].whole, 200, false);
    hold("hinge 100000x10: likewise", m[HINGE].gradient / m[HINGE].whole, 200, false);
    hold("softmax_loss 100000x10: CPU seconds of the gradient exam", m[SOFTMAX].gradient, 1, false);
    hold("softmax_loss 100000x10: CPU seconds of the exact exam", m[SOFTMAX].exact, 0.2, false);
    if (m[TEN_SOFTMAX].seconds > 0)
        hold("softmax_loss 1000000x10: its gradient exam over that of 100000x10",
             m[TEN_SOFTMAX].gradient / m[SOFTMAX].gradient, 10, false);
    for (unsigned i = SOFTMAX; i < LARGE; i++)
        if (m[i].seconds > 0)
            blobs = fmax(blobs, m[i].peak / m[i].blobs);
    hold("a million elements and more: the most memory, over data and diffs of all blobs", blobs, 4, false);
    hold("softmax_loss 100000x10, an element off by a factor of 2: it alone is found (1: yes)",
         m[WRONG_SOFTMAX].located, 1, true);
    hold("softmax_loss 100000x10, every sign wrong: all are found (1: yes)", m[TURNED_SOFTMAX].located, 1, true);
    hold("softmax_loss 100000x10, every sign wrong: gradient exam, in Forwards of the batch",
         m[TURNED_SOFTMAX].gradient / m[TURNED_SOFTMAX].whole, 120, false);
    if (slow > 0) {
        hold("softmax_loss 1000x10: torch's slow gradcheck over our gradient exam", slow / m[SMALL_SOFTMAX].gradient, 500,
             true);
        hold("softmax_loss 1000x10: torch's slow gradcheck over all our exams", slow / m[SMALL_SOFTMAX].seconds, 500,
             true);
    }
    hold("dice 100000x10, clean: Forwards of the gradient exam", (double)m[DICE].gradient_forwards, 130, false);
    hold("dice 100000x10, an element off by a factor of 2: Forwards of the gradient exam",
         (double)m[WRONG_DICE].gradient_forwards, 250, false);
    hold("dice 100000x10 in float, likewise", (double)m[WRONG_FLOAT_DICE].gradient_forwards, 250, false);
    hold("dice 100000x10, an element off by a factor of 2: it alone is found (1: yes)", m[WRONG_DICE].located, 1, true);
    hold("about a thousand elements: gradient exam over its calls of the layer, the middle one", overhead.middle, 1.2,
         false);
    snprintf(what, sizeof what, "likewise, the worst: %s", overhead.name != NULL ? overhead.name : "none");
    hold(what, overhead.worst, 1.2, false);
    hold("softmax_loss 100000x10, by slices: likewise", gradient_ratio(&m[SOFTMAX]), 1.2, false);
    hold("sigmoid_cross_entropy 100000x10, by slices: likewise", gradient_ratio(&m[SIGMOID]), 1.2, false);
    hold("softmax_loss 2x21x24000: gradient exam, in Forwards of the batch", m[PIXELS].gradient / m[PIXELS].whole, 100, false);
    hold("softmax_loss 2x21x24000, by positions: gradient exam over its calls of the layer", gradient_ratio(&m[PIXELS]), 1.2,
         false);
    hold("softmax_loss 2x21x24000, an element off by a factor of 2: it alone is found (1: yes)", m[WRONG_PIXELS].located, 1,
         true);
    hold("softmax_loss 100000x10: all exams over their calls of the layer", ratio_of(&m[SOFTMAX]), 1.2, false);
    hold("softmax_loss 100000x10, by slices: --jobs 2 over --jobs 1, on the wall", jobs[0].ratio, 0.6, false);
    hold("softmax_loss 10x1000, exhaustively: likewise", jobs[1].ratio, 0.6, false);
}

int main(int argc, char **argv)
{
    static struct measured measured[LARGE];
    const char *const tool = argv[1], *const path = argc > 2 ? argv[2] : NULL;
    const bool quick = argc > 3 && strcmp(argv[argc - 1], "quick") == 0;

    if (path == NULL) {
        fprintf(stderr, "table TOOL JSON [--torch FILE] [quick]\n");
        return 2;
    }
    if (argc > 4 && strcmp(argv[3], "--torch") == 0)
        torch = torch_open(argv[4]);
    cases = json_array();
    bars = json_array();
    document = json_pack("{s:i, s:s, s:o, s:o, s:o}", "gradcheck_bench", 1, "version", GCK_VERSION, "cases", cases,
                         "processes", json_array(), "bars", bars);
    setvbuf(stdout, NULL, _IOLBF, 0);
    gck_vector_single_thread();
    printf("CPU time; F: in Forwards of the whole batch; *: one element of Backward is twice what it should be; **: all have the "
           "wrong sign; torch: %s\n",
           torch != NULL ? json_string_value(json_object_get(torch, "torch")) : "not here");
    every_layer();
    tell_head("many elements");
    for (unsigned i = 0; i < (quick ? TEN_SOFTMAX : LARGE); i++)
        ask(&large[i], &measured[i]);
    processes(tool);
    hold_bars(measured);
    printf("%u bars missed\n", missed);
    if (json_dump_file(document, path, JSON_INDENT(1) | JSON_REAL_PRECISION(6)) != 0) {
        fprintf(stderr, "table: %s cannot be written\n", path);
        wrong++;
    }
    json_decref(document);
    json_decref(torch);
    return wrong > 0;
}
