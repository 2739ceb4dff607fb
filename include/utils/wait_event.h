/* What a process waits for: class and event in one number. */
#ifndef WAIT_EVENT_H
#define WAIT_EVENT_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

#define PG_WAIT_LWLOCK 0x01000000U
#define PG_WAIT_LOCK 0x03000000U
#define PG_WAIT_BUFFERPIN 0x04000000U
#define PG_WAIT_ACTIVITY 0x05000000U
#define PG_WAIT_CLIENT 0x06000000U
#define PG_WAIT_EXTENSION 0x07000000U
#define PG_WAIT_IPC 0x08000000U
#define PG_WAIT_TIMEOUT 0x09000000U
#define PG_WAIT_IO 0x0A000000U
#define PG_WAIT_INJECTIONPOINT 0x0B000000U

/* Numbers of the server's own. */
#include "utils/wait_event_types.h"

/* A number for an event of the module's own, to be passed to WaitLatch(). */
extern uint32 WaitEventExtensionNew(const char *wait_event_name);
extern uint32 WaitEventInjectionPointNew(const char *wait_event_name);
extern char **GetWaitEventCustomNames(uint32 classId, int *nwaitevents);

/* Where this process says what it waits for: MyProc->wait_event_info, unless it is told otherwise. */
extern void pgstat_set_wait_event_storage(uint32 *wait_event_info);
extern void pgstat_reset_wait_event_storage(void);
extern PGDLLIMPORT uint32 *my_wait_event_info;

/* Around a wait that is not in WaitLatch(). */
static inline void
pgstat_report_wait_start(uint32 wait_event_info)
{
	*(volatile uint32 *) my_wait_event_info = wait_event_info;
}

static inline void
pgstat_report_wait_end(void)
{
	*(volatile uint32 *) my_wait_event_info = 0;
}

extern const char *pgstat_get_wait_event(uint32 wait_event_info);
extern const char *pgstat_get_wait_event_type(uint32 wait_event_info);

PGBGW_END_DECLS

#endif							/* WAIT_EVENT_H */
