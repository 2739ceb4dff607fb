/* Columns of pg_language, and constants of them. */
#ifndef PG_LANGUAGE_D_H
#define PG_LANGUAGE_D_H

#include "c.h"

PGBGW_BEGIN_DECLS

#define LanguageRelationId 2612
#define LanguageNameIndexId 2681
#define LanguageOidIndexId 2682
#define Anum_pg_language_oid 1
#define Anum_pg_language_lanname 2
#define Anum_pg_language_lanowner 3
#define Anum_pg_language_lanispl 4
#define Anum_pg_language_lanpltrusted 5
#define Anum_pg_language_lanplcallfoid 6
#define Anum_pg_language_laninline 7
#define Anum_pg_language_lanvalidator 8
#define Anum_pg_language_lanacl 9
#define Natts_pg_language 9

PGBGW_END_DECLS

#endif							/* PG_LANGUAGE_D_H */
