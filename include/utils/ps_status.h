/* The process title. */
#ifndef PS_STATUS_H
#define PS_STATUS_H

#include "postgres.h"

PGBGW_BEGIN_DECLS

#define DEFAULT_UPDATE_PROCESS_TITLE true
extern PGDLLIMPORT bool update_process_title;

/* The part that stays; NULL stands for the kind of process. */
extern void init_ps_display(const char *fixed_part);

extern void set_ps_display_with_len(const char *activity, size_t len);
extern const char *get_ps_display(int *displen);

static inline void
set_ps_display(const char *activity)
{
	set_ps_display_with_len(activity, strlen(activity));
}

/* Words after the activity, until they are removed or the activity is set. */
extern void set_ps_display_suffix(const char *suffix);
extern void set_ps_display_remove_suffix(void);

PGBGW_END_DECLS

#endif							/* PS_STATUS_H */
