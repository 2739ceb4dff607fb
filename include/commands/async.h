/* LISTEN and NOTIFY. */
#ifndef ASYNC_H
#define ASYNC_H

#include <signal.h>

#include "postgres.h"

PGBGW_BEGIN_DECLS

extern PGDLLIMPORT bool Trace_notify;
extern PGDLLIMPORT int max_notify_queue_pages;
extern PGDLLIMPORT volatile sig_atomic_t notifyInterruptPending;
extern void NotifyMyFrontEnd(const char *channel, const char *payload, int32 srcPid);
extern void Async_Notify(const char *channel, const char *payload);
extern void Async_Listen(const char *channel);
extern void Async_Unlisten(const char *channel);
extern void Async_UnlistenAll(void);
extern void PreCommit_Notify(void);
extern void AtCommit_Notify(void);
extern void AtAbort_Notify(void);
extern void AtSubCommit_Notify(void);
extern void AtSubAbort_Notify(void);
extern void AtPrepare_Notify(void);
extern void HandleNotifyInterrupt(void);
extern void ProcessNotifyInterrupt(bool flush);
extern void AsyncNotifyFreezeXids(TransactionId newFrozenXid);

PGBGW_END_DECLS

#endif							/* ASYNC_H */
