/* The process title. */
#ifndef PS_STATUS_H
#define PS_STATUS_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

extern void set_ps_display_with_len(const char *activity, size_t len);
extern const char *get_ps_display(int *displen);

static inline void
set_ps_display(const char *activity)
{
	set_ps_display_with_len(activity, strlen(activity));
}

PGBGW_END_DECLS

#endif							/* PS_STATUS_H */
