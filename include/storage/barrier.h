/* Barriers: processes wait for each other. */
#ifndef BARRIER_H
#define BARRIER_H

#include "postgres.h"
#include "storage/condition_variable.h"
#include "storage/spin.h"

PGBGW_BEGIN_DECLS

typedef struct Barrier
{
	slock_t		mutex;
	int			phase;
	int			participants;
	int			arrived;
	int			elected;
	bool		static_party;
	ConditionVariable condition_variable;
} Barrier;

extern void BarrierInit(Barrier *barrier, int participants);
extern bool BarrierArriveAndWait(Barrier *barrier, uint32 wait_event_info);
extern bool BarrierArriveAndDetach(Barrier *barrier);
extern bool BarrierArriveAndDetachExceptLast(Barrier *barrier);
extern int	BarrierAttach(Barrier *barrier);
extern bool BarrierDetach(Barrier *barrier);
extern int	BarrierPhase(Barrier *barrier);
extern int	BarrierParticipants(Barrier *barrier);

PGBGW_END_DECLS

#endif							/* BARRIER_H */
