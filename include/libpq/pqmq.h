/* Messages of the protocol, through a queue. */
#ifndef PQMQ_H
#define PQMQ_H

#include "postgres.h"
#include "lib/stringinfo.h"
#include "storage/shm_mq.h"

PGBGW_BEGIN_DECLS

extern void pq_redirect_to_shm_mq(dsm_segment *seg, shm_mq_handle *mqh);
extern void pq_set_parallel_leader(pid_t pid, ProcNumber procNumber);
extern void pq_parse_errornotice(StringInfo msg, ErrorData *edata);

PGBGW_END_DECLS

#endif							/* PQMQ_H */
