/* Signal handlers; pqsignal() itself is in port.h. */
#ifndef PQSIGNAL_H
#define PQSIGNAL_H

#include <signal.h>

#include "port.h"

PGBGW_BEGIN_DECLS

/* Masks for sigprocmask(): what a process lets in, and what it blocks for a while. */
extern PGDLLIMPORT sigset_t UnBlockSig;
extern PGDLLIMPORT sigset_t BlockSig;
extern PGDLLIMPORT sigset_t StartupBlockSig;
extern void pqinitmask(void);

PGBGW_END_DECLS

#endif							/* PQSIGNAL_H */
