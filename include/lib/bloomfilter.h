/* Sets that may err to one side. */
#ifndef BLOOMFILTER_H
#define BLOOMFILTER_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

typedef struct bloom_filter bloom_filter;

extern bloom_filter *bloom_create(int64 total_elems, int bloom_work_mem, uint64 seed);
extern void bloom_free(bloom_filter *filter);
extern void bloom_add_element(bloom_filter *filter, unsigned char *elem, size_t len);
extern bool bloom_lacks_element(bloom_filter *filter, unsigned char *elem, size_t len);
extern double bloom_prop_bits_set(bloom_filter *filter);

PGBGW_END_DECLS

#endif							/* BLOOMFILTER_H */
