/* Kinds of commands, as they are reported. */
#ifndef CMDTAG_H
#define CMDTAG_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

#define COMPLETION_TAG_BUFSIZE 64

/* The list has one line a command: PG_CMDTAG(tag, text, in event triggers, rewrites, counts). */
#define PG_CMDTAG(tag, name, evtrgok, rwrok, rowcnt) tag,
typedef enum CommandTag
{
#include "tcop/cmdtaglist.h"
} CommandTag;
#undef PG_CMDTAG

typedef struct QueryCompletion
{
	CommandTag	commandTag;
	uint64		nprocessed;
} QueryCompletion;

extern void InitializeQueryCompletion(QueryCompletion *qc);
extern const char *GetCommandTagName(CommandTag commandTag);
extern const char *GetCommandTagNameAndLen(CommandTag commandTag, Size *len);
extern bool command_tag_display_rowcount(CommandTag commandTag);
extern bool command_tag_event_trigger_ok(CommandTag commandTag);
extern bool command_tag_table_rewrite_ok(CommandTag commandTag);
extern CommandTag GetCommandTagEnum(const char *commandname);
extern Size BuildQueryCompletionString(char *buff, const QueryCompletion *qc, bool nameonly);

static inline void
SetQueryCompletion(QueryCompletion *qc, CommandTag commandTag, uint64 nprocessed)
{
	qc->commandTag = commandTag;
	qc->nprocessed = nprocessed;
}

static inline void
CopyQueryCompletion(QueryCompletion *dst, const QueryCompletion *src)
{
	*dst = *src;
}

PGBGW_END_DECLS

#endif							/* CMDTAG_H */
