/* Pointers that are distances from a base, which is not the same everywhere. */
#ifndef RELPTR_H
#define RELPTR_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

/* A distance plus 1; 0 is NULL. The pointer only tells the type. */
#define relptr(type) union { type *relptr_type; Size relptr_off; }
#define relptr_declare(type, relptrtype) typedef relptr(type) relptrtype
#define relptr_access(base, rp) \
	((__typeof__((rp).relptr_type)) \
	 ((rp).relptr_off == 0 ? NULL : (base) + (rp).relptr_off - 1))
#define relptr_is_null(rp) ((rp).relptr_off == 0)
#define relptr_offset(rp) ((rp).relptr_off - 1)
#define relptr_copy(rp1, rp2) ((rp1).relptr_off = (rp2).relptr_off)
#define relptr_store(base, rp, val) ((rp).relptr_off = relptr_store_eval(base, (char *) (val)))

static inline Size
relptr_store_eval(char *base, char *val)
{
	return val == NULL ? 0 : (Size) (val - base) + 1;
}

PGBGW_END_DECLS

#endif							/* RELPTR_H */
