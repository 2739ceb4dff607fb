/* Imports variables that mean nothing outside the server. */
#include "prelude.h"

PG_MODULE_MAGIC;

extern char *BufferBlocks;
extern void *planner_hook;
extern void *emit_log_hook;

void
_PG_init(void)
{
	ereport(LOG, errmsg("buffers %p hooks %p %p", BufferBlocks, planner_hook, emit_log_hook));
}
