/* A condition that processes sleep on: the type. */
#ifndef CONDITION_VARIABLE_H
#define CONDITION_VARIABLE_H

#include "storage/proclist_types.h"
#include "storage/spin.h"

typedef struct
{
	slock_t		mutex;
	proclist_head wakeup;
} ConditionVariable;

#endif							/* CONDITION_VARIABLE_H */
