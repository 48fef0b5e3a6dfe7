/* check_install.c -- what make install leaves behind serves programs that know nothing of this source. */
#include "check.h"

#include <unistd.h>

enum { SIZE = 4096 };

static char prefix[SIZE], scratch[SIZE];

/* A program that links to a library built with sanitizers needs them too. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED "-fsanitize=address,undefined "
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED "-fsanitize=address,undefined "
#endif
#endif
#ifndef SANITIZED
#define SANITIZED ""
#endif

/* Runs a shell's command; in it $P is the prefix and $S a folder to write to. Returns what it wrote,
 * kept until the next call. Fails the test where the command does. */
static const char *shell(const char *command)
{
    static char text[SIZE * 4];
    FILE *const pipe = popen(command, "r");
    size_t size;

    assert_non_null(pipe);
    size = fread(text, 1, sizeof text - 1, pipe);
    text[size] = '\0';
    if (pclose(pipe) != 0) {
        print_error("this failed: %s\n%s\n", command, text);
        fail();
    }
    return text;
}

/* -o all: what was built is what is tested, whatever flags it was built with. */
#define MAKE "exec 2>&1; make -s -o all B=\"$GCK_BUILD\" "

static int set_up(void **state)
{
    (void)state;
    snprintf(scratch, sizeof scratch, "/tmp/check_install-XXXXXX");
    if (!check_folder(scratch, sizeof scratch) || snprintf(prefix, sizeof prefix, "%.3000s/prefix", scratch) < 0)
        return -1;
    setenv("S", scratch, 1);
    setenv("P", prefix, 1);
    setenv("XDG_CACHE_HOME", scratch, 1);
    unsetenv("GRADCHECK_INCLUDE");
    if (getenv("GCK_BUILD") == NULL)
        setenv("GCK_BUILD", "build", 1);
    if (getenv("CC") == NULL)
        setenv("CC", "cc", 1);
    shell(MAKE "install PREFIX=\"$P\"");
    setenv("PKG_CONFIG_PATH", shell("printf %s \"$P/lib/pkgconfig\""), 1);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    shell("rm -rf \"$S\"");
    return 0;
}

/* ---- what lies where ---- */

static void the_installed_files_are_where_others_look_for_them(void **state)
{
    (void)state;
    assert_string_equal(shell("cd \"$P\" && find . -not -type d | LC_ALL=C sort"),
                        "./bin/gradcheck\n"
                        "./include/gradcheck/blob.h\n"
                        "./include/gradcheck/exact.h\n"
                        "./include/gradcheck/exact_math.h\n"
                        "./include/gradcheck/gradcheck.h\n"
                        "./include/gradcheck/layer.h\n"
                        "./include/gradcheck/status.h\n"
                        "./include/gradcheck/tape.h\n"
                        "./include/gradcheck/verdict.h\n"
                        "./lib/libgradcheck.a\n"
                        "./lib/libgradcheck.so\n"
                        "./lib/libgradcheck.so.0\n"
                        "./lib/pkgconfig/gradcheck.pc\n"
                        "./share/doc/gradcheck/CHANGELOG.md\n"
                        "./share/doc/gradcheck/LICENSE\n"
                        "./share/doc/gradcheck/README.md\n"
                        "./share/gradcheck/euclidean.c\n");
    assert_string_equal(shell("readlink \"$P/lib/libgradcheck.so\""), "libgradcheck.so.0\n");
}

static void uninstall_takes_everything_away_again(void **state)
{
    (void)state;
    shell(MAKE "install DESTDIR=\"$S/stage\" PREFIX=/opt/gradcheck LIBDIR=/opt/gradcheck/lib64");
    assert_string_equal(shell("cd \"$S/stage\" && ls opt/gradcheck/lib64/*.a"),
                        "opt/gradcheck/lib64/libgradcheck.a\n");
    assert_string_equal(shell("grep dir= \"$S\"/stage/opt/gradcheck/lib64/pkgconfig/gradcheck.pc"),
                        "libdir=${prefix}/lib64\nincludedir=${prefix}/include\n");
    shell(MAKE "uninstall DESTDIR=\"$S/stage\" PREFIX=/opt/gradcheck LIBDIR=/opt/gradcheck/lib64");
    assert_string_equal(shell("find \"$S/stage\" -not -type d"), "");
}

static void pkg_config_knows_the_version(void **state)
{
    (void)state;
    shell("test \"$(pkg-config --modversion gradcheck)\" = "
          "\"$(\"$P/bin/gradcheck\" --version | sed -n 's/^gradcheck //p')\"");
}

/* ---- a program with layers of its own ---- */

static const char *const told = "squared here: pass, exit 0\n"
                                "deaf here: fail GC101, exit 1\n"
                                "squared in a worker: pass, exit 0\n"
                                "deaf in a worker: fail GC101, exit 1\n"
                                "crashing in a worker: error GC212, exit 3\n";

#define COMPILE                                                                                    \
    "exec 2>&1; cp checks/install/program.c \"$S\" && cd \"$S\" && "                               \
    "$CC -std=c11 -Wall -Wextra -Werror " SANITIZED "program.c "

static void a_program_links_to_the_shared_library(void **state)
{
    (void)state;
    shell(COMPILE "-o shared $(pkg-config --cflags --libs gradcheck)");
    assert_string_equal(shell("LD_LIBRARY_PATH=\"$P/lib\" \"$S/shared\""), told);
}

static void a_program_links_to_the_static_library(void **state)
{
    (void)state;
    shell(COMPILE "-o static $(pkg-config --cflags --libs --static gradcheck | "
                  "sed s/-lgradcheck/-l:libgradcheck.a/)");
    assert_string_equal(shell("\"$S/static\""), told);
}

/* The lines below "make install" are run as they stand; what the test has installed is $HOME/.local. */
static void the_program_in_the_readme_compiles_with_the_lines_beside_it(void **state)
{
    (void)state;
    shell("mkdir \"$S/home\" \"$S/bin\" && ln -s \"$P\" \"$S/home/.local\" && "
          "printf '#!/bin/sh\\nexec %s " SANITIZED "\"$@\"\\n' \"$(command -v $CC)\" > \"$S/bin/cc\" && "
          "chmod +x \"$S/bin/cc\" && "
          "sed -n '/^```c$/,/^```$/{/^```/!p}' README.md > \"$S/examine.c\" && "
          "sed -n '/^make install/,/^```$/{/^make/d;/^```/!p}' README.md > \"$S/lines\" && "
          "test -s \"$S/lines\"");
    assert_says(shell("cd \"$S\" && exec 2>&1 && "
                      "HOME=\"$S/home\" PATH=\"$S/bin:$PATH\" sh -e ./lines"),
                "PASS euclidean");
}

/* ---- the tool ---- */

static void the_installed_tool_compiles_a_layer_wherever_it_was_moved(void **state)
{
    (void)state;
    shell("mkdir \"$S/moved\" && cp -r \"$P/bin\" \"$P/include\" \"$S/moved\"");
    assert_says(shell("cp \"$P/share/gradcheck/euclidean.c\" \"$S/my_loss.c\" && cd \"$S\" && "
                      "moved/bin/gradcheck my_loss.c 2>&1"),
                "PASS euclidean");
    assert_says(shell("cd \"$S\" && sed -i 's/gck_top_diff(io, 0)\\[0\\]/1/' my_loss.c && "
                      "{ moved/bin/gradcheck my_loss.c 2>&1; test $? -eq 1; }"),
                "GC101");
}

static void a_tool_without_its_headers_says_where_to_put_them(void **state)
{
    (void)state;
    assert_says(shell("mkdir \"$S/alone\" && cp \"$P/bin/gradcheck\" \"$S/alone\" && "
                      "cp layers/euclidean.c \"$S\" && cd \"$S\" && "
                      "{ alone/gradcheck ./euclidean.c 2>&1; test $? -eq 2; }"),
                "GRADCHECK_INCLUDE");
    assert_says(shell("cd \"$S\" && "
                      "GRADCHECK_INCLUDE=\"$P/include\" alone/gradcheck ./euclidean.c 2>&1"),
                "PASS euclidean");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_installed_files_are_where_others_look_for_them),
        cmocka_unit_test(uninstall_takes_everything_away_again),
        cmocka_unit_test(pkg_config_knows_the_version),
        cmocka_unit_test(a_program_links_to_the_shared_library),
        cmocka_unit_test(a_program_links_to_the_static_library),
        cmocka_unit_test(the_program_in_the_readme_compiles_with_the_lines_beside_it),
        cmocka_unit_test(the_installed_tool_compiles_a_layer_wherever_it_was_moved),
        cmocka_unit_test(a_tool_without_its_headers_says_where_to_put_them),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
