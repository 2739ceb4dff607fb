/* Tuple descriptors: the columns of a row. */
#ifndef TUPDESC_H
#define TUPDESC_H

#include "postgres.h"
#include "access/attnum.h"
#include "access/xlogdefs.h"
#include "catalog/pg_attribute.h"
#include "nodes/pg_list.h"

PGBGW_BEGIN_DECLS

struct AttrMissing;

typedef struct AttrDefault
{
	AttrNumber	adnum;
	char	   *adbin;
} AttrDefault;

typedef struct ConstrCheck
{
	char	   *ccname;
	char	   *ccbin;
	bool		ccvalid;
	bool		ccnoinherit;
} ConstrCheck;

typedef struct TupleConstr
{
	AttrDefault *defval;
	ConstrCheck *check;
	struct AttrMissing *missing;
	uint16		num_defval;
	uint16		num_check;
	bool		has_not_null;
	bool		has_generated_stored;
} TupleConstr;

typedef struct TupleDescData
{
	int			natts;
	Oid			tdtypeid;
	int32		tdtypmod;
	int			tdrefcount;
	TupleConstr *constr;
	FormData_pg_attribute attrs[FLEXIBLE_ARRAY_MEMBER];
}			TupleDescData;

typedef struct TupleDescData *TupleDesc;

extern TupleDesc CreateTemplateTupleDesc(int natts);
extern TupleDesc CreateTupleDesc(int natts, Form_pg_attribute *attrs);
extern TupleDesc CreateTupleDescCopy(TupleDesc tupdesc);
extern TupleDesc CreateTupleDescCopyConstr(TupleDesc tupdesc);
extern void TupleDescCopy(TupleDesc dst, TupleDesc src);
extern Size TupleDescCopySize(TupleDesc src);
extern void TupleDescCopySized(TupleDesc dst, Size dstsize, TupleDesc src);
extern void TupleDescCopyEntry(TupleDesc dst, AttrNumber dstAttno, TupleDesc src,
							   AttrNumber srcAttno);
extern void FreeTupleDesc(TupleDesc tupdesc);
extern void IncrTupleDescRefCount(TupleDesc tupdesc);
extern void DecrTupleDescRefCount(TupleDesc tupdesc);
extern XLogRecPtr TupleDescGetVersion(TupleDesc tupdesc);
extern void TupleDescSetVersion(TupleDesc tupdesc, XLogRecPtr version);
extern XLogRecPtr TupleDescGetAttrVersion(TupleDesc tupdesc, AttrNumber attnum);
extern void TupleDescSetAttrVersion(TupleDesc tupdesc, AttrNumber attnum, XLogRecPtr version);
extern bool equalTupleDescs(TupleDesc tupdesc1, TupleDesc tupdesc2);
extern bool equalRowTypes(TupleDesc tupdesc1, TupleDesc tupdesc2);
extern uint32 hashRowType(TupleDesc desc);
extern void TupleDescInitEntry(TupleDesc desc, AttrNumber attributeNumber,
							   const char *attributeName, Oid oidtypeid, int32 typmod, int attdim);
extern void TupleDescInitBuiltinEntry(TupleDesc desc, AttrNumber attributeNumber,
									  const char *attributeName, Oid oidtypeid, int32 typmod,
									  int attdim);
extern void TupleDescInitEntryCollation(TupleDesc desc, AttrNumber attributeNumber,
										Oid collationid);
extern TupleDesc BuildDescFromLists(const List *names, const List *types, const List *typmods,
									const List *collations);
extern Node *TupleDescGetDefault(TupleDesc tupdesc, AttrNumber attnum);

/* Columns are counted from 0 here. */
#define TupleDescAttr(tupdesc, i) (&(tupdesc)->attrs[(i)])
#define TupleDescSize(src) \
	(offsetof(struct TupleDescData, attrs) + (src)->natts * sizeof(FormData_pg_attribute))

/* Only descriptors whose count is not -1 are counted. */
#define PinTupleDesc(tupdesc) \
	do { \
		if ((tupdesc)->tdrefcount >= 0) \
			IncrTupleDescRefCount(tupdesc); \
	} while (0)
#define ReleaseTupleDesc(tupdesc) \
	do { \
		if ((tupdesc)->tdrefcount >= 0) \
			DecrTupleDescRefCount(tupdesc); \
	} while (0)

PGBGW_END_DECLS

#endif							/* TUPDESC_H */
