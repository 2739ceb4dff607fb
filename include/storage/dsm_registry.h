/* Segments with a name, for modules that are loaded late. */
#ifndef DSM_REGISTRY_H
#define DSM_REGISTRY_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

extern void *GetNamedDSMSegment(const char *name, size_t size, void (*init_callback) (void *ptr),
								bool *found);
extern Size DSMRegistryShmemSize(void);
extern void DSMRegistryShmemInit(void);

PGBGW_END_DECLS

#endif							/* DSM_REGISTRY_H */
