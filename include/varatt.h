/* Reading and making values of variable length: the forms that a module meets in memory. */
#ifndef VARATT_H
#define VARATT_H

#include "c.h"

/* The length word of the long form: 30 bits of length above two bits that say which form. */
#define PGBGW_VARLENA_WORD(PTR) (*(const uint32 *) (const void *) (PTR))
#define PGBGW_VARLENA_BYTE(PTR) (*(const uint8 *) (const void *) (PTR))

#define VARATT_IS_4B_U(PTR) ((PGBGW_VARLENA_BYTE(PTR) & 0x03) == 0x00)
#define VARATT_IS_COMPRESSED(PTR) ((PGBGW_VARLENA_BYTE(PTR) & 0x03) == 0x02)
#define VARATT_IS_SHORT(PTR) ((PGBGW_VARLENA_BYTE(PTR) & 0x01) == 0x01)
#define VARATT_IS_EXTERNAL(PTR) (PGBGW_VARLENA_BYTE(PTR) == 0x01)
#define VARATT_IS_EXTENDED(PTR) (!VARATT_IS_4B_U(PTR))

#define VARHDRSZ_SHORT 1
#define VARATT_SHORT_MAX 0x7F

#define VARSIZE(PTR) ((PGBGW_VARLENA_WORD(PTR) >> 2) & 0x3FFFFFFF)
#define VARDATA(PTR) (((char *) (PTR)) + VARHDRSZ)
#define SET_VARSIZE(PTR, len) (*(uint32 *) (void *) (PTR) = ((uint32) (len)) << 2)

#define SET_VARSIZE_SHORT(PTR, len) (*(uint8 *) (void *) (PTR) = (uint8) (((len) << 1) | 0x01))
#define VARSIZE_SHORT(PTR) ((PGBGW_VARLENA_BYTE(PTR) >> 1) & 0x7F)
#define VARDATA_SHORT(PTR) (((char *) (PTR)) + VARHDRSZ_SHORT)

/* For a value that was detoasted, in the long or the short form. */
#define VARSIZE_ANY(PTR) (VARATT_IS_SHORT(PTR) ? VARSIZE_SHORT(PTR) : VARSIZE(PTR))
#define VARSIZE_ANY_EXHDR(PTR) \
	(VARATT_IS_SHORT(PTR) ? VARSIZE_SHORT(PTR) - VARHDRSZ_SHORT : VARSIZE(PTR) - VARHDRSZ)
#define VARDATA_ANY(PTR) (VARATT_IS_SHORT(PTR) ? VARDATA_SHORT(PTR) : VARDATA(PTR))

#endif							/* VARATT_H */
