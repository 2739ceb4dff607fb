/* Statistics: what modules of workers include it for. */
#ifndef PGSTAT_H
#define PGSTAT_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "portability/instr_time.h"
#include "utils/backend_progress.h"
#include "utils/backend_status.h"
#include "utils/relcache.h"
#include "utils/wait_event.h"

PGBGW_BEGIN_DECLS

extern long pgstat_report_stat(bool force);
extern void pgstat_force_next_flush(void);
extern void pgstat_clear_snapshot(void);

PGBGW_END_DECLS

#endif							/* PGSTAT_H */
