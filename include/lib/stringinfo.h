/* A string that grows, in palloc'd memory. */
#ifndef STRINGINFO_H
#define STRINGINFO_H

#include "c.h"

PGBGW_BEGIN_DECLS

/* data has a NUL behind its len bytes; maxlen bytes are allocated, 0 marks a read-only string. */
typedef struct StringInfoData
{
	char	   *data;
	int			len;
	int			maxlen;
	int			cursor;
} StringInfoData;

typedef StringInfoData *StringInfo;

extern StringInfo makeStringInfo(void);
extern void initStringInfo(StringInfo str);
extern void resetStringInfo(StringInfo str);
extern void appendStringInfo(StringInfo str, const char *fmt,...) pg_attribute_printf(2, 3);
extern void appendStringInfoString(StringInfo str, const char *s);
extern void appendStringInfoChar(StringInfo str, char ch);
extern void appendBinaryStringInfo(StringInfo str, const void *data, int datalen);
extern void enlargeStringInfo(StringInfo str, int needed);

#define appendStringInfoCharMacro(str, ch) appendStringInfoChar(str, ch)

PGBGW_END_DECLS

#endif							/* STRINGINFO_H */
