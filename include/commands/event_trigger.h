/* Event triggers: what their functions are called with. */
#ifndef EVENT_TRIGGER_H
#define EVENT_TRIGGER_H

#include "postgres.h"
#include "catalog/objectaddress.h"
#include "nodes/parsenodes.h"
#include "tcop/cmdtag.h"
#include "tcop/dest.h"

PGBGW_BEGIN_DECLS

typedef struct EventTriggerData
{
	NodeTag		type;
	const char *event;
	Node	   *parsetree;
	CommandTag	tag;
} EventTriggerData;

extern PGDLLIMPORT bool event_triggers;

#define AT_REWRITE_ALTER_PERSISTENCE 0x01
#define AT_REWRITE_DEFAULT_VAL 0x02
#define AT_REWRITE_COLUMN_REWRITE 0x04
#define AT_REWRITE_ACCESS_METHOD 0x08

#define CALLED_AS_EVENT_TRIGGER(fcinfo) \
	((fcinfo)->context != NULL && IsA((fcinfo)->context, EventTriggerData))

PGBGW_END_DECLS

#endif							/* EVENT_TRIGGER_H */
