/* The version of the catalogs. */
#ifndef CATVERSION_H
#define CATVERSION_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

#define CATALOG_VERSION_NO 202406281

PGBGW_END_DECLS

#endif							/* CATVERSION_H */
