/* Security labels. */
#ifndef SECLABEL_H
#define SECLABEL_H

#include "postgres.h"
#include "catalog/objectaddress.h"
#include "nodes/parsenodes.h"

PGBGW_BEGIN_DECLS

extern char *GetSecurityLabel(const ObjectAddress *object, const char *provider);
extern void SetSecurityLabel(const ObjectAddress *object, const char *provider, const char *label);
extern void DeleteSecurityLabel(const ObjectAddress *object);
extern void DeleteSharedSecurityLabel(Oid objectId, Oid classId);

typedef void (*check_object_relabel_type) (const ObjectAddress *object, const char *seclabel);

extern void register_label_provider(const char *provider_name, check_object_relabel_type hook);

PGBGW_END_DECLS

#endif							/* SECLABEL_H */
