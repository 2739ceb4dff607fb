/* What an open table is. */
#ifndef REL_H
#define REL_H

#include "postgres.h"
#include "access/tupdesc.h"
#include "access/xlog.h"
#include "catalog/catalog.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "nodes/bitmapset.h"
#include "storage/block.h"
#include "storage/relfilelocator.h"
#include "utils/relcache.h"
#include "utils/reltrigger.h"

PGBGW_BEGIN_DECLS

struct SMgrRelationData;
struct RuleLock;
struct PartitionKeyData;
struct PartitionDescData;
struct PublicationDesc;
struct HeapTupleData;
struct FmgrInfo;
struct IndexAmRoutine;
struct TableAmRoutine;
struct RowSecurityDesc;
struct FdwRoutine;
struct PgStat_TableStatus;
typedef struct SMgrRelationData *SMgrRelation;
typedef struct RuleLock RuleLock;
typedef struct PartitionKeyData *PartitionKey;
typedef struct PartitionDescData *PartitionDesc;
typedef struct PublicationDesc PublicationDesc;

typedef struct LockRelId
{
	Oid			relId;
	Oid			dbId;
} LockRelId;

typedef struct LockInfoData
{
	LockRelId	lockRelId;
} LockInfoData;

typedef LockInfoData *LockInfo;

typedef struct RelationData
{
	RelFileLocator rd_locator;
	SMgrRelation rd_smgr;
	int			rd_refcnt;
	ProcNumber	rd_backend;
	bool		rd_islocaltemp;
	bool		rd_isnailed;
	bool		rd_isvalid;
	bool		rd_indexvalid;
	bool		rd_statvalid;
	SubTransactionId rd_createSubid;
	SubTransactionId rd_newRelfilelocatorSubid;
	SubTransactionId rd_firstRelfilelocatorSubid;
	SubTransactionId rd_droppedSubid;
	Form_pg_class rd_rel;
	TupleDesc	rd_att;
	Oid			rd_id;
	LockInfoData rd_lockInfo;
	RuleLock   *rd_rules;
	MemoryContext rd_rulescxt;
	TriggerDesc *trigdesc;
	struct RowSecurityDesc *rd_rsdesc;
	List	   *rd_fkeylist;
	bool		rd_fkeyvalid;
	PartitionKey rd_partkey;
	MemoryContext rd_partkeycxt;
	PartitionDesc rd_partdesc;
	MemoryContext rd_pdcxt;
	PartitionDesc rd_partdesc_nodetached;
	MemoryContext rd_pddcxt;
	TransactionId rd_partdesc_nodetached_xmin;
	List	   *rd_partcheck;
	bool		rd_partcheckvalid;
	MemoryContext rd_partcheckcxt;
	List	   *rd_indexlist;
	Oid			rd_pkindex;
	bool		rd_ispkdeferrable;
	Oid			rd_replidindex;
	List	   *rd_statlist;
	bool		rd_attrsvalid;
	Bitmapset  *rd_keyattr;
	Bitmapset  *rd_pkattr;
	Bitmapset  *rd_idattr;
	Bitmapset  *rd_hotblockingattr;
	Bitmapset  *rd_summarizedattr;
	PublicationDesc *rd_pubdesc;
	bytea	   *rd_options;
	Oid			rd_amhandler;
	const struct TableAmRoutine *rd_tableam;
	Form_pg_index rd_index;
	struct HeapTupleData *rd_indextuple;
	MemoryContext rd_indexcxt;
	struct IndexAmRoutine *rd_indam;
	Oid		   *rd_opfamily;
	Oid		   *rd_opcintype;
	RegProcedure *rd_support;
	struct FmgrInfo *rd_supportinfo;
	int16	   *rd_indoption;
	List	   *rd_indexprs;
	List	   *rd_indpred;
	Oid		   *rd_exclops;
	Oid		   *rd_exclprocs;
	uint16	   *rd_exclstrats;
	Oid		   *rd_indcollation;
	bytea	  **rd_opcoptions;
	void	   *rd_amcache;
	struct FdwRoutine *rd_fdwroutine;
	Oid			rd_toastoid;
	bool		pgstat_enabled;
	struct PgStat_TableStatus *pgstat_info;
} RelationData;

#define HEAP_MIN_FILLFACTOR 10
#define HEAP_DEFAULT_FILLFACTOR 100
#define InvalidRelation ((Relation) NULL)

extern void RelationIncrementReferenceCount(Relation rel);
extern void RelationDecrementReferenceCount(Relation rel);

#define RelationIsValid(relation) PointerIsValid(relation)
#define RelationHasReferenceCountZero(relation) ((bool) ((relation)->rd_refcnt == 0))
#define RelationGetForm(relation) ((relation)->rd_rel)
#define RelationGetRelid(relation) ((relation)->rd_id)
#define RelationGetNumberOfAttributes(relation) ((relation)->rd_rel->relnatts)
#define IndexRelationGetNumberOfAttributes(relation) ((relation)->rd_index->indnatts)
#define IndexRelationGetNumberOfKeyAttributes(relation) ((relation)->rd_index->indnkeyatts)
#define RelationGetDescr(relation) ((relation)->rd_att)
#define RelationGetRelationName(relation) NameStr((relation)->rd_rel->relname)
#define RelationGetNamespace(relation) ((relation)->rd_rel->relnamespace)
#define RelationIsPermanent(relation) \
	((relation)->rd_rel->relpersistence == RELPERSISTENCE_PERMANENT)
#define RelationUsesLocalBuffers(relation) \
	((relation)->rd_rel->relpersistence == RELPERSISTENCE_TEMP)
#define RELATION_IS_LOCAL(relation) \
	((relation)->rd_createSubid != InvalidSubTransactionId || (relation)->rd_islocaltemp)
#define RELATION_IS_OTHER_TEMP(relation) \
	(RelationUsesLocalBuffers(relation) && !(relation)->rd_islocaltemp)
#define RelationIsScannable(relation) ((relation)->rd_rel->relispopulated)
#define RelationIsPopulated(relation) ((relation)->rd_rel->relispopulated)

PGBGW_END_DECLS

#endif							/* REL_H */
