/* Values of any length: their headers. */
#ifndef VARATT_H
#define VARATT_H

#include "c.h"

PGBGW_BEGIN_DECLS

typedef struct varatt_external
{
	int32		va_rawsize;
	uint32		va_extinfo;
	Oid			va_valueid;
	Oid			va_toastrelid;
}			varatt_external;

#define VARLENA_EXTSIZE_BITS 30
#define VARLENA_EXTSIZE_MASK ((1U << VARLENA_EXTSIZE_BITS) - 1)

typedef struct varatt_indirect
{
	struct varlena *pointer;
}			varatt_indirect;

typedef struct ExpandedObjectHeader ExpandedObjectHeader;

typedef struct varatt_expanded
{
	ExpandedObjectHeader *eohptr;
} varatt_expanded;

typedef enum vartag_external
{
	VARTAG_INDIRECT = 1,
	VARTAG_EXPANDED_RO = 2,
	VARTAG_EXPANDED_RW = 3,
	VARTAG_ONDISK = 18
} vartag_external;

typedef union
{
	struct
	{
		uint32		va_header;
		char		va_data[FLEXIBLE_ARRAY_MEMBER];
	}			va_4byte;
	struct
	{
		uint32		va_header;
		uint32		va_tcinfo;
		char		va_data[FLEXIBLE_ARRAY_MEMBER];
	}			va_compressed;
} varattrib_4b;

typedef struct
{
	uint8		va_header;
	char		va_data[FLEXIBLE_ARRAY_MEMBER];
} varattrib_1b;

typedef struct
{
	uint8		va_header;
	uint8		va_tag;
	char		va_data[FLEXIBLE_ARRAY_MEMBER];
} varattrib_1b_e;

#define VARHDRSZ_EXTERNAL offsetof(varattrib_1b_e, va_data)
#define VARHDRSZ_COMPRESSED offsetof(varattrib_4b, va_compressed.va_data)
#define VARHDRSZ_SHORT offsetof(varattrib_1b, va_data)
#define VARATT_SHORT_MAX 0x7F

/* Long headers: 30 bits of length, and 2 that are 00, or 10 if the value is compressed. */
#define VARSIZE_4B(PTR) (((varattrib_4b *) (PTR))->va_4byte.va_header >> 2)
#define SET_VARSIZE_4B(PTR, len) \
	(((varattrib_4b *) (PTR))->va_4byte.va_header = (uint32) (len) << 2)
#define SET_VARSIZE_4B_C(PTR, len) \
	(((varattrib_4b *) (PTR))->va_4byte.va_header = (uint32) (len) << 2 | 0x02)
#define VARDATA_4B(PTR) (((varattrib_4b *) (PTR))->va_4byte.va_data)
#define VARDATA_4B_C(PTR) (((varattrib_4b *) (PTR))->va_compressed.va_data)

/* Short headers: one byte, 7 bits of length and 1 that is set; 1 alone is a pointer elsewhere. */
#define VARATT_FIRST_BYTE_(PTR) (((varattrib_1b *) (PTR))->va_header)
#define VARSIZE_1B(PTR) (VARATT_FIRST_BYTE_(PTR) >> 1)
#define SET_VARSIZE_1B(PTR, len) (VARATT_FIRST_BYTE_(PTR) = (uint8) ((uint8) (len) << 1 | 0x01))
#define VARDATA_1B(PTR) (((varattrib_1b *) (PTR))->va_data)
#define VARTAG_1B_E(PTR) (((varattrib_1b_e *) (PTR))->va_tag)
#define SET_VARTAG_1B_E(PTR, tag) \
	(((varattrib_1b_e *) (PTR))->va_tag = (tag), VARATT_FIRST_BYTE_(PTR) = 0x01)
#define VARDATA_1B_E(PTR) (((varattrib_1b_e *) (PTR))->va_data)

#define VARATT_IS_4B(PTR) ((VARATT_FIRST_BYTE_(PTR) & 0x01) == 0)
#define VARATT_IS_4B_U(PTR) ((VARATT_FIRST_BYTE_(PTR) & 0x03) == 0)
#define VARATT_IS_4B_C(PTR) ((VARATT_FIRST_BYTE_(PTR) & 0x03) == 0x02)
#define VARATT_IS_1B(PTR) (!VARATT_IS_4B(PTR))
#define VARATT_IS_1B_E(PTR) (VARATT_FIRST_BYTE_(PTR) == 0x01)
#define VARATT_NOT_PAD_BYTE(PTR) (*(uint8 *) (PTR) != 0)

/* What code uses. */
#define VARSIZE(PTR) VARSIZE_4B(PTR)
#define SET_VARSIZE(PTR, len) SET_VARSIZE_4B(PTR, len)
#define SET_VARSIZE_COMPRESSED(PTR, len) SET_VARSIZE_4B_C(PTR, len)
#define VARDATA(PTR) VARDATA_4B(PTR)
#define VARSIZE_SHORT(PTR) VARSIZE_1B(PTR)
#define SET_VARSIZE_SHORT(PTR, len) SET_VARSIZE_1B(PTR, len)
#define VARDATA_SHORT(PTR) VARDATA_1B(PTR)
#define VARTAG_EXTERNAL(PTR) VARTAG_1B_E(PTR)
#define SET_VARTAG_EXTERNAL(PTR, tag) SET_VARTAG_1B_E(PTR, tag)
#define VARSIZE_EXTERNAL(PTR) (VARHDRSZ_EXTERNAL + VARTAG_SIZE(VARTAG_EXTERNAL(PTR)))
#define VARDATA_EXTERNAL(PTR) VARDATA_1B_E(PTR)

#define VARTAG_IS_EXPANDED(tag) \
	((tag) == VARTAG_EXPANDED_RO || (tag) == VARTAG_EXPANDED_RW)
#define VARTAG_SIZE(tag) \
	((tag) == VARTAG_ONDISK ? sizeof(varatt_external) : \
	 VARTAG_IS_EXPANDED(tag) ? sizeof(varatt_expanded) : sizeof(varatt_indirect))

#define VARATT_IS_COMPRESSED(PTR) VARATT_IS_4B_C(PTR)
#define VARATT_IS_SHORT(PTR) VARATT_IS_1B(PTR)
#define VARATT_IS_EXTENDED(PTR) (!VARATT_IS_4B_U(PTR))
#define VARATT_IS_EXTERNAL(PTR) VARATT_IS_1B_E(PTR)
#define VARATT_IS_EXTERNAL_ONDISK(PTR) \
	(VARATT_IS_EXTERNAL(PTR) && VARTAG_EXTERNAL(PTR) == VARTAG_ONDISK)
#define VARATT_IS_EXTERNAL_INDIRECT(PTR) \
	(VARATT_IS_EXTERNAL(PTR) && VARTAG_EXTERNAL(PTR) == VARTAG_INDIRECT)
#define VARATT_IS_EXTERNAL_EXPANDED_RO(PTR) \
	(VARATT_IS_EXTERNAL(PTR) && VARTAG_EXTERNAL(PTR) == VARTAG_EXPANDED_RO)
#define VARATT_IS_EXTERNAL_EXPANDED_RW(PTR) \
	(VARATT_IS_EXTERNAL(PTR) && VARTAG_EXTERNAL(PTR) == VARTAG_EXPANDED_RW)
#define VARATT_IS_EXTERNAL_EXPANDED(PTR) \
	(VARATT_IS_EXTERNAL(PTR) && VARTAG_IS_EXPANDED(VARTAG_EXTERNAL(PTR)))
#define VARATT_IS_EXTERNAL_NON_EXPANDED(PTR) \
	(VARATT_IS_EXTERNAL(PTR) && !VARTAG_IS_EXPANDED(VARTAG_EXTERNAL(PTR)))

#define VARATT_CONVERTED_SHORT_SIZE(PTR) (VARSIZE(PTR) - VARHDRSZ + VARHDRSZ_SHORT)
#define VARATT_CAN_MAKE_SHORT(PTR) \
	(VARATT_IS_4B_U(PTR) && VARATT_CONVERTED_SHORT_SIZE(PTR) <= VARATT_SHORT_MAX)

/* Of any uncompressed value that is not elsewhere; the size is right for those, too. */
#define VARSIZE_ANY(PTR) \
	(VARATT_IS_1B_E(PTR) ? VARSIZE_EXTERNAL(PTR) : \
	 VARATT_IS_1B(PTR) ? VARSIZE_1B(PTR) : VARSIZE_4B(PTR))
#define VARSIZE_ANY_EXHDR(PTR) \
	(VARATT_IS_1B_E(PTR) ? VARSIZE_EXTERNAL(PTR) - VARHDRSZ_EXTERNAL : \
	 VARATT_IS_1B(PTR) ? VARSIZE_1B(PTR) - VARHDRSZ_SHORT : VARSIZE_4B(PTR) - VARHDRSZ)
#define VARDATA_ANY(PTR) (VARATT_IS_1B(PTR) ? VARDATA_1B(PTR) : VARDATA_4B(PTR))

/* Compressed values, here and elsewhere. */
#define VARDATA_COMPRESSED_GET_EXTSIZE(PTR) \
	(((varattrib_4b *) (PTR))->va_compressed.va_tcinfo & VARLENA_EXTSIZE_MASK)
#define VARDATA_COMPRESSED_GET_COMPRESS_METHOD(PTR) \
	(((varattrib_4b *) (PTR))->va_compressed.va_tcinfo >> VARLENA_EXTSIZE_BITS)
#define VARATT_EXTERNAL_GET_EXTSIZE(toast_pointer) \
	((toast_pointer).va_extinfo & VARLENA_EXTSIZE_MASK)
#define VARATT_EXTERNAL_GET_COMPRESS_METHOD(toast_pointer) \
	((toast_pointer).va_extinfo >> VARLENA_EXTSIZE_BITS)
#define VARATT_EXTERNAL_IS_COMPRESSED(toast_pointer) \
	(VARATT_EXTERNAL_GET_EXTSIZE(toast_pointer) < (toast_pointer).va_rawsize - VARHDRSZ)

PGBGW_END_DECLS

#endif							/* VARATT_H */
