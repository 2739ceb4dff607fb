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



#endif /* PGBGW_H */
