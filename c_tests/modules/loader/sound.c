/* Nothing is wrong with it. */
#include "prelude.h"

PG_MODULE_MAGIC;

extern void ReplicationSlotPersist(void);

static int	inits = 0;

int			count_inits(void);
int			call_refused(void);

void
_PG_init(void)
{
	inits++;
}

int
count_inits(void)
{
	return inits;
}

int
call_refused(void)
{
	ReplicationSlotPersist();
	return 0;
}
