/* What a process sleeps on. */
#ifndef LATCH_H
#define LATCH_H

#include <signal.h>

#include "postgres.h"

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

/* Safe in signal handlers. */
extern void SetLatch(Latch *latch);
extern void ResetLatch(Latch *latch);

/* Returns the WL_ bits of what happened; timeout in milliseconds, with WL_TIMEOUT. */
extern int	WaitLatch(Latch *latch, int wakeEvents, long timeout, uint32 wait_event_info);
extern int	WaitLatchOrSocket(Latch *latch, int wakeEvents, pgsocket sock, long timeout,
							  uint32 wait_event_info);

PGBGW_END_DECLS

#endif							/* LATCH_H */
