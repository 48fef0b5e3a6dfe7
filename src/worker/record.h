/* record.h -- what goes through the pipe from a worker to its parent. */
#ifndef GCK_WORKER_RECORD_H
#define GCK_WORKER_RECORD_H

#include "gradcheck/gradcheck.h"
#include "worker/pack.h"

enum gck_record_kind {
    GCK_RECORD_MARK = 1, /* struct gck_count, then text: what the worker is about to do */
    GCK_RECORD_FAILED,   /* text: why it could not even begin */
    GCK_RECORD_SO_FAR,   /* one struct gck_result without findings, up to its first one; packed */
    GCK_RECORD_RESULT,   /* all of one; packed */
    GCK_RECORD_CLOSING   /* nothing: the last result was the whole one */
};

enum { GCK_DOING_SIZE = 256 };

/* How far something has come; of: 0 where nothing is counted. */
struct gck_count {
    uint64_t done, of;
};

/* Sends one message of the record, all of it. False where the pipe is broken. */
bool gck_record_send(int fd, enum gck_record_kind kind, const void *bytes, size_t length);
bool gck_record_mark(int fd, const char *doing, size_t done, size_t of);
/* The first `length` bytes of a result. */
bool gck_record_result(int fd, enum gck_record_kind kind, const struct gck_result *result, size_t length);

/* Room for a result that is coming. */
struct gck_incoming {
    struct gck_result result;
    char packed[GCK_PACKED_MOST(sizeof(struct gck_result))];
};

/* The parent's side: what came through the pipe until now. Start from zeros with `result` and `incoming` set. */
struct gck_record {
    struct gck_result *result;     /* the last one that came whole; the caller's */
    struct gck_incoming *incoming; /* the one that is coming; the caller's */
    char doing[GCK_DOING_SIZE];    /* the last mark, "" before the first */
    struct gck_count count;        /* and how far that was */
    char failed[GCK_MESSAGE_SIZE]; /* "", or why the worker could not begin */
    bool has_result;               /* a sound one came, at least in part */
    bool whole, closed;            /* closed: with the closing mark, after a whole one */
    bool garbled;                  /* what came is no record: nothing after it was read */
    /* called at every mark, unless NULL */
    void (*progress)(void *context, const char *doing, size_t done, size_t of);
    void *context;
    /* the message that is being read */
    struct {
        uint32_t magic, kind;
        uint64_t length;
    } head;
    size_t have; /* bytes of head and body */
    char text[GCK_MESSAGE_SIZE];
};

/* Takes the next bytes from the pipe. */
void gck_record_feed(struct gck_record *record, const char *bytes, size_t count);

#endif
