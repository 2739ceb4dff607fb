/* What this process is doing, for others to see. */
#ifndef BACKEND_STATUS_H
#define BACKEND_STATUS_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

typedef enum BackendState
{
	STATE_UNDEFINED,
	STATE_IDLE,
	STATE_RUNNING,
	STATE_IDLEINTRANSACTION,
	STATE_FASTPATH,
	STATE_IDLEINTRANSACTION_ABORTED,
	STATE_DISABLED,
} BackendState;

extern void pgstat_report_activity(BackendState state, const char *cmd_str);
extern void pgstat_report_appname(const char *appname);
extern int	pgstat_fetch_stat_numbackends(void);

PGBGW_END_DECLS

#endif							/* BACKEND_STATUS_H */
