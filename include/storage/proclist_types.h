/* Lists of processes, linked by number. */
#ifndef PROCLIST_TYPES_H
#define PROCLIST_TYPES_H

#include "storage/procnumber.h"

typedef struct proclist_node
{
	ProcNumber	next;
	ProcNumber	prev;
} proclist_node;

typedef struct proclist_head
{
	ProcNumber	head;
	ProcNumber	tail;
} proclist_head;

#endif							/* PROCLIST_TYPES_H */
