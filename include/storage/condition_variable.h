/* Sleeping until another process says that it is time to look at a condition again. */
#ifndef CONDITION_VARIABLE_H
#define CONDITION_VARIABLE_H

#include "storage/proclist_types.h"
#include "storage/spin.h"

PGBGW_BEGIN_DECLS

typedef struct
{
	slock_t		mutex;
	proclist_head wakeup;
} ConditionVariable;

typedef union ConditionVariableMinimallyPadded
{
	ConditionVariable cv;
	char		pad[16];
} ConditionVariableMinimallyPadded;

extern void ConditionVariableInit(ConditionVariable *cv);

/*
 * ConditionVariablePrepareToSleep(cv);
 * while (!condition)
 *     ConditionVariableSleep(cv, wait_event_info);
 * ConditionVariableCancelSleep();
 */
extern void ConditionVariablePrepareToSleep(ConditionVariable *cv);
extern void ConditionVariableSleep(ConditionVariable *cv, uint32 wait_event_info);
/* True: the time (milliseconds) is over. */
extern bool ConditionVariableTimedSleep(ConditionVariable *cv, long timeout,
										uint32 wait_event_info);
extern bool ConditionVariableCancelSleep(void);

extern void ConditionVariableSignal(ConditionVariable *cv);
extern void ConditionVariableBroadcast(ConditionVariable *cv);

PGBGW_END_DECLS

#endif							/* CONDITION_VARIABLE_H */
