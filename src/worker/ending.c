/* ending.c -- what is to be said of a worker that crashed, left or took too long. */
#include "worker/child.h"

#include "core/signals.h"
#include "core/text.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

enum { CODE = 212 };

/* The names that the caller gave stay, whatever else the child may have written over. */
static void clear_result(struct gck_result *result)
{
    static const struct gck_result nothing;
    struct gck_result names = nothing;

    GCK_COPY(names.layer, result->layer);
    GCK_COPY(names.source, result->source);
    GCK_COPY(names.caffe_type, result->caffe_type);
    GCK_COPY(names.formula, result->formula);
    names.type = result->type;
    names.seed = result->seed;
    names.proof = result->proof;
    *result = names;
}

void gck_ending_fail(struct gck_job *job, enum gck_status status, const char *why)
{
    clear_result(job->result);
    job->result->verdict = GCK_ERROR;
    job->result->status = status;
    GCK_COPY(job->result->why, why);
}

/* Whatever the exams found until then stays. */
static struct gck_finding *find(struct gck_job *job, enum gck_status status, const char *why)
{
    struct gck_finding *const finding = &job->result->finding[0];

    job->result->verdict = GCK_ERROR;
    job->result->status = status;
    GCK_COPY(job->result->why, why);
    job->result->findings = 1;
    memset(finding, 0, sizeof *finding);
    finding->code = CODE;
    finding->severity = GCK_SEVERE;
    GCK_COPY(finding->measured, why);
    return finding;
}

/* "AddressSanitizer: heap-buffer-overflow, WRITE of size 8, in forward my_loss.c:12" */
static void tell_sanitizer(const struct gck_complaint *complaint, char *why)
{
    if (complaint->error[0] == '\0') {
        gck_append(why, GCK_WHY_SIZE, "undefined behaviour: %s", complaint->undefined);
        return;
    }
    gck_append(why, GCK_WHY_SIZE, "%s", complaint->error);
    if (complaint->access[0] != '\0')
        gck_append(why, GCK_WHY_SIZE, ", %s", complaint->access);
    if (complaint->frame[0] != '\0')
        gck_append(why, GCK_WHY_SIZE, ", in %s", complaint->frame);
}

static void tell_signal(int number, char *why)
{
    gck_append(why, GCK_WHY_SIZE, "crashed (");
    gck_signal_append(why, GCK_WHY_SIZE, number);
    gck_append(why, GCK_WHY_SIZE, ")");
}

/* It held almost all that it was allowed, and then it died: what it wanted next it did not get. */
static bool out_of_memory(const struct gck_ending *ending, const struct gck_complaint *complaint)
{
    const bool died = ending->known && WIFSIGNALED(ending->wait_status);

    return complaint->memory
           || (died && ending->limit > 0 && ending->peak > ending->limit - ending->limit / 8);
}

/* What to do about it depends on what it was. */
static void advise(struct gck_finding *finding, const struct gck_job *job, const struct gck_ending *ending,
                   const struct gck_complaint *complaint, const char *doing)
{
    if (ending->late)
        snprintf(finding->hint, sizeof finding->hint,
                 "look for a loop that does not end; where there is none, allow more time (--timeout %g) or examine a smaller shape",
                 2 * job->seconds);
    else if (out_of_memory(ending, complaint) && job->megabytes > 0)
        snprintf(finding->hint, sizeof finding->hint,
                 "allow more memory (--memory %zu) or examine a smaller shape; a layer allocates none itself",
                 2 * job->megabytes);
    else if (strcmp(doing, GCK_LOADING) == 0)
        GCK_COPY(finding->hint, "look at the lists of ports and parameters: each has to end with GCK_END");
    else if (complaint->error[0] != '\0' || complaint->undefined[0] != '\0')
        GCK_COPY(finding->hint, "look at that line: an index, a size, or a blob that has another shape than was thought");
    else if (ending->known && WIFEXITED(ending->wait_status))
        GCK_COPY(finding->hint, "look for exit() in the layer, or in what it calls: a layer comes back with return gck_fail(...)");
}

/* Returns whether it left of its own will. */
static bool tell_end(const struct gck_job *job, const struct gck_ending *ending,
                     const struct gck_record *record, const struct gck_complaint *complaint,
                     char *why)
{
    if (ending->interrupted != NULL)
        gck_append(why, GCK_WHY_SIZE, "interrupted (%s)", ending->interrupted);
    else if (ending->late)
        gck_append(why, GCK_WHY_SIZE, "took longer than %g s", job->seconds);
    else if (out_of_memory(ending, complaint) && job->megabytes > 0)
        gck_append(why, GCK_WHY_SIZE, "ran out of memory (limit %zu MB)", job->megabytes);
    else if (complaint->error[0] != '\0' || complaint->undefined[0] != '\0')
        tell_sanitizer(complaint, why);
    else if (record->garbled)
        gck_append(why, GCK_WHY_SIZE, "sent a garbled result");
    else if (!ending->known)
        gck_append(why, GCK_WHY_SIZE, "ended in an unknown way");
    else if (WIFSIGNALED(ending->wait_status))
        tell_signal(WTERMSIG(ending->wait_status), why);
    else {
        gck_append(why, GCK_WHY_SIZE, "left by exit(%d)", WEXITSTATUS(ending->wait_status));
        return true;
    }
    return false;
}

/* "contract: forward is repeatable" is the name of a question, "loading it" is not. */
static void tell_doing(bool left, const char *doing, char *why)
{
    const bool named = strstr(doing, ": ") != NULL;
    const char *const lead = left ? "in the middle of" : named ? "during" : "while";

    gck_append(why, GCK_WHY_SIZE, named ? " %s \"%s\"" : " %s %s", lead, doing);
}

static bool asked(const struct gck_exam *exam)
{
    return exam->answer != GCK_NOT_ASKED && exam->answer != GCK_NOT_APPLICABLE;
}

/* ", after 412000 of its 1000000 elements; contract, loss weight and 1/num were checked" */
static void tell_checked(const struct gck_record *record, char *why)
{
    const struct gck_result *const result = record->result;
    const struct {
        const char *name;
        bool checked;
    } exam[] = { { "contract", asked(&result->contract) },
                 { "loss weight", asked(&result->loss_weight) },
                 { "1/num", asked(&result->batch) },
                 { "gradient", asked(&result->gradient) } };
    enum { EXAMS = sizeof exam / sizeof exam[0] };
    unsigned checked = 0, told = 0;

    if (record->count.of > 0)
        gck_append(why, GCK_WHY_SIZE, ", after %llu of its %llu elements",
                   (unsigned long long)record->count.done, (unsigned long long)record->count.of);
    for (unsigned e = 0; e < EXAMS && record->has_result; e++)
        checked += exam[e].checked;
    for (unsigned e = 0; e < EXAMS && checked > 0; e++)
        if (exam[e].checked) {
            told++;
            gck_append(why, GCK_WHY_SIZE, "%s%s",
                       told == 1 ? "; " : told == checked ? " and " : ", ", exam[e].name);
        }
    if (checked > 0)
        gck_append(why, GCK_WHY_SIZE, checked == 1 ? " was checked" : " were checked");
    else if (strstr(record->doing, ": ") != NULL) /* the name of a question: the layer was loaded */
        gck_append(why, GCK_WHY_SIZE, "; nothing was checked");
}

void gck_ending_tell(struct gck_job *job, const char *source,
                     const struct gck_ending *ending, const struct gck_record *record,
                     struct gck_complaint *complaint)
{
    char why[GCK_WHY_SIZE] = "";
    bool left;

    GCK_COPY(job->result->source, source);

    gck_complaint_feed(complaint, "\n", 1); /* the last line may be unfinished */
    if (record->failed[0] != '\0') {
        gck_ending_fail(job, GCK_ELOAD, record->failed);
        return;
    }
    left = tell_end(job, ending, record, complaint, why);
    tell_doing(left, record->doing[0] != '\0' ? record->doing : "starting", why);
    if (ending->interrupted == NULL)
        tell_checked(record, why);
    if (ending->interrupted != NULL)
        gck_ending_fail(job, GCK_ECRASH, why);
    else
        advise(find(job, ending->late ? GCK_ETIME : GCK_ECRASH, why), job, ending, complaint, record->doing);
}
