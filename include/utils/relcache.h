/* Open tables. */
#ifndef RELCACHE_H
#define RELCACHE_H

#include "postgres.h"
#include "access/tupdesc.h"
#include "common/relpath.h"
#include "nodes/bitmapset.h"

PGBGW_BEGIN_DECLS

struct RelationData;

typedef struct RelationData *Relation;
typedef Relation *RelationPtr;

extern Relation RelationIdGetRelation(Oid relationId);
extern void RelationClose(Relation relation);
extern List *RelationGetFKeyList(Relation relation);
extern List *RelationGetIndexList(Relation relation);
extern List *RelationGetStatExtList(Relation relation);
extern Oid	RelationGetPrimaryKeyIndex(Relation relation);
extern Oid	RelationGetReplicaIndex(Relation relation);
extern List *RelationGetIndexExpressions(Relation relation);
extern List *RelationGetDummyIndexExpressions(Relation relation);
extern List *RelationGetIndexPredicate(Relation relation);
extern bytea **RelationGetIndexAttOptions(Relation relation, bool copy);

typedef enum IndexAttrBitmapKind
{
	INDEX_ATTR_BITMAP_KEY,
	INDEX_ATTR_BITMAP_PRIMARY_KEY,
	INDEX_ATTR_BITMAP_IDENTITY_KEY,
	INDEX_ATTR_BITMAP_HOT_BLOCKING,
	INDEX_ATTR_BITMAP_SUMMARIZED,
} IndexAttrBitmapKind;

extern Bitmapset *RelationGetIndexAttrBitmap(Relation relation, IndexAttrBitmapKind attrKind);
extern Bitmapset *RelationGetIdentityKeyBitmap(Relation relation);
extern void RelationForgetRelation(Oid rid);
extern void RelationCacheInvalidate(bool debug_discard);
extern bool RelationIdIsInInitFile(Oid relationId);
extern PGDLLIMPORT bool criticalRelcachesBuilt;
extern PGDLLIMPORT bool criticalSharedRelcachesBuilt;

PGBGW_END_DECLS

#endif							/* RELCACHE_H */
