/* Usual signal handlers of worker main loops. */
#ifndef INTERRUPT_H
#define INTERRUPT_H

#include <signal.h>

#include "postgres.h"

PGBGW_BEGIN_DECLS

extern PGDLLIMPORT volatile sig_atomic_t ConfigReloadPending;
extern PGDLLIMPORT volatile sig_atomic_t ShutdownRequestPending;

extern void SignalHandlerForConfigReload(SIGNAL_ARGS);
/* Acts on them: reads the configuration file, ends the process. */
extern void HandleMainLoopInterrupts(void);
/* For SIGQUIT: ends the process at once. */
extern void SignalHandlerForCrashExit(SIGNAL_ARGS);
extern void SignalHandlerForShutdownRequest(SIGNAL_ARGS);

PGBGW_END_DECLS

#endif							/* INTERRUPT_H */
