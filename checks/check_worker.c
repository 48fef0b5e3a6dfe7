/* check_worker.c -- workers: whatever a layer does to its process, it ends as a verdict. */
#include "check.h"

#include "core/text.h"
#include "layer/load.h"
#include "layer/rig.h"
#include "worker/child.h"
#include "worker/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* LATE: seconds that nothing takes which works, however busy the machine. */
enum { MANY = 16, LATE = 120 };

static struct gck_job job[MANY];
static struct gck_result result[MANY];
static struct gck_options options;
static char message[GCK_MESSAGE_SIZE];

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* ---- what children do ---- */

typedef void (*deed)(void *context, const struct gck_options *given, struct gck_result *found);

static void say(const struct gck_options *given, const char *doing)
{
    given->progress(given->context, doing, 0, 0);
}

static void do_well(void *context, const struct gck_options *given, struct gck_result *found)
{
    (void)context;
    say(given, "asking whether all is well");
    found->verdict = GCK_PASS;
    found->forwards = 77;
}

static void crash(void *context, const struct gck_options *given, struct gck_result *found)
{
    volatile uintptr_t nobodys = 64;

    (void)context;
    say(given, "asking whether Forward is repeatable");
    memset(found, 0x55, sizeof *found);
    *(volatile int *)nobodys = 1;
}

static void crash_at_once(void *context, const struct gck_options *given, struct gck_result *found)
{
    (void)context, (void)given, (void)found;
    raise(SIGFPE);
}

static void leave(void *context, const struct gck_options *given, struct gck_result *found)
{
    (void)context, (void)found;
    say(given, "asking whether diffs are set");
    printf("the last words");
    exit(0);
}

static void loop(void *context, const struct gck_options *given, struct gck_result *found)
{
    volatile bool always = true;

    (void)context, (void)found;
    say(given, "asking for the gradient");
    while (always)
        ;
}

static void sleep_long(void *context, const struct gck_options *given, struct gck_result *found)
{
    (void)context, (void)given, (void)found;
    signal(SIGTERM, SIG_IGN);
    sleep(1000);
}

static void print_much(void *context, const struct gck_options *given, struct gck_result *found)
{
    do_well(context, given, found);
    for (int i = 0; i < 20000; i++)
        printf("line %d of what nobody reads\n", i);
    fprintf(stderr, "and this on stderr\n");
}

static void print_forever(void *context, const struct gck_options *given, struct gck_result *found)
{
    (void)context, (void)given, (void)found;
    for (;;)
        fputs("and on and on ", stderr);
}

static void eat(void *context, const struct gck_options *given, struct gck_result *found)
{
    (void)context, (void)found;
    say(given, "asking for memory");
    for (;;) {
        char *volatile memory =
            malloc(1 << 20); /* volatile: else a compiler sees that nobody reads it */

        memset(memory, 1, 1 << 20);
    }
}

static void leave_a_grandchild(void *context, const struct gck_options *given,
                               struct gck_result *found)
{
    if (fork() == 0)
        for (;;)
            pause();
    do_well(context, given, found);
}

static void send_rubbish(void *context, const struct gck_options *given, struct gck_result *found)
{
    (void)context, (void)found;
    say(given, "asking who else writes here");
    for (int fd = 3; fd < 64; fd++)
        if (write(fd, "rubbish in every file that is open", 34) < 0)
            errno = 0;
}

static void send_half(void *context, const struct gck_options *given, struct gck_result *found)
{
    do_well(context, given, found);
    for (int fd = 3; fd < 64; fd++) {
        const struct {
            uint32_t magic, kind;
            uint64_t length;
        } head = { 0x6b636721, GCK_RECORD_RESULT, sizeof *found };

        if (write(fd, &head, sizeof head) == sizeof head && write(fd, found, 1000) == 1000)
            break;
    }
    _exit(0);
}

static void overwrite_the_result(void *context, const struct gck_options *given,
                                 struct gck_result *found)
{
    do_well(context, given, found);
    found->findings = 1000;
}

static void close_everything(void *context, const struct gck_options *given,
                             struct gck_result *found)
{
    do_well(context, given, found);
    for (int fd = 0; fd < 64; fd++)
        close(fd);
}

static void look_around(void *context, const struct gck_options *given, struct gck_result *found)
{
    struct sigaction action;
    struct rlimit core;
    sigset_t mask;
    char byte;

    (void)context, (void)given;
    found->forwards = 0;
    for (int number = 1; number < 32; number++)
        if (number != SIGKILL && number != SIGSTOP && sigaction(number, NULL, &action) == 0)
            found->forwards += action.sa_handler != SIG_DFL;
    sigprocmask(SIG_SETMASK, NULL, &mask);
    found->forwards += (uint64_t)sigismember(&mask, SIGINT) + (uint64_t)sigismember(&mask, SIGTERM);
    getrlimit(RLIMIT_CORE, &core);
    found->backwards =
        core.rlim_cur + (read(STDIN_FILENO, &byte, 1) != 0) + (getpgid(0) != getpid());
}

/* ---- the parent's side ---- */

static void prepare(unsigned i, deed run, double seconds)
{
    memset(&job[i], 0, sizeof job[i]);
    memset(&result[i], 0, sizeof result[i]);
    options = gck_options_default();
    GCK_COPY(result[i].layer, "mine");
    GCK_COPY(result[i].source, "mine.so");
    result[i].type = GCK_TYPE_FLOAT;
    job[i].run = run;
    job[i].options = &options;
    job[i].seconds = seconds;
    job[i].megabytes = 512;
    job[i].result = &result[i];
}

static void run_one(deed run, double seconds)
{
    prepare(0, run, seconds);
    assert_int_equal(gck_worker_run(job, 1, 1, NULL, message), GCK_OK);
}

static void assert_error(unsigned i, enum gck_status status, const char *why)
{
    assert_string_equal(result[i].why, why);
    assert_int_equal(result[i].verdict, GCK_ERROR);
    assert_int_equal(result[i].status, status);
    assert_int_equal(result[i].findings, 1);
    assert_int_equal(result[i].finding[0].code, 212);
    assert_int_equal(result[i].finding[0].severity, GCK_SEVERE);
    assert_string_equal(result[i].finding[0].measured, why);
    assert_string_equal(result[i].layer, "mine");
    assert_string_equal(result[i].source, "mine.so");
    assert_int_equal(result[i].type, GCK_TYPE_FLOAT);
}

static void assert_well(unsigned i)
{
    assert_string_equal(result[i].why, "");
    assert_int_equal(result[i].verdict, GCK_PASS);
    assert_int_equal(result[i].forwards, 77);
}

/* Fields at both ends of every list, awkward numbers, and bytes in between. */
static void fill_everything(void *context, const struct gck_options *given,
                            struct gck_result *found)
{
    (void)given;
    memcpy(found, context, sizeof *found);
}

static void a_result_comes_back_bit_for_bit(void **state)
{
    struct gck_result *const wanted = calloc(1, sizeof *wanted);
    struct gck_finding *last;

    (void)state;
    assert_non_null(wanted);
    GCK_COPY(wanted->layer, "mine");
    wanted->seed = UINT64_MAX;
    wanted->seconds = -0.0;
    wanted->clauses = GCK_MAX_CLAUSES;
    memset(wanted->clause[GCK_MAX_CLAUSES - 1].why, 'x', GCK_WHY_SIZE - 1);
    wanted->findings = GCK_MAX_FINDINGS;
    last = &wanted->finding[GCK_MAX_FINDINGS - 1];
    last->worsts = GCK_WORST;
    last->ratio = (double)NAN;
    last->worst[GCK_WORST - 1].bound = -(double)INFINITY;
    last->worst[GCK_WORST - 1].index[GCK_MAX_AXES - 1] = SIZE_MAX;
    memset(wanted->again, 'y', sizeof wanted->again - 1);
    prepare(0, fill_everything, LATE);
    job[0].context = wanted;
    assert_int_equal(gck_worker_run(job, 1, 1, NULL, message), GCK_OK);
    assert_memory_equal(&result[0], wanted, sizeof *wanted);
    free(wanted);
}

static void a_crash_is_told_with_what_was_being_done(void **state)
{
    (void)state;
    run_one(crash, LATE);
    assert_error(
        0, GCK_ECRASH,
        "crashed (SIGSEGV, segmentation fault) while asking whether Forward is repeatable");
    run_one(crash_at_once, LATE);
    assert_error(0, GCK_ECRASH, "crashed (SIGFPE, arithmetic exception) while starting");
}

static void leaving_in_the_middle_is_a_crash(void **state)
{
    (void)state;
    run_one(leave, LATE);
    assert_error(0, GCK_ECRASH, "left by exit(0) in the middle of asking whether diffs are set");
    assert_string_equal(job[0].captured, "the last words");
}

/* Runs what never ends with ever more time, until it has come as far as these words before its time was up. Returns the seconds that it
 * was given: few, where the machine is idle. */
static double run_out(deed run, const char *words)
{
    double seconds = 0.3;

    for (run_one(run, seconds); strstr(result[0].why, words) == NULL && seconds < LATE; seconds *= 3)
        run_one(run, 3 * seconds);
    return seconds;
}

static const char *took_longer(double seconds, const char *words)
{
    static char text[GCK_WHY_SIZE];

    snprintf(text, sizeof text, "took longer than %g s while %s", seconds, words);
    return text;
}

static void an_endless_loop_ends_in_time(void **state)
{
    const char *const asking = "asking for the gradient", *const starting = "starting";

    (void)state;
    assert_error(0, GCK_ETIME, took_longer(run_out(loop, asking), asking));
    assert_error(0, GCK_ETIME, took_longer(run_out(sleep_long, starting), starting));
}

static double part; /* seconds */

static void work_in_parts(void *context, const struct gck_options *given, struct gck_result *found)
{
    for (int i = 0; i < 5; i++) {
        given->progress(given->context, i < 4 ? "part: another" : "part: the last", 0, 0);
        given->progress(given->context, "doing something else", 0, 0);
        usleep((useconds_t)(1e6 * part));
    }
    do_well(context, given, found);
}

/* A machine that is busy adds time to each part: the longer they are, the less that is. */
static void each_part_of_a_job_may_have_the_time_anew(void **state)
{
    double seconds = 0;

    (void)state;
    for (part = 0.1; part < LATE / 5; part *= 3) {
        seconds = 3.2 * part;
        prepare(0, work_in_parts, seconds);
        job[0].renews = "part: ";
        assert_int_equal(gck_worker_run(job, 1, 1, NULL, message), GCK_OK);
        if (result[0].verdict == GCK_PASS)
            break;
    }
    assert_well(0);
    for (; part < LATE / 5; part *= 3) {
        seconds = 3.2 * part;
        run_one(work_in_parts, seconds);
        assert_int_equal(result[0].status, GCK_ETIME);
        if (strstr(result[0].why, "doing something else") != NULL)
            break;
    }
    assert_error(0, GCK_ETIME, took_longer(seconds, "doing something else"));
}

static void what_it_prints_is_kept_and_never_blocks(void **state)
{
    double seconds = 0.3;

    (void)state;
    run_one(print_much, LATE);
    assert_well(0);
    assert_int_equal(strlen(job[0].captured), GCK_CAPTURE - 1);
    assert_int_equal(strncmp(job[0].captured, "line 0 of", 9), 0);
    for (run_one(print_forever, seconds); strlen(job[0].captured) < GCK_CAPTURE - 1 && seconds < LATE; seconds *= 3)
        run_one(print_forever, 3 * seconds);
    assert_int_equal(result[0].status, GCK_ETIME);
    assert_int_equal(strlen(job[0].captured), GCK_CAPTURE - 1);
}

static void what_eats_memory_is_stopped(void **state)
{
    (void)state;
    if (gck_sanitized(NULL))
        skip(); /* address space cannot be limited there */
    prepare(0, eat, LATE);
    job[0].megabytes = 128;
    assert_int_equal(gck_worker_run(job, 1, 1, NULL, message), GCK_OK);
    assert_error(0, GCK_ECRASH, "ran out of memory (limit 128 MB) while asking for memory");
}

static void a_grandchild_does_not_hold_it_up(void **state)
{
    const double begin = now();

    (void)state;
    run_one(leave_a_grandchild, 2 * LATE);
    assert_well(0);
    assert_true(now() - begin < LATE);
}

static void a_garbled_result_is_a_crash(void **state)
{
    (void)state;
    run_one(send_rubbish, LATE);
    assert_error(0, GCK_ECRASH, "sent a garbled result while asking who else writes here");
    run_one(send_half, LATE);
    assert_error(0, GCK_ECRASH, "left by exit(0) in the middle of asking whether all is well");
    run_one(overwrite_the_result, LATE);
    assert_error(0, GCK_ECRASH, "sent a garbled result while asking whether all is well");
    run_one(close_everything, LATE);
    assert_error(0, GCK_ECRASH, "left by exit(0) in the middle of asking whether all is well");
}

/* Every single byte changed: taken or refused, but never read out of bounds (the sanitizers watch).
 */
static void a_record_of_any_bytes_is_taken_or_refused(void **state)
{
    struct gck_result *const sent = calloc(1, sizeof *sent), *const taken = malloc(sizeof *taken);
    struct gck_incoming *const incoming = malloc(sizeof *incoming);
    const size_t most = 16 + sizeof incoming->packed + 16;
    char *const bytes = malloc(most);
    size_t size;
    uint32_t random = 1701;
    int ends[2];

    (void)state;
    assert_true(sent != NULL && taken != NULL && incoming != NULL && bytes != NULL);
    assert_int_equal(pipe(ends), 0);
    assert_true(fcntl(ends[1], F_SETPIPE_SZ, 1 << 20) > 0);
    for (size_t i = 0; i < sizeof sent->clause; i += 700) /* here and there something that may be any number */
        memset((char *)sent->clause + i, 'a', 100);
    assert_true(gck_worker_answer(ends[1], sent));
    size = (size_t)read(ends[0], bytes, most);
    assert_true(size > 16 + 1000 + 16 && size < most);
    for (int round = 0; round < 2000; round++) {
        struct gck_record record = { .result = taken, .incoming = incoming };
        size_t at, cut;
        char kept;

        random = random * 1664525 + 1013904223;
        at = round < 32 ? (size_t)round : (random >> 4) % size;
        cut = (random >> 8) % (size - at) + at;
        kept = bytes[at];
        bytes[at] = (char)(bytes[at] ^ (char)(1 + round % 255));
        gck_record_feed(&record, bytes, cut);
        gck_record_feed(&record, bytes + cut, size - cut);
        assert_true(round >= 16 || record.garbled || !record.closed);
        bytes[at] = kept;
    }
    close(ends[0]);
    close(ends[1]);
    free(sent);
    free(taken);
    free(incoming);
    free(bytes);
}

static void what_is_packed_is_unpacked(void **state)
{
    enum { LENGTH = 10000 };
    char *const bytes = malloc(LENGTH), *const packed = malloc(GCK_PACKED_MOST(LENGTH)), *const back = malloc(LENGTH);
    uint32_t random = 1701;

    (void)state;
    assert_true(bytes != NULL && packed != NULL && back != NULL);
    for (int round = 0; round < 500; round++) {
        const uint32_t often = round % 5 == 0 ? 0 : 1u << (round % 13), many = 1u << (round % 7); /* often 0: every second line */
        const size_t length = round == 0 ? 0 : LENGTH - (size_t)round;
        size_t used;

        memset(bytes, 0, LENGTH);
        for (size_t i = 0; i < length; i++) {
            random = random * 1664525 + 1013904223;
            if (often == 0 ? i / GCK_PACK_LINE % 2 == 0 : (random >> 8) / many % often == 0)
                bytes[i] = (char)(random >> 24);
        }
        used = gck_pack(bytes, length, packed);
        assert_true(used <= GCK_PACKED_MOST(length));
        memset(back, 'x', LENGTH);
        assert_true(gck_unpack(packed, used, back, length));
        assert_memory_equal(back, bytes, length);
        assert_true(used < 9 || !gck_unpack(packed, used - 1, back, length));
    }
    free(bytes);
    free(packed);
    free(back);
}

static void several_run_at_once_and_none_disturbs_another(void **state)
{
    static const deed deeds[] = { do_well,     crash, leave, print_much, leave_a_grandchild,
                                  send_rubbish };
    const double begin = now();

    (void)state;
    for (unsigned i = 0; i < MANY; i++)
        prepare(i, i < 4 ? sleep_long : deeds[i % 6], i < 4 ? 0.5 : 2 * LATE);
    assert_int_equal(gck_worker_run(job, MANY, 5, NULL, message), GCK_OK);
    for (unsigned i = 0; i < MANY; i++) {
        const deed run = job[i].run;

        if (run == do_well || run == print_much || run == leave_a_grandchild)
            assert_well(i);
        else
            assert_int_equal(result[i].status, run == sleep_long ? GCK_ETIME : GCK_ECRASH);
    }
    assert_true(now() - begin < LATE);
    assert_int_equal(gck_worker_run(job, 0, 5, NULL, message), GCK_OK);
}

static void a_child_finds_the_world_as_a_program_does(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    run_one(look_around, LATE);
    signal(SIGPIPE, SIG_DFL);
    assert_int_equal(result[0].forwards, 0);
    assert_int_equal(result[0].backwards, 0);
}

static unsigned told;

static void hear(void *context, const char *doing, size_t done, size_t of)
{
    assert_ptr_equal(context, &told);
    assert_string_equal(doing, "asking whether all is well");
    assert_int_equal(done + of, 0);
    told++;
}

static void refill(void *context, const char *port, const struct gck_shape *shape, double *value)
{
    (void)shape;
    *value = context == &told && strcmp(port, "score") == 0 ? 4 : 5;
}

static void call_refill(void *context, const struct gck_options *given, struct gck_result *found)
{
    do_well(context, given, found);
    given->refill(given->context, "score", NULL, &found->seconds);
}

static void the_hosts_callbacks_are_called(void **state)
{
    (void)state;
    prepare(0, call_refill, LATE);
    options.progress = hear;
    options.refill = refill;
    options.context = &told;
    assert_int_equal(gck_worker_run(job, 1, 1, NULL, message), GCK_OK);
    assert_well(0);
    assert_int_equal(told, 1);
    assert_near(result[0].seconds, 4, 0);
}

/* The exams' marks are "exam: question"; what was found before the last exam is known when that one crashes. */
static void crash_in_the_second_exam(void *context, const struct gck_options *given,
                                     struct gck_result *found)
{
    (void)context;
    say(given, "contract: is it kept?");
    found->contract.answer = GCK_FINE;
    found->clauses = 1;
    GCK_COPY(found->clause[0].name, "forward is repeatable");
    found->findings = 2; /* none of those is sent before the end */
    say(given, "batch: is it a mean?");
    found->batch.answer = GCK_WRONG;
    given->progress(given->context, "batch: is it a mean?", 30, 70);
    raise(SIGSEGV);
}

static void what_earlier_exams_found_outlives_a_crash(void **state)
{
    (void)state;
    run_one(crash_in_the_second_exam, LATE);
    assert_error(0, GCK_ECRASH,
                 "crashed (SIGSEGV, segmentation fault) during \"batch: is it a mean?\", after 30 of its 70 "
                 "elements; contract was checked");
    assert_int_equal(result[0].contract.answer, GCK_FINE);
    assert_int_equal(result[0].batch.answer, GCK_NOT_ASKED);
    assert_int_equal(result[0].clauses, 1);
    assert_string_equal(result[0].clause[0].name, "forward is repeatable");
}

/* ---- executed children ---- */

static char program[4096];

static void run_program(char *const *argv)
{
    prepare(0, NULL, LATE);
    job[0].argv = argv;
    assert_int_equal(gck_worker_run(job, 1, 1, NULL, message), GCK_OK);
}

static void a_program_can_be_the_worker(void **state)
{
    char *const argv[] = { program, (char[]){ "well" }, NULL };

    (void)state;
    assert_int_equal(gck_worker_fd(), -1);
    run_program(argv);
    assert_well(0);
    assert_string_equal(job[0].captured, "");
}

static void a_program_that_is_no_worker_has_left(void **state)
{
    char *const argv[] = { (char[]){ "sh" }, (char[]){ "-c" }, (char[]){ "echo no worker; exit 3" },
                           NULL };

    (void)state;
    run_program(argv);
    assert_error(0, GCK_ECRASH, "left by exit(3) in the middle of starting");
    assert_string_equal(job[0].captured, "no worker\n");
}

static void a_program_that_is_not_there_is_told(void **state)
{
    char *const argv[] = { (char[]){ "/nowhere/gradcheck" }, NULL };

    (void)state;
    run_program(argv);
    assert_int_equal(result[0].verdict, GCK_ERROR);
    assert_int_equal(result[0].status, GCK_ELOAD);
    assert_string_equal(result[0].why, "/nowhere/gradcheck could not be executed: No such file or "
                                       "directory");
    assert_int_equal(result[0].findings, 0);
}

/* Compiles the fixture for the sanitizer and runs its Forward in an executed worker. */
static void run_sanitized(const char *name)
{
    const struct gck_compile_options asan = { .asan = true };
    char source[256], so[4096], runtime[4096];
    char *const argv[] = { program, (char[]){ "forward" }, so, NULL };

    snprintf(source, sizeof source, "checks/plugins/%s.c", name);
    if (gck_compile(source, &asan, so, sizeof so, message) != GCK_OK
        || gck_asan_runtime(so, &asan, runtime, sizeof runtime, message) != GCK_OK)
        fail_msg("%s", message);
    prepare(0, NULL, LATE);
    job[0].argv = argv;
    job[0].preload = runtime;
    assert_int_equal(gck_worker_run(job, 1, 1, NULL, message), GCK_OK);
}

static void a_sanitizers_report_is_the_sentence(void **state)
{
    (void)state;
    run_sanitized("well");
    assert_well(0);
    run_sanitized("heap_overflow");
    assert_says(result[0].why,
                "AddressSanitizer: heap-buffer-overflow, WRITE of size 8, in overflow ");
    assert_says(result[0].why, "checks/plugins/heap_overflow.c:");
    assert_says(result[0].why, " while running Forward");
    assert_error(0, GCK_ECRASH, result[0].why);
    run_sanitized("undefined");
    assert_says(result[0].why, "undefined behaviour: ");
    assert_says(result[0].why, "checks/plugins/undefined.c:");
    assert_says(result[0].why, "runtime error: signed integer overflow");
    run_sanitized("crash_forward");
    assert_says(result[0].why, "AddressSanitizer: SEGV, in crash ");
    run_sanitized("eats_memory");
    assert_error(0, GCK_ECRASH, "ran out of memory (limit 512 MB) while running Forward");
}

/* ---- signals to the parent ---- */

/* Shared with children of children: who they are. */
struct family {
    volatile pid_t child[2];
    volatile int handled;
    volatile int status, began;
};

static struct family *family;

static void sleep_known(void *context, const struct gck_options *given, struct gck_result *found)
{
    family->child[*(const int *)context] = getpid();
    sleep_long(context, given, found);
}

static void handle(int number)
{
    (void)number;
    family->handled = 1;
}

/* A host program: two sleeping workers. */
static _Noreturn void be_host(bool handles)
{
    static const int index[] = { 0, 1 };

    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    if (handles)
        signal(SIGINT, handle);
    for (unsigned i = 0; i < 2; i++) {
        prepare(i, sleep_known, LATE);
        job[i].context = (void *)(uintptr_t)&index[i];
    }
    family->status = (int)gck_worker_run(job, 2, 2, NULL, message);
    if (strcmp(message, "interrupted by SIGINT") != 0 || result[0].verdict != GCK_ERROR
        || strcmp(result[1].why, "interrupted (SIGINT) while starting") != 0)
        family->status = -1;
    _exit(0);
}

static int signalled(int number, bool handles)
{
    pid_t host;
    int status;

    memset((void *)family, 0, sizeof *family);
    fflush(NULL);
    host = fork();
    if (host == 0)
        be_host(handles);
    while (family->child[0] == 0 || family->child[1] == 0)
        usleep(1000);
    assert_int_equal(kill(host, number), 0);
    assert_int_equal(waitpid(host, &status, 0), host);
    return status;
}

static void an_interrupt_kills_the_children_first(void **state)
{
    const int status = signalled(SIGINT, false);

    (void)state;
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(kill(family->child[i], 0), -1);
        assert_int_equal(errno, ESRCH);
    }
}

static void a_host_that_handles_the_interrupt_is_told(void **state)
{
    const int status = signalled(SIGINT, true);

    (void)state;
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_int_equal(family->handled, 1);
    assert_int_equal(family->status, GCK_ECRASH);
}

static void children_do_not_outlive_a_killed_parent(void **state)
{
    int status;

    (void)state;
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    signalled(SIGKILL, false);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(waitpid(family->child[i], &status, 0), family->child[i]);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    }
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
}

/* ---- gck_examine_in_worker ---- */

static const char *fixture(const char *name)
{
    static char path[1200];
    const char *const build = getenv("GCK_BUILD");

    snprintf(path, sizeof path, "%s/plugins/%s.so", build != NULL ? build : "build", name);
    return path;
}

static void examine_fixture(const char *name, double seconds)
{
    static struct gck_plugin plugin;

    if (gck_plugin_load(&plugin, fixture(name), message) != GCK_OK)
        fail_msg("%s", message);
    options = gck_options_default();
    options.seconds = seconds;
    gck_examine_in_worker(plugin.double_layer[0], NULL, &options, &result[0]);
    assert_string_equal(result[0].layer, name);
}

static void a_layer_that_crashes_leaves_or_loops_gets_its_verdict(void **state)
{
    static const struct {
        const char *name, *words;
        enum gck_status status;
    } cases[] = {
        { "crash_forward", "crashed (SIGSEGV, segmentation fault) during \"", GCK_ECRASH },
        { "crash_second_forward", "crashed (SIGSEGV, segmentation fault) during \"", GCK_ECRASH },
        { "crash_backward", "crashed (SIGSEGV, segmentation fault) during \"", GCK_ECRASH },
        { "abort_forward", "crashed (SIGABRT, aborted) during \"", GCK_ECRASH },
        { "exit0", "left by exit(0) in the middle of \"", GCK_ECRASH },
    };
    double seconds = 0.5;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        examine_fixture(cases[i].name, LATE);
        assert_says(result[0].why, cases[i].words);
        assert_int_equal(result[0].status, cases[i].status);
        assert_int_equal(result[0].finding[0].code, 212);
        assert_string_equal(result[0].formula, "E = 1/(2 num) sum (prediction - target)^2");
    }
    for (examine_fixture("loop", seconds); strstr(result[0].why, " s during \"") == NULL && seconds < LATE; seconds *= 3)
        examine_fixture("loop", 3 * seconds);
    assert_says(result[0].why, "took longer than ");
    assert_says(result[0].why, " s during \"");
    assert_int_equal(result[0].status, GCK_ETIME);
    assert_int_equal(result[0].finding[0].code, 212);
}

static void a_layer_without_fault_passes_there_as_here(void **state)
{
    (void)state;
    examine_fixture("well", LATE);
    assert_string_equal(result[0].why, "");
    assert_int_equal(result[0].verdict, GCK_PASS);
    examine_fixture("noisy", LATE);
    assert_string_equal(result[0].why, "");
}

/* ---- this program as a worker ---- */

static int run_forward(int fd, const char *so, struct gck_result *found)
{
    static struct gck_plugin plugin;
    static struct gck_setup setup;
    static struct gck_rig rig;
    struct gck_options usual = gck_options_default();
    struct gck_voice voice = { .fd = fd, .seats = -1 };

    gck_worker_progress(&voice, "loading", 0, 0);
    if (gck_plugin_load(&plugin, so, message) != GCK_OK
        || gck_setup_open(&setup, plugin.double_layer[0], &usual, message) != GCK_OK
        || gck_rig_open(&rig, plugin.double_layer[0], &setup, 0, message) != GCK_OK) {
        fprintf(stderr, "%s\n", message);
        return 1;
    }
    gck_rig_fill(&rig, 0, false);
    gck_worker_progress(&voice, "running Forward", 0, 0);
    gck_rig_forward(&rig);
    found->forwards = 77;
    gck_rig_close(&rig);
    gck_setup_close(&setup);
    return gck_worker_answer(fd, found) ? 0 : 1;
}

static int be_worker(int fd, char **argv)
{
    static struct gck_result found;

    const char *const threads = getenv("OPENBLAS_NUM_THREADS");

    if (getenv(GCK_WORKER_FD) != NULL || threads == NULL || strcmp(threads, "1") != 0)
        return 1;
    if (strcmp(argv[1], "forward") == 0)
        return run_forward(fd, argv[2], &found);
    found.forwards = 77;
    return gck_worker_answer(fd, &found) ? 0 : 1;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_result_comes_back_bit_for_bit),
        cmocka_unit_test(a_crash_is_told_with_what_was_being_done),
        cmocka_unit_test(leaving_in_the_middle_is_a_crash),
        cmocka_unit_test(an_endless_loop_ends_in_time),
        cmocka_unit_test(each_part_of_a_job_may_have_the_time_anew),
        cmocka_unit_test(what_it_prints_is_kept_and_never_blocks),
        cmocka_unit_test(what_eats_memory_is_stopped),
        cmocka_unit_test(a_grandchild_does_not_hold_it_up),
        cmocka_unit_test(a_garbled_result_is_a_crash),
        cmocka_unit_test(a_record_of_any_bytes_is_taken_or_refused), cmocka_unit_test(what_is_packed_is_unpacked),
        cmocka_unit_test(several_run_at_once_and_none_disturbs_another),
        cmocka_unit_test(a_child_finds_the_world_as_a_program_does),
        cmocka_unit_test(the_hosts_callbacks_are_called),
        cmocka_unit_test(what_earlier_exams_found_outlives_a_crash),
        cmocka_unit_test(a_program_can_be_the_worker),
        cmocka_unit_test(a_program_that_is_no_worker_has_left),
        cmocka_unit_test(a_program_that_is_not_there_is_told),
        cmocka_unit_test(a_sanitizers_report_is_the_sentence),
        cmocka_unit_test(an_interrupt_kills_the_children_first),
        cmocka_unit_test(a_host_that_handles_the_interrupt_is_told),
        cmocka_unit_test(children_do_not_outlive_a_killed_parent),
        cmocka_unit_test(a_layer_that_crashes_leaves_or_loops_gets_its_verdict),
        cmocka_unit_test(a_layer_without_fault_passes_there_as_here),
    };
    const int fd = gck_worker_fd();

    if (fd >= 0)
        return argc > 1 ? be_worker(fd, argv) : 1;
    if (readlink("/proc/self/exe", program, sizeof program - 1) < 0)
        return 1;
    family = mmap(NULL, sizeof *family, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return family == MAP_FAILED ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
