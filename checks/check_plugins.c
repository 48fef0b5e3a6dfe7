/* check_plugins.c -- layers from outside: loaded when they fit, refused when not, compiled once. */
#include "check.h"

#include "core/signals.h"
#include "layer/load.h"

#include <dirent.h>
#include <fcntl.h>
#include <fenv.h>
#include <float.h>
#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __x86_64__
#include <xmmintrin.h>
#endif

static char folder[256] = "/tmp/check_plugins-XXXXXX", start[1024];
static struct gck_plugin plugin;
static char message[GCK_MESSAGE_SIZE];

static const char *in_folder(const char *name)
{
    static char path[4][512];
    static unsigned turn;

    turn = (turn + 1) % 4;
    snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

/* Every test has its own caches, and nothing of the user's environment. */
static int setup(void **state)
{
    (void)state;
    unsetenv("CC");
    unsetenv("CFLAGS");
    unsetenv("CXX");
    unsetenv("CXXFLAGS");
    unsetenv("GRADCHECK_INCLUDE");
    if (getcwd(start, sizeof start) == NULL || !check_folder(folder, sizeof folder))
        return -1;
    setenv("XDG_CACHE_HOME", in_folder("cache"), 1);
    setenv("HOME", in_folder("home"), 1);
    setenv("TMPDIR", folder, 1);
    return 0;
}

static int teardown(void **state)
{
    char command[300];

    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

/* build/plugins/NAME.so */
static const char *fixture(const char *name)
{
    static char path[2][1200];
    static unsigned turn;
    const char *const build = getenv("GCK_BUILD");

    turn = (turn + 1) % 2;
    snprintf(path[turn], sizeof path[turn], "%s/plugins/%s.so", build != NULL ? build : "build",
             name);
    return path[turn];
}

static void assert_loaded(const char *path)
{
    message[0] = '\0';
    if (gck_plugin_load(&plugin, path, message) != GCK_OK)
        fail_msg("%s", message);
}

static void assert_refused(const char *path, enum gck_status status, const char *words)
{
    message[0] = '\0';
    assert_int_equal(gck_plugin_load(&plugin, path, message), status);
    assert_int_equal(plugin.layers, 0);
    assert_says(message, words);
}

/* Refused with the file, and these words. */
static void assert_fixture_refused(const char *name, const char *words)
{
    assert_refused(fixture(name), GCK_ELOAD, words);
    assert_says(message, fixture(name));
}

/* ---- loading ---- */

static void a_plug_in_brings_its_layer_in_both_types(void **state)
{
    (void)state;
    assert_loaded(fixture("well"));
    assert_int_equal(plugin.layers, 1);
    assert_string_equal(plugin.double_layer[0]->name, "well");
    assert_int_equal(plugin.double_layer[0]->real_size, sizeof(double));
    assert_int_equal(plugin.float_layer[0]->real_size, sizeof(float));
    assert_string_equal(plugin.note, "");
}

static void one_type_is_enough(void **state)
{
    (void)state;
    assert_loaded(fixture("float_only"));
    assert_int_equal(plugin.layers, 1);
    assert_null(plugin.double_layer[0]);
    assert_string_equal(plugin.float_layer[0]->name, "float_only");
    assert_loaded(fixture("double_only"));
    assert_null(plugin.float_layer[0]);
    assert_string_equal(plugin.double_layer[0]->name, "double_only");
}

static void several_layers_are_paired_by_name(void **state)
{
    (void)state;
    assert_loaded(fixture("several"));
    assert_int_equal(plugin.layers, 3);
    assert_string_equal(plugin.double_layer[0]->name, "both");
    assert_string_equal(plugin.float_layer[0]->name, "both");
    assert_string_equal(plugin.double_layer[1]->name, "only_double");
    assert_null(plugin.float_layer[1]);
    assert_null(plugin.double_layer[2]);
    assert_string_equal(plugin.float_layer[2]->name, "only_float");
}

static void one_of_several_is_chosen_by_name_or_by_caffes_name(void **state)
{
    static const char *const wanted[] = { "only_double", "OnlyDouble", "onlydouble" };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        char path[1300];

        snprintf(path, sizeof path, "%s:%s", fixture("several"), wanted[i]);
        assert_loaded(path);
        assert_int_equal(plugin.layers, 1);
        assert_string_equal(plugin.double_layer[0]->name, "only_double");
        assert_null(plugin.float_layer[0]);
    }
}

static void a_layer_that_it_does_not_have_is_told_with_those_it_has(void **state)
{
    char path[1300];

    (void)state;
    snprintf(path, sizeof path, "%s:only_duoble", fixture("several"));
    assert_refused(path, GCK_ENAME, "has no layer \"only_duoble\"; did you mean only_double?");
    snprintf(path, sizeof path, "%s:zzzzzzzz", fixture("several"));
    assert_refused(path, GCK_ENAME, "; there are both, only_double, only_float");
}

static void a_name_without_a_slash_is_the_file_here(void **state)
{
    char whole[PATH_MAX];

    (void)state;
    assert_non_null(realpath(fixture("well"), whole));
    assert_int_equal(chdir(folder), 0);
    assert_int_equal(symlink(whole, "libm.so.6"),
                     0); /* the loader would find another of that name */
    assert_loaded("libm.so.6");
    assert_string_equal(plugin.double_layer[0]->name, "well");
    assert_refused("libc.so.6", GCK_EFILE, "libc.so.6 cannot be read: No such file");
    assert_true(strncmp(message, "libc", 4) == 0);
    assert_int_equal(chdir(start), 0);
}

static void a_path_with_a_colon_is_a_path_first(void **state)
{
    char whole[PATH_MAX];

    (void)state;
    assert_non_null(realpath(fixture("well"), whole));
    assert_int_equal(symlink(whole, in_folder("a:b.so")), 0);
    assert_loaded(in_folder("a:b.so"));
}

static void what_cannot_be_read_is_told_with_the_reason(void **state)
{
    (void)state;
    assert_refused("/nowhere/x.so", GCK_EFILE, "/nowhere/x.so cannot be read: No such file");
    assert_refused(folder, GCK_EFILE, "is a folder, not a file");
    assert_refused("/dev/null", GCK_EFILE, "is a device or pipe");
}

static void write_file(const char *path, const void *bytes, size_t count)
{
    FILE *const file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
}

static void what_is_no_shared_library_is_told_by_its_bytes(void **state)
{
    const char *const path = in_folder("text.so");

    (void)state;
    write_file(path, "", 0);
    assert_refused(path, GCK_ELOAD, "it is empty");
    write_file(path, "#include", 8);
    assert_refused(path, GCK_ELOAD, "begins with the byte 0x23, a library with 0x7f and \"ELF\"");
    assert_refused("/proc/self/exe", GCK_ELOAD, "/proc/self/exe ");
}

/* The loader itself would die of some of these. */
static void a_library_cut_anywhere_is_refused(void **state)
{
    FILE *const whole = fopen(fixture("well"), "rb");
    static unsigned char bytes[1 << 20];
    size_t count;

    (void)state;
    assert_non_null(whole);
    count = fread(bytes, 1, sizeof bytes, whole);
    fclose(whole);
    assert_true(count > 1000 && count < sizeof bytes);
    for (size_t cut = 0; cut < count; cut += cut < 256 ? 1 : 499) {
        write_file(in_folder("cut.so"), bytes, cut);
        assert_refused(in_folder("cut.so"), GCK_ELOAD, "cut.so ");
    }
}

static void a_library_that_is_no_layer_is_refused(void **state)
{
    (void)state;
    assert_fixture_refused("no_layer", "exports neither gck_layers_double nor gck_layers_float");
    assert_fixture_refused("empty", "holds no layer: its list is empty");
    assert_fixture_refused("twice", "holds twice twice in gck_layers_double: as entry 0 and 1");
}

static void a_descriptor_of_another_build_is_refused(void **state)
{
    char words[128];

    (void)state;
    snprintf(words, sizeof words, "has plug-in ABI %d, this program %d", GCK_ABI + 1, GCK_ABI);
    assert_fixture_refused("wrong_abi", words);
    snprintf(words, sizeof words, "descriptors of %zu bytes, this program of %zu",
             sizeof(struct gck_layer) + 8, sizeof(struct gck_layer));
    assert_fixture_refused("wrong_size", words);
    assert_fixture_refused("wrong_type",
                           "a layer of type 1 (float) in gck_layers_double, wanted type 2");
    assert_fixture_refused("wrong_real_size", "a real of 16 bytes in gck_layers_double, wanted 8");
}

static void a_descriptor_that_lacks_something_is_refused(void **state)
{
    static const struct {
        const char *name, *words;
    } cases[] = {
        { "no_name", "a layer has no name" },
        { "odd_name", "the name of a layer, \"my\", has the byte 0x20 at position 2" },
        { "long_name", "longer than 63 letters: \"a234567890b234567890...\"" },
        { "no_formula", "misbehaved has no formula" },
        { "no_forward", "misbehaved has no forward" },
        { "no_bottoms", "misbehaved has no list of bottoms" },
        { "no_top", "no_top has 0 tops, wanted at least 1" },
        { "endless_ports", "endless_ports has more than 16 bottoms, or their list does not end" },
        { "endless_params", "endless_params has more than 16 parameters, or their list" },
        { "many_buffers", "many_buffers wants 17 buffers, at most 16" },
        { "unlike_twins", "unlike_twins has 1 buffers in double and 2 in float" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_fixture_refused(cases[i].name, cases[i].words);
}

static bool small_numbers_vanish(void)
{
    const volatile double smallest = DBL_MIN;
    const volatile double half = smallest / 2;

    return half == 0;
}

static void loading_leaves_the_processors_mode_as_it_was(void **state)
{
    (void)state;
    assert_loaded(fixture("rounds_up"));
    assert_int_equal(fegetround(), FE_TONEAREST);
    assert_says(plugin.note, "rounds_up.so changed how numbers are rounded");
#ifdef __x86_64__
    const unsigned mode = _mm_getcsr();
    bool vanish;

    _mm_setcsr(mode | 0x8040);
    vanish = small_numbers_vanish();
    _mm_setcsr(mode);
    if (!vanish)
        return; /* an emulated processor */
    assert_loaded(fixture("fast_math"));
    assert_false(small_numbers_vanish());
    assert_int_equal(_mm_getcsr() & 0x8040, mode & 0x8040);
    assert_says(plugin.note,
                "fast_math.so was built with -ffast-math: loading it made small numbers "
                "vanish");
#endif
}

/* ---- compiling ---- */

static const char *source_of(const char *name)
{
    static char path[1200];

    snprintf(path, sizeof path, "%s/checks/plugins/%s.c", start, name);
    return path;
}

/* gck_compile, and what was written to stderr meanwhile. */
static enum gck_status compile(const char *source, const struct gck_compile_options *options,
                               char *so, char *words, size_t size)
{
    static const struct gck_compile_options usual;
    const int kept = dup(STDERR_FILENO),
              file = open(in_folder("stderr"), O_RDWR | O_CREAT | O_TRUNC, 0600);
    enum gck_status status;
    ssize_t count;

    message[0] = '\0';
    fflush(stderr);
    dup2(file, STDERR_FILENO);
    status = gck_compile(source, options != NULL ? options : &usual, so, 4096, message);
    fflush(stderr);
    dup2(kept, STDERR_FILENO);
    count = pread(file, words, size - 1, 0);
    words[count > 0 ? count : 0] = '\0';
    close(kept);
    close(file);
    return status;
}

static void assert_compiled(const char *source, const struct gck_compile_options *options, char *so)
{
    char words[4096];

    if (compile(source, options, so, words, sizeof words) != GCK_OK)
        fail_msg("%s\n%s", message, words);
    assert_string_equal(words, "");
}

static unsigned count_of(const char *text, const char *word)
{
    unsigned count = 0;

    for (const char *at = text; (at = strstr(at, word)) != NULL; at++)
        count++;
    return count;
}

/* Files in the cache; nothing but libraries may be left there. */
static unsigned libraries(void)
{
    DIR *const cache = opendir(in_folder("cache/gradcheck"));
    unsigned count = 0;

    for (struct dirent *entry; cache != NULL && (entry = readdir(cache)) != NULL;)
        if (entry->d_name[0] != '.') {
            assert_says(entry->d_name, ".so");
            count++;
        }
    if (cache != NULL)
        closedir(cache);
    return count;
}

static void a_source_is_compiled_for_both_types_and_loads(void **state)
{
    char so[4096];

    (void)state;
    assert_compiled(source_of("well"), NULL, so);
    assert_says(so, in_folder("cache/gradcheck/well-"));
    assert_loaded(so);
    assert_non_null(plugin.double_layer[0]);
    assert_non_null(plugin.float_layer[0]);
}

static void write_source(const char *path, const char *before, const char *after)
{
    char text[4096];

    snprintf(text, sizeof text,
             "%s\n#define NAME \"mine\"\n#include \"%s/checks/plugins/base.h\"\n%s\n", before,
             start, after);
    write_file(path, text, strlen(text));
}

/* A layer with a function that holds this line. */
static void write_line(const char *path, const char *line)
{
    char text[256];

    snprintf(text, sizeof text, "static real line(real x, const void *p) { (void)p; %s return x; }\n"
                                "real GCK_TYPED(use)(real x) { return line(x, &x); }", line);
    write_source(path, "#define _GNU_SOURCE", text);
}

static void a_source_gets_its_exact_twin(void **state)
{
    char so[4096];

    (void)state;
    if (gck_layer_at(0, GCK_TYPE_EXACT) == NULL)
        skip();
    for (unsigned round = 0; round < 2; round++) { /* compiled, and from the cache */
        assert_compiled(source_of("well"), NULL, so);
        assert_loaded(so);
        assert_string_equal(plugin.no_twin, "");
        assert_non_null(plugin.exact_layer[0]);
        assert_string_equal(plugin.exact_layer[0]->name, plugin.double_layer[0]->name);
    }
}

static void a_source_that_cxx_does_not_take_has_no_twin_and_the_reason(void **state)
{
    const struct gck_compile_options none = { .cxx = "nocxx-at-all -m64" };
    static const struct {
        const char *line, *reason;
    } broken[] = {
        { "x = j0((double)x) + j1(x);", "j1: it has no derivative here: add it to gradcheck/exact_math.h" },
        { "x = sqrtf(x);", "sqrtf: write sqrt, which serves every type of real" },
        { "int a[2] = { [1] = 1, [0] = 2 }; x += a[0];", "odd.c:" },
        { "const real *q = p; x += *q;", "void" },
        { "double d = x; x += d;", "double" },
    };
    char so[4096];

    (void)state;
    if (gck_layer_at(0, GCK_TYPE_EXACT) == NULL)
        skip();
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        write_line(in_folder("odd.c"), broken[i].line);
        for (unsigned round = 0; round < 2; round++) {
            assert_compiled(in_folder("odd.c"), NULL, so);
            assert_loaded(so);
            assert_null(plugin.exact_layer[0]);
            assert_non_null(plugin.double_layer[0]);
            assert_says(plugin.no_twin, "odd.c:");
            assert_says(plugin.no_twin, broken[i].reason);
            assert_null(strchr(plugin.no_twin, '\n'));
        }
    }
    write_line(in_folder("odd.c"), "");
    assert_compiled(in_folder("odd.c"), &none, so);
    assert_loaded(so);
    assert_null(plugin.exact_layer[0]);
    assert_string_equal(plugin.no_twin, "there is no C++ compiler \"nocxx-at-all\"");
    assert_compiled(in_folder("odd.c"), NULL, so); /* and with one it is another library */
    assert_loaded(so);
    assert_non_null(plugin.exact_layer[0]);
}

static void a_library_without_the_third_array_has_no_twin(void **state)
{
    (void)state;
    assert_loaded(fixture("well"));
    assert_null(plugin.exact_layer[0]);
    assert_says(plugin.no_twin, "well.so exports no gck_layers_exact");
}

static void a_twin_that_does_not_fit_is_left_out(void **state)
{
    (void)state;
    assert_loaded(fixture("exact_size"));
    assert_non_null(plugin.double_layer[0]);
    assert_null(plugin.exact_layer[0]);
    assert_says(plugin.no_twin, "exact_size.so has numbers of 40 bytes in gck_layers_exact, this program has ");
}

static void an_unchanged_source_is_not_compiled_again(void **state)
{
    struct stat before, after;
    char so[4096], again[4096];
    unsigned had;

    (void)state;
    assert_compiled(source_of("well"), NULL, so);
    had = libraries();
    assert_int_equal(stat(so, &before), 0);
    assert_compiled(source_of("well"), NULL, again);
    assert_string_equal(so, again);
    assert_int_equal(stat(so, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
    assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
    assert_int_equal(libraries(), had);
}

static void what_it_depends_on_is_compiled_again(void **state)
{
    const struct gck_compile_options other = { .cflags = "-O1" }, asan = { .asan = true };
    char first[4096], so[4096];

    (void)state;
    write_source(in_folder("mine.c"), "", "");
    assert_compiled(in_folder("mine.c"), NULL, first);
    assert_compiled(in_folder("mine.c"), &other, so);
    assert_string_not_equal(first, so);
    assert_compiled(in_folder("mine.c"), &asan, so);
    assert_string_not_equal(first, so);
    setenv("CFLAGS", "-O2 -g -DUNUSED", 1);
    assert_compiled(in_folder("mine.c"), NULL, so);
    assert_string_not_equal(first, so);
    unsetenv("CFLAGS");
    write_source(in_folder("mine.c"), "#define FORMULA \"another\"", "");
    assert_compiled(in_folder("mine.c"), NULL, so);
    assert_string_not_equal(first, so);
    assert_loaded(so);
    assert_string_equal(plugin.double_layer[0]->formula, "another");
    write_source(in_folder("mine.c"), "", "");
    assert_compiled(in_folder("mine.c"), NULL, so);
    assert_string_equal(first, so);
}

static void a_mistake_is_told_once_in_the_compilers_words(void **state)
{
    char so[4096], words[8192];
    const unsigned had = libraries();

    (void)state;
    write_source(in_folder("bad.c"), "", "int f(void) { return nowhere; }");
    assert_int_equal(compile(in_folder("bad.c"), NULL, so, words, sizeof words), GCK_ELOAD);
    assert_says(message, "cc could not compile ");
    assert_says(message, "bad.c (exit 1)");
    assert_int_equal(count_of(words, "error: "), 1);
    write_source(in_folder("bad.c"), "#include \"nowhere.h\"", "");
    assert_int_equal(compile(in_folder("bad.c"), NULL, so, words, sizeof words), GCK_ELOAD);
    assert_int_equal(count_of(words, "nowhere.h: No such file"), 1);
    assert_int_equal(libraries(), had);
}

static void a_mistake_in_float_alone_is_told_too(void **state)
{
    char so[4096], words[8192];

    (void)state;
    write_source(in_folder("bad.c"), "",
                 "static int unused;\n#ifdef GCK_FLOAT\nint f(void) { return nowhere; }\n#endif");
    assert_int_equal(compile(in_folder("bad.c"), NULL, so, words, sizeof words), GCK_ELOAD);
    assert_says(message, "for float");
    assert_int_equal(count_of(words, "error: "), 1);
}

static void a_warning_is_told_once(void **state)
{
    char so[4096], words[8192];

    (void)state;
    write_source(in_folder("warned.c"), "", "static int unused;");
    assert_int_equal(compile(in_folder("warned.c"), NULL, so, words, sizeof words), GCK_OK);
    assert_int_equal(count_of(words, "warning: "), 1);
    write_source(in_folder("warned.c"), "", "#ifdef GCK_FLOAT\nstatic int unused;\n#endif");
    assert_int_equal(compile(in_folder("warned.c"), NULL, so, words, sizeof words), GCK_OK);
    assert_int_equal(count_of(words, "warning: "), 1);
}

static void a_compiler_may_be_several_words_or_missing(void **state)
{
    const struct gck_compile_options two = { .cc = "env  cc" }, none = { .cc = "nocc-at-all -m64" };
    char so[4096], words[4096];

    (void)state;
    assert_compiled(source_of("well"), &two, so);
    assert_int_equal(compile(source_of("well"), &none, so, words, sizeof words), GCK_ELOAD);
    assert_says(message, "the compiler \"nocc-at-all\" was not found");
    assert_says(message, "CC");
    setenv("CC", "also-no-cc", 1);
    assert_int_equal(compile(source_of("well"), NULL, so, words, sizeof words), GCK_ELOAD);
    assert_says(message, "the compiler \"also-no-cc\" was not found");
    unsetenv("CC");
}

static void a_source_that_cannot_be_read_is_told_with_the_reason(void **state)
{
    char so[4096], words[4096];

    (void)state;
    assert_int_equal(compile("/nowhere/x.c", NULL, so, words, sizeof words), GCK_EFILE);
    assert_says(message, "/nowhere/x.c cannot be read: No such file");
    assert_int_equal(compile(folder, NULL, so, words, sizeof words), GCK_EFILE);
    assert_string_equal(words, "");
}

static void a_source_of_any_name_is_compiled(void **state)
{
    static const char *const names[] = { "-my loss.c", "a:b.c", ".c" };
    char so[4096];

    (void)state;
    assert_int_equal(chdir(folder), 0);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        write_source(names[i], "", "");
        assert_compiled(names[i], NULL, so);
        assert_loaded(so);
    }
    assert_int_equal(chdir(start), 0);
}

static void where_the_cache_cannot_be_written_another_folder_serves(void **state)
{
    char so[4096], own[64];

    (void)state;
    write_file(in_folder("blocked"), "", 0);
    setenv("XDG_CACHE_HOME", in_folder("blocked"), 1);
    assert_compiled(source_of("well"), NULL, so);
    snprintf(own, sizeof own, "gradcheck-%lu/well-", (unsigned long)geteuid());
    assert_says(so, in_folder(own));
    assert_loaded(so);
    unsetenv("XDG_CACHE_HOME");
    assert_compiled(source_of("well"), NULL, so);
    assert_says(so, in_folder("home/.cache/gradcheck/well-"));
    setenv("XDG_CACHE_HOME", in_folder("cache"), 1);
}

static void a_folder_that_others_may_write_to_is_not_used(void **state)
{
    char so[4096];

    (void)state;
    assert_int_equal(mkdir(in_folder("shared"), 0700), 0);
    assert_int_equal(mkdir(in_folder("shared/gradcheck"), 0700), 0);
    assert_int_equal(chmod(in_folder("shared/gradcheck"), 0777), 0);
    setenv("XDG_CACHE_HOME", in_folder("shared"), 1);
    assert_compiled(source_of("well"), NULL, so);
    assert_null(strstr(so, "/shared/"));
    setenv("XDG_CACHE_HOME", in_folder("cache"), 1);
}

static void a_broken_library_in_the_cache_is_made_anew(void **state)
{
    char so[4096], again[4096];

    (void)state;
    write_source(in_folder("mine.c"), "#define FORMULA \"to be cut\"", "");
    assert_compiled(in_folder("mine.c"), NULL, so);
    assert_int_equal(truncate(so, 1000), 0);
    assert_compiled(in_folder("mine.c"), NULL, again);
    assert_string_equal(so, again);
    assert_loaded(so);
}

static void the_headers_may_be_named(void **state)
{
    char so[4096], words[4096], include[1100];

    (void)state;
    setenv("GRADCHECK_INCLUDE", "/nowhere", 1);
    assert_int_equal(compile(source_of("well"), NULL, so, words, sizeof words), GCK_EFILE);
    assert_says(message, "no gradcheck/layer.h in /nowhere, which GRADCHECK_INCLUDE names");
    snprintf(include, sizeof include, "%s/include", start);
    setenv("GRADCHECK_INCLUDE", include, 1);
    assert_compiled(source_of("well"), NULL, so);
    unsetenv("GRADCHECK_INCLUDE");
}

static void two_that_compile_at_once_both_get_a_whole_library(void **state)
{
    enum { MANY = 4 };
    pid_t child[MANY];
    char so[4096];
    int status;

    (void)state;
    write_source(in_folder("raced.c"), "", "");
    fflush(NULL);
    for (int i = 0; i < MANY; i++) {
        child[i] = fork();
        if (child[i] == 0) {
            const struct gck_compile_options usual = { 0 };

            for (int number = 1; number < NSIG; number++)
                signal(number, SIG_DFL);
            _exit(gck_compile(in_folder("raced.c"), &usual, so, sizeof so, message) == GCK_OK
                          && gck_plugin_load(&plugin, so, message) == GCK_OK
                      ? 0
                      : 1);
        }
    }
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(waitpid(child[i], &status, 0), child[i]);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    libraries();
}

static void a_library_for_the_sanitizer_is_known_and_not_loaded_without(void **state)
{
    const struct gck_compile_options asan = { .asan = true };
    char so[4096], runtime[4096];

    (void)state;
    assert_compiled(source_of("well"), &asan, so);
    assert_true(gck_needs_asan(so));
    assert_false(gck_needs_asan("/nowhere/x.so"));
    assert_int_equal(gck_asan_runtime(so, &asan, runtime, sizeof runtime, message), GCK_OK);
    assert_int_equal(access(runtime, R_OK), 0);
#if !defined(__SANITIZE_ADDRESS__)
    assert_false(gck_needs_asan(fixture("well")));
    if (!gck_needs_asan("/proc/self/exe"))
        assert_refused(so, GCK_ELOAD, "was built with -fsanitize=address");
#endif
}

/* There /proc/self/exe is valgrind. */
static void under_valgrind_a_file_is_examined(void **state)
{
    const char *const given = getenv("GRADCHECK");
    char command[2000];

    (void)state;
    if (gck_sanitizer_runs() || system("command -v valgrind >/dev/null 2>&1") != 0)
        skip();
    snprintf(command, sizeof command, "valgrind -q '%s' '%s' --jobs 1 --timeout 0 >'%s' 2>&1",
             given != NULL ? given : "build/gradcheck", fixture("well"), in_folder("out"));
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plug_in_brings_its_layer_in_both_types),
        cmocka_unit_test(one_type_is_enough),
        cmocka_unit_test(several_layers_are_paired_by_name),
        cmocka_unit_test(one_of_several_is_chosen_by_name_or_by_caffes_name),
        cmocka_unit_test(a_layer_that_it_does_not_have_is_told_with_those_it_has),
        cmocka_unit_test(a_name_without_a_slash_is_the_file_here),
        cmocka_unit_test(a_path_with_a_colon_is_a_path_first),
        cmocka_unit_test(what_cannot_be_read_is_told_with_the_reason),
        cmocka_unit_test(what_is_no_shared_library_is_told_by_its_bytes),
        cmocka_unit_test(a_library_cut_anywhere_is_refused),
        cmocka_unit_test(a_library_that_is_no_layer_is_refused),
        cmocka_unit_test(a_descriptor_of_another_build_is_refused),
        cmocka_unit_test(a_descriptor_that_lacks_something_is_refused),
        cmocka_unit_test(loading_leaves_the_processors_mode_as_it_was),
        cmocka_unit_test(a_source_is_compiled_for_both_types_and_loads),
        cmocka_unit_test(a_source_gets_its_exact_twin),
        cmocka_unit_test(a_source_that_cxx_does_not_take_has_no_twin_and_the_reason),
        cmocka_unit_test(a_library_without_the_third_array_has_no_twin),
        cmocka_unit_test(a_twin_that_does_not_fit_is_left_out),
        cmocka_unit_test(an_unchanged_source_is_not_compiled_again),
        cmocka_unit_test(what_it_depends_on_is_compiled_again),
        cmocka_unit_test(a_mistake_is_told_once_in_the_compilers_words),
        cmocka_unit_test(a_mistake_in_float_alone_is_told_too),
        cmocka_unit_test(a_warning_is_told_once),
        cmocka_unit_test(a_compiler_may_be_several_words_or_missing),
        cmocka_unit_test(a_source_that_cannot_be_read_is_told_with_the_reason),
        cmocka_unit_test(a_source_of_any_name_is_compiled),
        cmocka_unit_test(where_the_cache_cannot_be_written_another_folder_serves),
        cmocka_unit_test(a_folder_that_others_may_write_to_is_not_used),
        cmocka_unit_test(a_broken_library_in_the_cache_is_made_anew),
        cmocka_unit_test(the_headers_may_be_named),
        cmocka_unit_test(two_that_compile_at_once_both_get_a_whole_library),
        cmocka_unit_test(a_library_for_the_sanitizer_is_known_and_not_loaded_without),
        cmocka_unit_test(under_valgrind_a_file_is_examined),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
