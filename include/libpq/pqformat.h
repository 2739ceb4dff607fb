/* Messages of the protocol: making them and taking them apart. */
#ifndef PQFORMAT_H
#define PQFORMAT_H

#include "postgres.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "port/pg_bswap.h"

PGBGW_BEGIN_DECLS

extern void pq_beginmessage(StringInfo buf, char msgtype);
extern void pq_beginmessage_reuse(StringInfo buf, char msgtype);
extern void pq_endmessage(StringInfo buf);
extern void pq_endmessage_reuse(StringInfo buf);
extern void pq_sendbytes(StringInfo buf, const void *data, int datalen);
extern void pq_sendcountedtext(StringInfo buf, const char *str, int slen);
extern void pq_sendtext(StringInfo buf, const char *str, int slen);
extern void pq_sendstring(StringInfo buf, const char *str);
extern void pq_send_ascii_string(StringInfo buf, const char *str);
extern void pq_sendfloat4(StringInfo buf, float4 f);
extern void pq_sendfloat8(StringInfo buf, float8 f);
extern void pq_begintypsend(StringInfo buf);
extern bytea *pq_endtypsend(StringInfo buf);
extern void pq_puttextmessage(char msgtype, const char *str);
extern void pq_putemptymessage(char msgtype);
extern int	pq_getmsgbyte(StringInfo msg);
extern unsigned int pq_getmsgint(StringInfo msg, int b);
extern int64 pq_getmsgint64(StringInfo msg);
extern float4 pq_getmsgfloat4(StringInfo msg);
extern float8 pq_getmsgfloat8(StringInfo msg);
extern const char *pq_getmsgbytes(StringInfo msg, int datalen);
extern void pq_copymsgbytes(StringInfo msg, char *buf, int datalen);
extern char *pq_getmsgtext(StringInfo msg, int rawbytes, int *nbytes);
extern const char *pq_getmsgstring(StringInfo msg);
extern const char *pq_getmsgrawstring(StringInfo msg);
extern void pq_getmsgend(StringInfo msg);

/* Numbers go in network order; the write variants need the room to be there. */
#define PGBGW_PQ_INTEGER(bits, swap) \
static inline void \
pq_writeint##bits(StringInfoData *pg_restrict buf, uint##bits i) \
{ \
	uint##bits	wire = swap(i); \
\
	memcpy(buf->data + buf->len, &wire, sizeof(wire)); \
	buf->len += (int) sizeof(wire); \
} \
static inline void \
pq_sendint##bits(StringInfo buf, uint##bits i) \
{ \
	enlargeStringInfo(buf, sizeof(i)); \
	pq_writeint##bits(buf, i); \
}

PGBGW_PQ_INTEGER(8, (uint8))
PGBGW_PQ_INTEGER(16, pg_hton16)
PGBGW_PQ_INTEGER(32, pg_hton32)
PGBGW_PQ_INTEGER(64, pg_hton64)

#undef PGBGW_PQ_INTEGER

static inline void
pq_sendbyte(StringInfo buf, uint8 byt)
{
	pq_sendint8(buf, byt);
}

static inline void
pq_sendint(StringInfo buf, uint32 i, int b)
{
	if (b == 1)
		pq_sendint8(buf, (uint8) i);
	else if (b == 2)
		pq_sendint16(buf, (uint16) i);
	else if (b == 4)
		pq_sendint32(buf, i);
	else
		elog(ERROR, "unsupported integer size %d", b);
}

/* With its NUL, in the client's encoding. */
static inline void
pq_writestring(StringInfoData *pg_restrict buf, const char *pg_restrict str)
{
	char	   *converted = pg_server_to_client(str, (int) strlen(str));
	int			size = (int) strlen(converted) + 1;

	memcpy(buf->data + buf->len, converted, size);
	buf->len += size;
	if (converted != str)
		pfree(converted);
}

PGBGW_END_DECLS

#endif							/* PQFORMAT_H */
