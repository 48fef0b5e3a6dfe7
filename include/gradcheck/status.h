/* status.h -- whether something could be done at all.
 *
 * A status says that a call could not do its work; the sentence that explains it is in the caller's
 * message buffer. Verdicts and findings about a layer are results, never a status. */
#ifndef GRADCHECK_STATUS_H
#define GRADCHECK_STATUS_H

#define GCK_STATUS_LIST(X)                                                                         \
    X(GCK_OK, "fine")                                                                              \
    X(GCK_EMEMORY, "out of memory")                                                                \
    X(GCK_EUSAGE, "used wrongly")                                                                  \
    X(GCK_ESHAPE, "a shape does not fit")                                                          \
    X(GCK_EDATA, "an input value does not fit")                                                    \
    X(GCK_EPARAM, "a parameter does not fit")                                                      \
    X(GCK_EFILE, "a file could not be read or written")                                            \
    X(GCK_EFORMAT, "a file is not what it should be")                                              \
    X(GCK_ENAME, "no such name")                                                                   \
    X(GCK_ELOAD, "a plug-in was not loaded")                                                       \
    X(GCK_ECRASH, "a plug-in crashed or left")                                                     \
    X(GCK_ETIME, "a plug-in ran out of time")                                                      \
    X(GCK_EEMPTY, "nothing was checked")

enum gck_status {
#define GCK_STATUS_ENUMERATOR(name, text) name,
    GCK_STATUS_LIST(GCK_STATUS_ENUMERATOR)
#undef GCK_STATUS_ENUMERATOR
};

enum { GCK_MESSAGE_SIZE = 512 }; /* bytes of every message buffer, the closing 0 included */

/* The few words of the list above; "unknown status" for anything else. Never NULL. */
#ifdef __cplusplus
extern "C"
#endif
const char *gck_status_text(enum gck_status status);

#endif
