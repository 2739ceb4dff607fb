/* Whether the postmaster is still there. */
#ifndef PMSIGNAL_H
#define PMSIGNAL_H

#include <signal.h>

#include "postgres.h"

PGBGW_BEGIN_DECLS

extern PGDLLIMPORT volatile sig_atomic_t postmaster_possibly_dead;
extern bool PostmasterIsAliveInternal(void);

static inline bool
PostmasterIsAlive(void)
{
	return !postmaster_possibly_dead || PostmasterIsAliveInternal();
}

PGBGW_END_DECLS

#endif							/* PMSIGNAL_H */
