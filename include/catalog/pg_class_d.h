/* Columns of pg_class, and constants of its tables. */
#ifndef PG_CLASS_D_H
#define PG_CLASS_D_H

#include "c.h"

PGBGW_BEGIN_DECLS

#define RelationRelationId 1259
#define RelationRelation_Rowtype_Id 83
#define ClassOidIndexId 2662
#define ClassNameNspIndexId 2663
#define ClassTblspcRelfilenodeIndexId 3455
#define Anum_pg_class_oid 1
#define Anum_pg_class_relname 2
#define Anum_pg_class_relnamespace 3
#define Anum_pg_class_reltype 4
#define Anum_pg_class_reloftype 5
#define Anum_pg_class_relowner 6
#define Anum_pg_class_relam 7
#define Anum_pg_class_relfilenode 8
#define Anum_pg_class_reltablespace 9
#define Anum_pg_class_relpages 10
#define Anum_pg_class_reltuples 11
#define Anum_pg_class_relallvisible 12
#define Anum_pg_class_reltoastrelid 13
#define Anum_pg_class_relhasindex 14
#define Anum_pg_class_relisshared 15
#define Anum_pg_class_relpersistence 16
#define Anum_pg_class_relkind 17
#define Anum_pg_class_relnatts 18
#define Anum_pg_class_relchecks 19
#define Anum_pg_class_relhasrules 20
#define Anum_pg_class_relhastriggers 21
#define Anum_pg_class_relhassubclass 22
#define Anum_pg_class_relrowsecurity 23
#define Anum_pg_class_relforcerowsecurity 24
#define Anum_pg_class_relispopulated 25
#define Anum_pg_class_relreplident 26
#define Anum_pg_class_relispartition 27
#define Anum_pg_class_relrewrite 28
#define Anum_pg_class_relfrozenxid 29
#define Anum_pg_class_relminmxid 30
#define Anum_pg_class_relacl 31
#define Anum_pg_class_reloptions 32
#define Anum_pg_class_relpartbound 33
#define Natts_pg_class 33
#define RELKIND_RELATION 'r'
#define RELKIND_INDEX 'i'
#define RELKIND_SEQUENCE 'S'
#define RELKIND_TOASTVALUE 't'
#define RELKIND_VIEW 'v'
#define RELKIND_MATVIEW 'm'
#define RELKIND_COMPOSITE_TYPE 'c'
#define RELKIND_FOREIGN_TABLE 'f'
#define RELKIND_PARTITIONED_TABLE 'p'
#define RELKIND_PARTITIONED_INDEX 'I'
#define RELPERSISTENCE_PERMANENT 'p'
#define RELPERSISTENCE_UNLOGGED 'u'
#define RELPERSISTENCE_TEMP 't'
#define REPLICA_IDENTITY_DEFAULT 'd'
#define REPLICA_IDENTITY_NOTHING 'n'
#define REPLICA_IDENTITY_FULL 'f'
#define REPLICA_IDENTITY_INDEX 'i'

extern int	errdetail_relkind_not_supported(char relkind);

#define RELKIND_HAS_STORAGE(relkind) \
	((relkind) == RELKIND_INDEX || (relkind) == RELKIND_SEQUENCE || RELKIND_HAS_TABLE_AM(relkind))
#define RELKIND_HAS_PARTITIONS(relkind) \
	((relkind) == RELKIND_PARTITIONED_TABLE || (relkind) == RELKIND_PARTITIONED_INDEX)
#define RELKIND_HAS_TABLESPACE(relkind) \
	((RELKIND_HAS_STORAGE(relkind) || RELKIND_HAS_PARTITIONS(relkind)) && \
	 (relkind) != RELKIND_SEQUENCE)
#define RELKIND_HAS_TABLE_AM(relkind) \
	((relkind) == RELKIND_RELATION || (relkind) == RELKIND_TOASTVALUE || \
	 (relkind) == RELKIND_MATVIEW)

PGBGW_END_DECLS

#endif							/* PG_CLASS_D_H */
