/* Injection points, which this build has not. */
#ifndef INJECTION_POINT_H
#define INJECTION_POINT_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

typedef void (*InjectionPointCallback) (const char *name, const void *private_data);

extern Size InjectionPointShmemSize(void);
extern void InjectionPointShmemInit(void);
extern void InjectionPointAttach(const char *name, const char *library, const char *function,
								 const void *private_data, int private_data_size);
extern void InjectionPointRun(const char *name);
extern bool InjectionPointDetach(const char *name);

#define INJECTION_POINT_LOAD(name) ((void) name)
#define INJECTION_POINT(name) ((void) name)
#define INJECTION_POINT_CACHED(name) ((void) name)

PGBGW_END_DECLS

#endif							/* INJECTION_POINT_H */
