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


/* Receives one fact; both texts are NUL-terminated and valid during the call only. */
typedef void (*pgbgw_fact_callback)(void *arg, const char *key, const char *value);

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

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus


#endif /* PGBGW_H */
