/* What a process sleeps on. */
#ifndef LATCH_H
#define LATCH_H

#include <signal.h>

#include "utils/resowner.h"

PGBGW_BEGIN_DECLS

/* Use the functions; the fields are here so that a latch can be part of something. */
typedef struct Latch
{
	sig_atomic_t is_set;
	sig_atomic_t maybe_sleeping;
	bool		is_shared;
	int			owner_pid;
} Latch;

#define WL_LATCH_SET (1 << 0)
#define WL_SOCKET_READABLE (1 << 1)
#define WL_SOCKET_WRITEABLE (1 << 2)
#define WL_TIMEOUT (1 << 3)
#define WL_POSTMASTER_DEATH (1 << 4)
#define WL_EXIT_ON_PM_DEATH (1 << 5)
#define WL_SOCKET_CONNECTED WL_SOCKET_WRITEABLE
#define WL_SOCKET_CLOSED (1 << 7)
#define WL_SOCKET_ACCEPT WL_SOCKET_READABLE
#define WL_SOCKET_MASK \
	(WL_SOCKET_READABLE | WL_SOCKET_WRITEABLE | WL_SOCKET_CONNECTED | WL_SOCKET_ACCEPT | \
	 WL_SOCKET_CLOSED)

typedef struct WaitEvent
{
	int			pos;
	uint32		events;
	pgsocket	fd;
	void	   *user_data;
} WaitEvent;

typedef struct WaitEventSet WaitEventSet;

/* A latch of one process, or one in shared memory that processes take turns to own. */
extern void InitLatch(Latch *latch);
extern void InitSharedLatch(Latch *latch);
extern void OwnLatch(Latch *latch);
extern void DisownLatch(Latch *latch);

/* Safe in signal handlers. */
extern void SetLatch(Latch *latch);
extern void ResetLatch(Latch *latch);

/* Returns the WL_ bits of what happened; timeout in milliseconds, with WL_TIMEOUT. */
extern int	WaitLatch(Latch *latch, int wakeEvents, long timeout, uint32 wait_event_info);
extern int	WaitLatchOrSocket(Latch *latch, int wakeEvents, pgsocket sock, long timeout,
							  uint32 wait_event_info);

/* Several events to wait for at once. FreeWaitEventSet() closes the descriptors of a set. */
extern WaitEventSet *CreateWaitEventSet(ResourceOwner resowner, int nevents);
extern void FreeWaitEventSet(WaitEventSet *set);
extern void FreeWaitEventSetAfterFork(WaitEventSet *set);

/* Returns the position of the event, which ModifyWaitEvent() takes. */
extern int	AddWaitEventToSet(WaitEventSet *set, uint32 events, pgsocket fd, Latch *latch,
							  void *user_data);
extern void ModifyWaitEvent(WaitEventSet *set, int pos, uint32 events, Latch *latch);

/* Returns how many events it wrote; 0 when the timeout (milliseconds, -1 is none) is over. */
extern int	WaitEventSetWait(WaitEventSet *set, long timeout, WaitEvent *occurred_events,
							 int nevents, uint32 wait_event_info);
extern int	GetNumRegisteredWaitEvents(WaitEventSet *set);
extern bool WaitEventSetCanReportClosed(void);

PGBGW_END_DECLS

#endif							/* LATCH_H */
