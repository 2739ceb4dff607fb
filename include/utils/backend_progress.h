/* The progress that a process publishes in its row of what processes do. */
#ifndef BACKEND_PROGRESS_H
#define BACKEND_PROGRESS_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

typedef enum ProgressCommandType
{
	PROGRESS_COMMAND_INVALID,
	PROGRESS_COMMAND_VACUUM,
	PROGRESS_COMMAND_ANALYZE,
	PROGRESS_COMMAND_CLUSTER,
	PROGRESS_COMMAND_CREATE_INDEX,
	PROGRESS_COMMAND_BASEBACKUP,
	PROGRESS_COMMAND_COPY,
} ProgressCommandType;

#define PGSTAT_NUM_PROGRESS_PARAM 20

extern void pgstat_progress_start_command(ProgressCommandType cmdtype, Oid relid);
extern void pgstat_progress_update_param(int index, int64 val);
extern void pgstat_progress_incr_param(int index, int64 incr);
extern void pgstat_progress_parallel_incr_param(int index, int64 incr);
extern void pgstat_progress_update_multi_param(int nparam, const int *index, const int64 *val);
extern void pgstat_progress_end_command(void);

PGBGW_END_DECLS

#endif							/* BACKEND_PROGRESS_H */
