/*
 * Embedding: a C program that runs background workers itself.
 *
 * Made from src/embed by cbindgen:
 * change that, then run PGBGW_BLESS=1 cargo test --test headers
 */
#ifndef PGBGW_H
#define PGBGW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>


/* It worked. */
#define PGBGW_OK 0

/* An argument is missing, or is none that is accepted. */
#define PGBGW_ERR_ARGUMENT -1

/* There is no manager: it was not started, or was stopped. */
#define PGBGW_ERR_NOT_RUNNING -2

/* There is a manager already. */
#define PGBGW_ERR_RUNNING -3

/* The process has more than one thread. */
#define PGBGW_ERR_THREADS -4

/* The program, or another library, defines a function of the server's. */
#define PGBGW_ERR_CLASH -5

/* The postmaster did not start. */
#define PGBGW_ERR_START -6

/* A system call failed. */
#define PGBGW_ERR_SYSTEM -7

/* Every slot is taken (max_worker_processes). */
#define PGBGW_ERR_FULL -8

/* A process crashed, and shared memory was reset: see pgbgw_reattach(). */
#define PGBGW_ERR_RESET -9

/* The postmaster is gone. */
#define PGBGW_ERR_DIED -10

/* A server function raised an ERROR. */
#define PGBGW_ERR_ERROR -11

/* As SIGTERM: workers get SIGTERM once no caller of pgbgw call is left. */
#define PGBGW_SMART 0

/* As SIGINT: workers get SIGTERM at once. */
#define PGBGW_FAST 1

/* As SIGQUIT: workers are ended at once. */
#define PGBGW_IMMEDIATE 2

/* The program's latch was set. */
#define PGBGW_LATCH_SET 1

/* The time was over. */
#define PGBGW_TIMEOUT 2

/* The worker runs. */
#define PGBGW_STARTED 1

/* The postmaster has not started it yet. */
#define PGBGW_NOT_YET_STARTED 2

/* The worker is over, or sits out the delay before it is started again. */
#define PGBGW_STOPPED 3

/* Receives one fact; both texts are NUL-terminated and valid during the call only. */
typedef void (*pgbgw_fact_callback)(void *arg, const char *key, const char *value);

/* How a manager is started. Set to zero what is not needed. */
typedef struct pgbgw_options {
    /* sizeof(pgbgw_options): later versions may have more. */
    uintptr_t size;
    /*
     * The data directory, made by pgbgw init or holding a pgbgw.conf; NULL: one of its own in
     * the folder for temporary files, gone with the manager.
     */
    const char *data_directory;
    /* NAME=VALUE strings, stronger than pgbgw.conf, and NULL at the end; or NULL. */
    const char *const *settings;
    /* The file that the log is appended to; NULL: standard error. */
    const char *log_file;
    /* Bytes of shared memory for pgbgw_shared_memory, beyond one megabyte. */
    uintptr_t shared_memory;
    /*
     * Called once in the postmaster while it starts, as _PG_init of a library is: may register
     * static workers, settings and hooks. NULL: nothing.
     */
    void (*init)(void);
} pgbgw_options;

/* A worker to be launched. Set to zero what is not needed. */
typedef struct pgbgw_worker {
    /* Shown in process listings and in the log, at most 95 bytes; NULL: the function's name. */
    const char *name;
    /* What all workers of a kind have in common; NULL: the name. */
    const char *type;
    /*
     * A function of the program that the worker runs. It returns when it is done, and has
     * argument as its argument; or NULL, and then library and function name one.
     */
    void (*main)(uintptr_t argument);
    /* A library as shared_preload_libraries would name it; NULL: the program itself. */
    const char *library;
    /* A function of the library. */
    const char *function;
    /* For the function. */
    uintptr_t argument;
    /* Bytes for MyBgworkerEntry->bgw_extra, at most 128; or NULL. */
    const void *extra;
    /* How many. */
    uintptr_t extra_size;
    /* Seconds after which it is started again when it ended with exit code 1 or crashed. */
    int restart_time;
    /* Whether it is started again at all. */
    bool restarts;
} pgbgw_worker;

/* Names a worker that was launched. It may be copied and forgotten. */
typedef struct pgbgw_handle {
    /* Its slot. */
    int slot;
    /* Which of the slot's workers it is. */
    uint64_t generation;
} pgbgw_handle;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/*
 * Tells the facts about the library in the file path, in this order:
 *
 * - file: the path;
 * - abi: the major version of PostgreSQL it was compiled for, if it can be told;
 * - loadable: true or false;
 * - reason: if not loadable, why;
 * - implemented, refused, inert, unknown: each once for every name that it imports from
 * the server (functions and variables that work, functions that raise an ERROR, variables that
 * nothing stands behind) or from nowhere;
 * - hooks: each once for every hook among them;
 * - never_run: each once for every one of those that is set in vain: nothing here calls it;
 * - needs_glibc: the oldest glibc that has everything it imports, if it imports from glibc.
 *
 * Nothing of the library runs. Returns 0 if it is loadable, 1 if not, -1 if path or fact is
 * NULL.
 *
 * path is NUL-terminated; fact may be called with arg.
 */
extern int pgbgw_check(const char *path, pgbgw_fact_callback fact, void *arg);

/*
 * The version of the library and of PostgreSQL's interface, as in 0.1.0 (PostgreSQL 17). The
 * text lives as long as the process.
 */
extern const char *pgbgw_version(void);

/*
 * The text of a new pgbgw.conf: every setting with its default, commented out. The text lives
 * as long as the process.
 */
extern const char *pgbgw_sample_config(void);

/*
 * What the last call that failed says about it: one line or more, without a line end. Valid until
 * the next call that fails; empty if none did.
 */
extern const char *pgbgw_error_message(void);

/*
 * Starts a manager: forks a postmaster, waits until it is ready, and attaches this process to its
 * shared memory as a regular backend, so that it may also call PostgreSQL's functions. One at a
 * time in a process. options may be NULL.
 *
 * The process must have one thread, and must not be root's. What C's streams hold is written out
 * first. SIGURG is blocked as long as there is a manager. Neither the postmaster nor its workers run
 * the exit handlers (atexit) of the program. The postmaster ends its workers and itself, with an
 * immediate shutdown, when the program ends without pgbgw_stop. An ERROR that a function of PostgreSQL's
 * raises in the program, and that no PG_TRY catches, ends the program with exit code 1. Children that the
 * program forks itself have no part in the manager.
 *
 * Returns 0, or PGBGW_ERR_ARGUMENT, _RUNNING, _THREADS, _CLASH, _START (the message says what the
 * postmaster said) or _SYSTEM.
 *
 * options is NULL or points to one whose strings are NUL-terminated.
 */
extern int pgbgw_start(const struct pgbgw_options *options);

/*
 * Attaches the process again after a crash, when shared memory has been reset: it is empty then,
 * handles from before say that their workers have stopped, and what pgbgw_shared_memory gave has
 * to be asked for again. Waits for the reset if it is still on its way.
 *
 * Returns 0, also if there was nothing to do, PGBGW_ERR_NOT_RUNNING or PGBGW_ERR_DIED.
 */
extern int pgbgw_reattach(void);

/*
 * Stops the manager and waits for the end of its postmaster: PGBGW_SMART, PGBGW_FAST or
 * PGBGW_IMMEDIATE. Handles, and pointers into shared memory, are of no use afterwards; a manager can
 * be started again.
 *
 * Returns 0 after an orderly shutdown, PGBGW_ERR_DIED if the postmaster was gone already or ended
 * otherwise, PGBGW_ERR_NOT_RUNNING or PGBGW_ERR_ARGUMENT.
 */
extern int pgbgw_stop(int mode);

/*
 * Finds the piece of shared memory called name (at most 47 bytes), or makes it, zeroed, with so many
 * bytes: ShmemInitStruct, which workers may call with the same name and size. Sets *memory, and
 * found (which may be NULL) to whether it was there. The address is the same in all processes.
 *
 * Returns 0, or PGBGW_ERR_ARGUMENT, _NOT_RUNNING, _RESET, _DIED, _ERROR (no room; another size).
 *
 * name is NUL-terminated; memory may be written, and found unless it is NULL.
 */
extern int pgbgw_shared_memory(const char *name,
                        uintptr_t size,
                        void **memory,
                        bool *found);

/*
 * Waits until the program's latch is set (MyLatch in the program; a worker finds it where the
 * program left its address in shared memory), and resets it; or until so many milliseconds are over,
 * unless they are negative. Returns PGBGW_LATCH_SET, PGBGW_TIMEOUT, or a failure, which is negative:
 * PGBGW_ERR_NOT_RUNNING, _RESET, _DIED.
 */
extern int pgbgw_wait_latch(long milliseconds);

/*
 * Runs the postmaster of a data directory in the calling process, until it is told to stop by
 * SIGTERM (smart), SIGINT (fast) or SIGQUIT (immediate shutdown). The log goes to standard error.
 * The process must have one thread and must not be root's.
 *
 * settings is an array of NAME=VALUE strings that ends with NULL, or NULL; they are stronger
 * than pgbgw.conf. Returns the exit code: 0 after an orderly shutdown, 1 otherwise.
 *
 * data_directory and each setting are NUL-terminated strings.
 */
extern int pgbgw_postmaster_main(const char *data_directory, const char *const *settings);

/*
 * Tells all settings as a postmaster started in this data directory would have them before it
 * loads libraries, or with NULL all settings of pgbgw's own with their defaults. Each begins with the
 * fact name; then, where there is one, value, source (default or configuration file),
 * file, line, description, context, type, unit, min, max, words (of an enum),
 * boot_value and others, as PostgreSQL's view pg_settings has them. A fact problem for
 * each thing that is wrong with the file.
 *
 * Not for a process that is a postmaster, or is attached to one. Returns 0 if nothing is wrong, 1
 * if something is, -1 if nothing can be told.
 *
 * data_directory is NUL-terminated or NULL; fact may be called with arg.
 */
extern int pgbgw_settings(const char *data_directory, pgbgw_fact_callback fact, void *arg);

/*
 * Launches a worker. The postmaster starts it when it gets to it: pgbgw_wait_startup.
 *
 * Returns 0 and sets *handle (which may be NULL), or PGBGW_ERR_ARGUMENT, _NOT_RUNNING, _FULL,
 * _RESET, _DIED, _ERROR (the registration is not acceptable).
 *
 * worker points to one whose strings are NUL-terminated; handle is NULL or may be written.
 */
extern int pgbgw_launch(const struct pgbgw_worker *worker, struct pgbgw_handle *handle);

/*
 * What has become of a worker, PGBGW_STARTED (and then *pid is its process), _NOT_YET_STARTED
 * or _STOPPED; a failure is negative, as PGBGW_ERR_RESET.
 *
 * handle points to one; pid is NULL or may be written.
 */
extern int pgbgw_status(const struct pgbgw_handle *handle, pid_t *pid);

/*
 * Waits until a worker has been started, or is over: the states of pgbgw_status. A worker that ran
 * and ended meanwhile counts as started. Interrupted by nothing but a crash (PGBGW_ERR_RESET) and the
 * end of the postmaster (PGBGW_ERR_DIED).
 *
 * As pgbgw_status.
 */
extern int pgbgw_wait_startup(const struct pgbgw_handle *handle, pid_t *pid);

/*
 * Waits until a worker does not run: PGBGW_STOPPED. It may be started again if it was launched so.
 *
 * As pgbgw_status.
 */
extern int pgbgw_wait_shutdown(const struct pgbgw_handle *handle);

/*
 * Ends a worker: SIGTERM if it runs, and it is not started again. No effect on one that is over.
 *
 * handle points to one.
 */
extern int pgbgw_terminate(const struct pgbgw_handle *handle);

/*
 * Sets the latch of a worker that runs; without effect on another one.
 *
 * handle points to one.
 */
extern int pgbgw_set_latch(const struct pgbgw_handle *handle);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus


#endif /* PGBGW_H */
