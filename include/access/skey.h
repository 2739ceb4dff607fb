/* Keys of scans. */
#ifndef SKEY_H
#define SKEY_H

#include "postgres.h"
#include "access/attnum.h"
#include "access/stratnum.h"
#include "fmgr.h"

PGBGW_BEGIN_DECLS

typedef struct ScanKeyData
{
	int			sk_flags;
	AttrNumber	sk_attno;
	StrategyNumber sk_strategy;
	Oid			sk_subtype;
	Oid			sk_collation;
	FmgrInfo	sk_func;
	Datum		sk_argument;
} ScanKeyData;

typedef ScanKeyData *ScanKey;

#define SK_ISNULL 0x0001
#define SK_UNARY 0x0002
#define SK_ROW_HEADER 0x0004
#define SK_ROW_MEMBER 0x0008
#define SK_ROW_END 0x0010
#define SK_SEARCHARRAY 0x0020
#define SK_SEARCHNULL 0x0040
#define SK_SEARCHNOTNULL 0x0080
#define SK_ORDER_BY 0x0100

extern void ScanKeyInit(ScanKey entry, AttrNumber attributeNumber, StrategyNumber strategy,
						RegProcedure procedure, Datum argument);
extern void ScanKeyEntryInitialize(ScanKey entry, int flags, AttrNumber attributeNumber,
								   StrategyNumber strategy, Oid subtype, Oid collation,
								   RegProcedure procedure, Datum argument);
extern void ScanKeyEntryInitializeWithInfo(ScanKey entry, int flags, AttrNumber attributeNumber,
										   StrategyNumber strategy, Oid subtype, Oid collation,
										   FmgrInfo *finfo, Datum argument);

PGBGW_END_DECLS

#endif							/* SKEY_H */
