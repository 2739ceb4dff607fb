/* Line pointers: what a page says of its items. */
#ifndef ITEMID_H
#define ITEMID_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

typedef struct ItemIdData
{
	unsigned	lp_off:15,
				lp_flags:2,
				lp_len:15;
} ItemIdData;

typedef ItemIdData *ItemId;

#define LP_UNUSED 0
#define LP_NORMAL 1
#define LP_REDIRECT 2
#define LP_DEAD 3

#define ItemIdGetLength(itemId) ((itemId)->lp_len)
#define ItemIdGetOffset(itemId) ((itemId)->lp_off)
#define ItemIdGetFlags(itemId) ((itemId)->lp_flags)
#define ItemIdGetRedirect(itemId) ((itemId)->lp_off)
#define ItemIdIsUsed(itemId) ((itemId)->lp_flags != LP_UNUSED)
#define ItemIdIsNormal(itemId) ((itemId)->lp_flags == LP_NORMAL)
#define ItemIdIsRedirected(itemId) ((itemId)->lp_flags == LP_REDIRECT)
#define ItemIdIsDead(itemId) ((itemId)->lp_flags == LP_DEAD)
#define ItemIdHasStorage(itemId) ((itemId)->lp_len != 0)

PGBGW_END_DECLS

#endif							/* ITEMID_H */
