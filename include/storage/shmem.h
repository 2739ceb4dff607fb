/* Shared memory of modules: asked for while preloading, found by name in a startup hook. */
#ifndef SHMEM_H
#define SHMEM_H

#include "postgres.h"
#include "utils/hsearch.h"

PGBGW_BEGIN_DECLS

extern void RequestAddinShmemSpace(Size size);
extern void *ShmemAlloc(Size size);
extern void *ShmemAllocNoError(Size size);
extern bool ShmemAddrIsValid(const void *addr);
extern HTAB *ShmemInitHash(const char *name, long init_size, long max_size, HASHCTL *infoP,
						   int hash_flags);
extern void *ShmemInitStruct(const char *name, Size size, bool *foundPtr);

PGBGW_END_DECLS

#endif							/* SHMEM_H */
