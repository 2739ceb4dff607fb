/* Rights. */
#ifndef ACL_H
#define ACL_H

#include "postgres.h"
#include "access/htup.h"
#include "nodes/parsenodes.h"
#include "parser/parse_node.h"
#include "utils/array.h"
#include "utils/snapshot.h"

PGBGW_BEGIN_DECLS

struct ArrayType;

#define ACL_ID_PUBLIC 0

typedef struct AclItem
{
	Oid			ai_grantee;
	Oid			ai_grantor;
	AclMode		ai_privs;
} AclItem;

#define ACLITEM_ALL_PRIV_BITS ((AclMode) 0xFFFFFFFF)
#define ACLITEM_ALL_GOPTION_BITS ((AclMode) 0xFFFFFFFF << 32)

typedef struct ArrayType Acl;

#define ACL_MODECHG_ADD 1
#define ACL_MODECHG_DEL 2
#define ACL_MODECHG_EQL 3
#define ACL_INSERT_CHR 'a'
#define ACL_SELECT_CHR 'r'
#define ACL_UPDATE_CHR 'w'
#define ACL_DELETE_CHR 'd'
#define ACL_TRUNCATE_CHR 'D'
#define ACL_REFERENCES_CHR 'x'
#define ACL_TRIGGER_CHR 't'
#define ACL_EXECUTE_CHR 'X'
#define ACL_USAGE_CHR 'U'
#define ACL_CREATE_CHR 'C'
#define ACL_CREATE_TEMP_CHR 'T'
#define ACL_CONNECT_CHR 'c'
#define ACL_SET_CHR 's'
#define ACL_ALTER_SYSTEM_CHR 'A'
#define ACL_MAINTAIN_CHR 'm'
#define ACL_ALL_RIGHTS_STR "arwdDxtXUCTcsAm"
#define ACL_ALL_RIGHTS_COLUMN (ACL_INSERT|ACL_SELECT|ACL_UPDATE|ACL_REFERENCES)
#define ACL_ALL_RIGHTS_RELATION \
	(ACL_INSERT|ACL_SELECT|ACL_UPDATE|ACL_DELETE|ACL_TRUNCATE|ACL_REFERENCES|ACL_TRIGGER|ACL_MAINTAIN)
#define ACL_ALL_RIGHTS_SEQUENCE (ACL_USAGE|ACL_SELECT|ACL_UPDATE)
#define ACL_ALL_RIGHTS_DATABASE (ACL_CREATE|ACL_CREATE_TEMP|ACL_CONNECT)
#define ACL_ALL_RIGHTS_FDW (ACL_USAGE)
#define ACL_ALL_RIGHTS_FOREIGN_SERVER (ACL_USAGE)
#define ACL_ALL_RIGHTS_FUNCTION (ACL_EXECUTE)
#define ACL_ALL_RIGHTS_LANGUAGE (ACL_USAGE)
#define ACL_ALL_RIGHTS_LARGEOBJECT (ACL_SELECT|ACL_UPDATE)
#define ACL_ALL_RIGHTS_PARAMETER_ACL (ACL_SET|ACL_ALTER_SYSTEM)
#define ACL_ALL_RIGHTS_SCHEMA (ACL_USAGE|ACL_CREATE)
#define ACL_ALL_RIGHTS_TABLESPACE (ACL_CREATE)
#define ACL_ALL_RIGHTS_TYPE (ACL_USAGE)

typedef enum
{
	ACLMASK_ALL,
	ACLMASK_ANY,
} AclMaskHow;

typedef enum
{
	ACLCHECK_OK = 0,
	ACLCHECK_NO_PRIV,
	ACLCHECK_NOT_OWNER,
} AclResult;

extern Acl *acldefault(ObjectType objtype, Oid ownerId);
extern Acl *get_user_default_acl(ObjectType objtype, Oid ownerId, Oid nsp_oid);
extern void recordDependencyOnNewAcl(Oid classId, Oid objectId, int32 objsubId, Oid ownerId,
									 Acl *acl);
extern Acl *aclupdate(const Acl *old_acl, const AclItem *mod_aip, int modechg, Oid ownerId,
					  DropBehavior behavior);
extern Acl *aclnewowner(const Acl *old_acl, Oid oldOwnerId, Oid newOwnerId);
extern Acl *make_empty_acl(void);
extern Acl *aclcopy(const Acl *orig_acl);
extern Acl *aclconcat(const Acl *left_acl, const Acl *right_acl);
extern Acl *aclmerge(const Acl *left_acl, const Acl *right_acl, Oid ownerId);
extern void aclitemsort(Acl *acl);
extern bool aclequal(const Acl *left_acl, const Acl *right_acl);
extern AclMode aclmask(const Acl *acl, Oid roleid, Oid ownerId, AclMode mask, AclMaskHow how);
extern int	aclmembers(const Acl *acl, Oid **roleids);
extern bool has_privs_of_role(Oid member, Oid role);
extern bool member_can_set_role(Oid member, Oid role);
extern void check_can_set_role(Oid member, Oid role);
extern bool is_member_of_role(Oid member, Oid role);
extern bool is_member_of_role_nosuper(Oid member, Oid role);
extern bool is_admin_of_role(Oid member, Oid role);
extern Oid	select_best_admin(Oid member, Oid role);
extern Oid	get_role_oid(const char *rolname, bool missing_ok);
extern Oid	get_role_oid_or_public(const char *rolname);
extern Oid	get_rolespec_oid(const RoleSpec *role, bool missing_ok);
extern void check_rolespec_name(const RoleSpec *role, const char *detail_msg);
extern HeapTuple get_rolespec_tuple(const RoleSpec *role);
extern char *get_rolespec_name(const RoleSpec *role);
extern void select_best_grantor(Oid roleId, AclMode privileges, const Acl *acl, Oid ownerId,
								Oid *grantorId, AclMode *grantOptions);
extern void initialize_acl(void);
extern void RemoveRoleFromObjectACL(Oid roleid, Oid classid, Oid objid);
extern AclMode pg_class_aclmask(Oid table_oid, Oid roleid, AclMode mask, AclMaskHow how);
extern AclResult object_aclcheck(Oid classid, Oid objectid, Oid roleid, AclMode mode);
extern AclResult object_aclcheck_ext(Oid classid, Oid objectid, Oid roleid, AclMode mode,
									 bool *is_missing);
extern AclResult pg_attribute_aclcheck(Oid table_oid, AttrNumber attnum, Oid roleid, AclMode mode);
extern AclResult pg_attribute_aclcheck_ext(Oid table_oid, AttrNumber attnum, Oid roleid,
										   AclMode mode, bool *is_missing);
extern AclResult pg_attribute_aclcheck_all(Oid table_oid, Oid roleid, AclMode mode,
										   AclMaskHow how);
extern AclResult pg_attribute_aclcheck_all_ext(Oid table_oid, Oid roleid, AclMode mode,
											   AclMaskHow how, bool *is_missing);
extern AclResult pg_class_aclcheck(Oid table_oid, Oid roleid, AclMode mode);
extern AclResult pg_class_aclcheck_ext(Oid table_oid, Oid roleid, AclMode mode, bool *is_missing);
extern AclResult pg_parameter_aclcheck(const char *name, Oid roleid, AclMode mode);
extern AclResult pg_largeobject_aclcheck_snapshot(Oid lobj_oid, Oid roleid, AclMode mode,
												  Snapshot snapshot);
extern void aclcheck_error(AclResult aclerr, ObjectType objtype, const char *objectname);
extern void aclcheck_error_col(AclResult aclerr, ObjectType objtype, const char *objectname,
							   const char *colname);
extern void aclcheck_error_type(AclResult aclerr, Oid typeOid);
extern void recordExtObjInitPriv(Oid objoid, Oid classoid);
extern void removeExtObjInitPriv(Oid objoid, Oid classoid);
extern void ReplaceRoleInInitPriv(Oid oldroleid, Oid newroleid, Oid classid, Oid objid,
								  int32 objsubid);
extern void RemoveRoleFromInitPriv(Oid roleid, Oid classid, Oid objid, int32 objsubid);
extern bool object_ownercheck(Oid classid, Oid objectid, Oid roleid);
extern bool has_createrole_privilege(Oid roleid);
extern bool has_bypassrls_privilege(Oid roleid);

#define ACLITEM_GET_PRIVS(item) ((item).ai_privs & ACLITEM_ALL_PRIV_BITS)
#define ACLITEM_GET_GOPTIONS(item) ACL_OPTION_TO_PRIVS((item).ai_privs)
#define ACLITEM_GET_RIGHTS(item) ((item).ai_privs)
#define ACL_GRANT_OPTION_FOR(privs) (((AclMode) (privs) & ACLITEM_ALL_PRIV_BITS) << 32)
#define ACL_OPTION_TO_PRIVS(privs) ((AclMode) (privs) >> 32)
#define ACLITEM_SET_RIGHTS(item, rights) ((item).ai_privs = (AclMode) (rights))
#define ACLITEM_SET_PRIVS(item, privs) \
	((item).ai_privs = ((item).ai_privs & ACLITEM_ALL_GOPTION_BITS) | \
	 ((AclMode) (privs) & ACLITEM_ALL_PRIV_BITS))
#define ACLITEM_SET_GOPTIONS(item, goptions) \
	((item).ai_privs = ((item).ai_privs & ACLITEM_ALL_PRIV_BITS) | ACL_GRANT_OPTION_FOR(goptions))
#define ACLITEM_SET_PRIVS_GOPTIONS(item, privs, goptions) \
	((item).ai_privs = ((AclMode) (privs) & ACLITEM_ALL_PRIV_BITS) | \
	 ACL_GRANT_OPTION_FOR(goptions))

/* Lists of rights are arrays. */
#define ACL_NUM(ACL) (ARR_DIMS(ACL)[0])
#define ACL_DAT(ACL) ((AclItem *) ARR_DATA_PTR(ACL))
#define ACL_N_SIZE(N) (ARR_OVERHEAD_NONULLS(1) + (N) * sizeof(AclItem))
#define ACL_SIZE(ACL) ARR_SIZE(ACL)
#define DatumGetAclItemP(X) ((AclItem *) DatumGetPointer(X))
#define PG_GETARG_ACLITEM_P(n) DatumGetAclItemP(PG_GETARG_DATUM(n))
#define PG_RETURN_ACLITEM_P(x) PG_RETURN_POINTER(x)
#define DatumGetAclP(X) ((Acl *) PG_DETOAST_DATUM(X))
#define DatumGetAclPCopy(X) ((Acl *) PG_DETOAST_DATUM_COPY(X))
#define PG_GETARG_ACL_P(n) DatumGetAclP(PG_GETARG_DATUM(n))
#define PG_GETARG_ACL_P_COPY(n) DatumGetAclPCopy(PG_GETARG_DATUM(n))
#define PG_RETURN_ACL_P(x) PG_RETURN_POINTER(x)

PGBGW_END_DECLS

#endif							/* ACL_H */
