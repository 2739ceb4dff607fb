/* Signals between processes. */
#ifndef PROCSIGNAL_H
#define PROCSIGNAL_H

#include "postgres.h"
#include "storage/procnumber.h"

PGBGW_BEGIN_DECLS

/* For SIGUSR1: wakes the process up. */
extern void procsignal_sigusr1_handler(SIGNAL_ARGS);

PGBGW_END_DECLS

#endif							/* PROCSIGNAL_H */
