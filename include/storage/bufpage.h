/* Pages: their header. */
#ifndef BUFPAGE_H
#define BUFPAGE_H

#include "postgres.h"
#include "access/xlogdefs.h"
#include "storage/block.h"
#include "storage/itemid.h"
#include "storage/off.h"

PGBGW_BEGIN_DECLS

typedef Pointer Page;

typedef uint16 LocationIndex;

typedef struct
{
	uint32		xlogid;
	uint32		xrecoff;
} PageXLogRecPtr;

typedef struct PageHeaderData
{
	PageXLogRecPtr pd_lsn;
	uint16		pd_checksum;
	uint16		pd_flags;
	LocationIndex pd_lower;
	LocationIndex pd_upper;
	LocationIndex pd_special;
	uint16		pd_pagesize_version;
	TransactionId pd_prune_xid;
	ItemIdData	pd_linp[FLEXIBLE_ARRAY_MEMBER];
} PageHeaderData;

typedef PageHeaderData *PageHeader;

#define PD_HAS_FREE_LINES 0x0001
#define PD_PAGE_FULL 0x0002
#define PD_ALL_VISIBLE 0x0004
#define PD_VALID_FLAG_BITS 0x0007
#define PG_PAGE_LAYOUT_VERSION 4
#define PG_DATA_CHECKSUM_VERSION 1
#define SizeOfPageHeaderData (offsetof(PageHeaderData, pd_linp))

PGBGW_END_DECLS

#endif							/* BUFPAGE_H */
