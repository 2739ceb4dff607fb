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
/* 0: done; else how much room enlargeStringInfo is to make before the next try. */
extern int	appendStringInfoVA(StringInfo str, const char *fmt, va_list args)
			pg_attribute_printf(2, 0);
extern void appendStringInfoString(StringInfo str, const char *s);
extern void appendStringInfoChar(StringInfo str, char ch);
extern void appendStringInfoSpaces(StringInfo str, int count);
extern void appendBinaryStringInfo(StringInfo str, const void *data, int datalen);
extern void appendBinaryStringInfoNT(StringInfo str, const void *data, int datalen);
extern void enlargeStringInfo(StringInfo str, int needed);
extern void destroyStringInfo(StringInfo str);

/* Uses str more than once. */
#define appendStringInfoCharMacro(str, ch) \
	((str)->len + 1 < (str)->maxlen ? \
	 (void) ((str)->data[(str)->len++] = (ch), (str)->data[(str)->len] = '\0') : \
	 appendStringInfoChar(str, ch))

/* A string around bytes of the caller's, which must not be changed; no NUL is needed. */
static inline void
initReadOnlyStringInfo(StringInfo str, char *data, int len)
{
	str->data = data;
	str->len = len;
	str->maxlen = 0;
	str->cursor = 0;
}

/* A string that takes over a palloc'd one; the NUL must be there. */
static inline void
initStringInfoFromString(StringInfo str, char *data, int len)
{
	initReadOnlyStringInfo(str, data, len);
	str->maxlen = len + 1;
}

PGBGW_END_DECLS

#endif							/* STRINGINFO_H */
