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
typedef void (*FactCallback)(void *arg, const char *key, const char *value);

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/* Tells the facts about the library in the file path, in this order: */
extern int pgbgw_check(const char *path, FactCallback fact, void *arg);

/* The version of the library and of PostgreSQL's interface, as in 0.1.0 (PostgreSQL 17). The */
extern const char *pgbgw_version(void);

/* The text of a new pgbgw.conf: every setting with its default, commented out. The text lives */
extern const char *pgbgw_sample_config(void);

/* Tells the facts about the library in the file path, in this order: */
extern int pgbgw_check(const char *path, FactCallback fact, void *arg);

/* The version of the library and of PostgreSQL's interface, as in 0.1.0 (PostgreSQL 17). The */
extern const char *pgbgw_version(void);

/* The text of a new pgbgw.conf: every setting with its default, commented out. The text lives */
extern const char *pgbgw_sample_config(void);

/* Runs the postmaster of a data directory in the calling process, until it is told to stop by */
extern int pgbgw_postmaster_main(const char *data_directory, const char *const *settings);

/* Runs the postmaster of a data directory in the calling process, until it is told to stop by */
extern int pgbgw_postmaster_main(const char *data_directory, const char *const *settings);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus


#endif /* PGBGW_H */
