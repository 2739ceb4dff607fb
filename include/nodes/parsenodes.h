/* Parse trees: queries, and the commands that worker modules look at. */
#ifndef PARSENODES_H
#define PARSENODES_H

#include "postgres.h"
#include "common/relpath.h"
#include "nodes/bitmapset.h"
#include "nodes/lockoptions.h"
#include "nodes/primnodes.h"
#include "nodes/value.h"

PGBGW_BEGIN_DECLS

/* Expressions and plans are not looked into. */
struct FromExpr;
struct OnConflictExpr;
struct MergeAction;
typedef struct FromExpr FromExpr;
typedef struct OnConflictExpr OnConflictExpr;
typedef struct RTEPermissionInfo RTEPermissionInfo;

typedef enum QuerySource
{
	QSRC_ORIGINAL,
	QSRC_PARSER,
	QSRC_INSTEAD_RULE,
	QSRC_QUAL_INSTEAD_RULE,
	QSRC_NON_INSTEAD_RULE,
} QuerySource;

typedef uint64 AclMode;

#define ACL_INSERT (1<<0)
#define ACL_SELECT (1<<1)
#define ACL_UPDATE (1<<2)
#define ACL_DELETE (1<<3)
#define ACL_TRUNCATE (1<<4)
#define ACL_REFERENCES (1<<5)
#define ACL_TRIGGER (1<<6)
#define ACL_EXECUTE (1<<7)
#define ACL_USAGE (1<<8)
#define ACL_CREATE (1<<9)
#define ACL_CREATE_TEMP (1<<10)
#define ACL_CONNECT (1<<11)
#define ACL_SET (1<<12)
#define ACL_ALTER_SYSTEM (1<<13)
#define ACL_MAINTAIN (1<<14)
#define N_ACL_RIGHTS 15
#define ACL_NO_RIGHTS 0
#define ACL_SELECT_FOR_UPDATE ACL_UPDATE

/* One query, analyzed. */
typedef struct Query
{
	NodeTag		type;
	CmdType		commandType;
	QuerySource querySource;
	uint64		queryId;
	bool		canSetTag;
	Node	   *utilityStmt;
	int			resultRelation;
	bool		hasAggs;
	bool		hasWindowFuncs;
	bool		hasTargetSRFs;
	bool		hasSubLinks;
	bool		hasDistinctOn;
	bool		hasRecursive;
	bool		hasModifyingCTE;
	bool		hasForUpdate;
	bool		hasRowSecurity;
	bool		isReturn;
	List	   *cteList;
	List	   *rtable;
	List	   *rteperminfos;
	FromExpr   *jointree;
	List	   *mergeActionList;
	int			mergeTargetRelation;
	Node	   *mergeJoinCondition;
	List	   *targetList;
	OverridingKind override;
	OnConflictExpr *onConflict;
	List	   *returningList;
	List	   *groupClause;
	bool		groupDistinct;
	List	   *groupingSets;
	Node	   *havingQual;
	List	   *windowClause;
	List	   *distinctClause;
	List	   *sortClause;
	Node	   *limitOffset;
	Node	   *limitCount;
	LimitOption limitOption;
	List	   *rowMarks;
	Node	   *setOperations;
	List	   *constraintDeps;
	List	   *withCheckOptions;
	ParseLoc	stmt_location;
	ParseLoc	stmt_len;
} Query;

typedef struct TypeName
{
	NodeTag		type;
	List	   *names;
	Oid			typeOid;
	bool		setof;
	bool		pct_type;
	List	   *typmods;
	int32		typemod;
	List	   *arrayBounds;
	ParseLoc	location;
} TypeName;

typedef enum RoleSpecType
{
	ROLESPEC_CSTRING,
	ROLESPEC_CURRENT_ROLE,
	ROLESPEC_CURRENT_USER,
	ROLESPEC_SESSION_USER,
	ROLESPEC_PUBLIC,
} RoleSpecType;

typedef struct RoleSpec
{
	NodeTag		type;
	RoleSpecType roletype;
	char	   *rolename;
	ParseLoc	location;
} RoleSpec;

typedef enum DefElemAction
{
	DEFELEM_UNSPEC,
	DEFELEM_SET,
	DEFELEM_ADD,
	DEFELEM_DROP,
} DefElemAction;

typedef struct DefElem
{
	NodeTag		type;
	char	   *defnamespace;
	char	   *defname;
	Node	   *arg;
	DefElemAction defaction;
	ParseLoc	location;
} DefElem;

/* One statement, as the parser left it. */
typedef struct RawStmt
{
	NodeTag		type;
	Node	   *stmt;
	ParseLoc	stmt_location;
	ParseLoc	stmt_len;
} RawStmt;

typedef enum ObjectType
{
	OBJECT_ACCESS_METHOD,
	OBJECT_AGGREGATE,
	OBJECT_AMOP,
	OBJECT_AMPROC,
	OBJECT_ATTRIBUTE,
	OBJECT_CAST,
	OBJECT_COLUMN,
	OBJECT_COLLATION,
	OBJECT_CONVERSION,
	OBJECT_DATABASE,
	OBJECT_DEFAULT,
	OBJECT_DEFACL,
	OBJECT_DOMAIN,
	OBJECT_DOMCONSTRAINT,
	OBJECT_EVENT_TRIGGER,
	OBJECT_EXTENSION,
	OBJECT_FDW,
	OBJECT_FOREIGN_SERVER,
	OBJECT_FOREIGN_TABLE,
	OBJECT_FUNCTION,
	OBJECT_INDEX,
	OBJECT_LANGUAGE,
	OBJECT_LARGEOBJECT,
	OBJECT_MATVIEW,
	OBJECT_OPCLASS,
	OBJECT_OPERATOR,
	OBJECT_OPFAMILY,
	OBJECT_PARAMETER_ACL,
	OBJECT_POLICY,
	OBJECT_PROCEDURE,
	OBJECT_PUBLICATION,
	OBJECT_PUBLICATION_NAMESPACE,
	OBJECT_PUBLICATION_REL,
	OBJECT_ROLE,
	OBJECT_ROUTINE,
	OBJECT_RULE,
	OBJECT_SCHEMA,
	OBJECT_SEQUENCE,
	OBJECT_SUBSCRIPTION,
	OBJECT_STATISTIC_EXT,
	OBJECT_TABCONSTRAINT,
	OBJECT_TABLE,
	OBJECT_TABLESPACE,
	OBJECT_TRANSFORM,
	OBJECT_TRIGGER,
	OBJECT_TSCONFIGURATION,
	OBJECT_TSDICTIONARY,
	OBJECT_TSPARSER,
	OBJECT_TSTEMPLATE,
	OBJECT_TYPE,
	OBJECT_USER_MAPPING,
	OBJECT_VIEW,
} ObjectType;

typedef enum DropBehavior
{
	DROP_RESTRICT,
	DROP_CASCADE,
} DropBehavior;

typedef struct CopyStmt
{
	NodeTag		type;
	RangeVar   *relation;
	Node	   *query;
	List	   *attlist;
	bool		is_from;
	bool		is_program;
	char	   *filename;
	List	   *options;
	Node	   *whereClause;
} CopyStmt;

typedef enum VariableSetKind
{
	VAR_SET_VALUE,
	VAR_SET_DEFAULT,
	VAR_SET_CURRENT,
	VAR_SET_MULTI,
	VAR_RESET,
	VAR_RESET_ALL,
} VariableSetKind;

typedef struct VariableSetStmt
{
	NodeTag		type;
	VariableSetKind kind;
	char	   *name;
	List	   *args;
	bool		is_local;
} VariableSetStmt;

typedef struct VariableShowStmt
{
	NodeTag		type;
	char	   *name;
} VariableShowStmt;

typedef struct CreateExtensionStmt
{
	NodeTag		type;
	char	   *extname;
	bool		if_not_exists;
	List	   *options;
} CreateExtensionStmt;

typedef struct AlterExtensionStmt
{
	NodeTag		type;
	char	   *extname;
	List	   *options;
} AlterExtensionStmt;

typedef enum RoleStmtType
{
	ROLESTMT_ROLE,
	ROLESTMT_USER,
	ROLESTMT_GROUP,
} RoleStmtType;

typedef struct CreateRoleStmt
{
	NodeTag		type;
	RoleStmtType stmt_type;
	char	   *role;
	List	   *options;
} CreateRoleStmt;

typedef struct AlterRoleStmt
{
	NodeTag		type;
	RoleSpec   *role;
	List	   *options;
	int			action;
} AlterRoleStmt;

typedef struct DropRoleStmt
{
	NodeTag		type;
	List	   *roles;
	bool		missing_ok;
} DropRoleStmt;

typedef struct DropStmt
{
	NodeTag		type;
	List	   *objects;
	ObjectType	removeType;
	DropBehavior behavior;
	bool		missing_ok;
	bool		concurrent;
} DropStmt;

typedef struct TruncateStmt
{
	NodeTag		type;
	List	   *relations;
	bool		restart_seqs;
	DropBehavior behavior;
} TruncateStmt;

#define CURSOR_OPT_BINARY 0x0001
#define CURSOR_OPT_SCROLL 0x0002
#define CURSOR_OPT_NO_SCROLL 0x0004
#define CURSOR_OPT_INSENSITIVE 0x0008
#define CURSOR_OPT_ASENSITIVE 0x0010
#define CURSOR_OPT_HOLD 0x0020
#define CURSOR_OPT_FAST_PLAN 0x0100
#define CURSOR_OPT_GENERIC_PLAN 0x0200
#define CURSOR_OPT_CUSTOM_PLAN 0x0400
#define CURSOR_OPT_PARALLEL_OK 0x0800

typedef struct DeclareCursorStmt
{
	NodeTag		type;
	char	   *portalname;
	int			options;
	Node	   *query;
} DeclareCursorStmt;

typedef struct ClosePortalStmt
{
	NodeTag		type;
	char	   *portalname;
} ClosePortalStmt;

typedef enum FetchDirection
{
	FETCH_FORWARD,
	FETCH_BACKWARD,
	FETCH_ABSOLUTE,
	FETCH_RELATIVE,
} FetchDirection;

#define FETCH_ALL LONG_MAX

typedef struct FetchStmt
{
	NodeTag		type;
	FetchDirection direction;
	long		howMany;
	char	   *portalname;
	bool		ismove;
} FetchStmt;

typedef struct NotifyStmt
{
	NodeTag		type;
	char	   *conditionname;
	char	   *payload;
} NotifyStmt;

typedef struct ListenStmt
{
	NodeTag		type;
	char	   *conditionname;
} ListenStmt;

typedef struct UnlistenStmt
{
	NodeTag		type;
	char	   *conditionname;
} UnlistenStmt;

typedef enum TransactionStmtKind
{
	TRANS_STMT_BEGIN,
	TRANS_STMT_START,
	TRANS_STMT_COMMIT,
	TRANS_STMT_ROLLBACK,
	TRANS_STMT_SAVEPOINT,
	TRANS_STMT_RELEASE,
	TRANS_STMT_ROLLBACK_TO,
	TRANS_STMT_PREPARE,
	TRANS_STMT_COMMIT_PREPARED,
	TRANS_STMT_ROLLBACK_PREPARED,
} TransactionStmtKind;

typedef struct TransactionStmt
{
	NodeTag		type;
	TransactionStmtKind kind;
	List	   *options;
	char	   *savepoint_name;
	char	   *gid;
	bool		chain;
	ParseLoc	location;
} TransactionStmt;

typedef struct LoadStmt
{
	NodeTag		type;
	char	   *filename;
} LoadStmt;

typedef struct CreatedbStmt
{
	NodeTag		type;
	char	   *dbname;
	List	   *options;
} CreatedbStmt;

typedef struct DropdbStmt
{
	NodeTag		type;
	char	   *dbname;
	bool		missing_ok;
	List	   *options;
} DropdbStmt;

typedef struct VacuumStmt
{
	NodeTag		type;
	List	   *options;
	List	   *rels;
	bool		is_vacuumcmd;
} VacuumStmt;

typedef struct VacuumRelation
{
	NodeTag		type;
	RangeVar   *relation;
	Oid			oid;
	List	   *va_cols;
} VacuumRelation;

typedef struct ExplainStmt
{
	NodeTag		type;
	Node	   *query;
	List	   *options;
} ExplainStmt;

typedef struct CreateTableAsStmt
{
	NodeTag		type;
	Node	   *query;
	IntoClause *into;
	ObjectType	objtype;
	bool		is_select_into;
	bool		if_not_exists;
} CreateTableAsStmt;

typedef struct CheckPointStmt
{
	NodeTag		type;
} CheckPointStmt;

typedef enum DiscardMode
{
	DISCARD_ALL,
	DISCARD_PLANS,
	DISCARD_SEQUENCES,
	DISCARD_TEMP,
} DiscardMode;

typedef struct DiscardStmt
{
	NodeTag		type;
	DiscardMode target;
} DiscardStmt;

typedef struct PrepareStmt
{
	NodeTag		type;
	char	   *name;
	List	   *argtypes;
	Node	   *query;
} PrepareStmt;

typedef struct ExecuteStmt
{
	NodeTag		type;
	char	   *name;
	List	   *params;
} ExecuteStmt;

PGBGW_END_DECLS

#endif							/* PARSENODES_H */
