/* Lists of rows of catalogs. */
#ifndef CATCACHE_H
#define CATCACHE_H

#include "postgres.h"
#include "access/htup.h"
#include "access/skey.h"
#include "lib/ilist.h"
#include "utils/palloc.h"
#include "utils/relcache.h"

PGBGW_BEGIN_DECLS

struct catclist;
typedef struct catclist CatCList;

extern PGDLLIMPORT MemoryContext CacheMemoryContext;
extern void ReleaseCatCacheList(CatCList *list);

PGBGW_END_DECLS

#endif							/* CATCACHE_H */
