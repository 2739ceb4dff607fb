/* Spin locks: a byte that is 0 when free. s_lock() waits when the first try fails. */
#ifndef S_LOCK_H
#define S_LOCK_H

#include "port/atomics.h"

PGBGW_BEGIN_DECLS

#if defined(__x86_64__)
typedef unsigned char slock_t;
#else
typedef int slock_t;
#endif

extern int	s_lock(volatile slock_t *lock, const char *file, int line, const char *func);

/* Not 0 when somebody else has the lock. */
static inline int
tas(volatile slock_t *lock)
{
	return __atomic_exchange_n(lock, (slock_t) 1, __ATOMIC_ACQUIRE);
}

#define TAS(lock) tas(lock)
#define S_LOCK(lock) (TAS(lock) ? s_lock((lock), __FILE__, __LINE__, __func__) : 0)
#define S_LOCK_FREE(lock) (__atomic_load_n((lock), __ATOMIC_RELAXED) == 0)
#define S_UNLOCK(lock) __atomic_store_n((lock), (slock_t) 0, __ATOMIC_RELEASE)
#define S_INIT_LOCK(lock) S_UNLOCK(lock)

/* For loops of one's own that wait for something short. */
typedef struct
{
	int			spins;
	int			delays;
	int			cur_delay;
	const char *file;
	int			line;
	const char *func;
} SpinDelayStatus;

static inline void
init_spin_delay(SpinDelayStatus *status, const char *file, int line, const char *func)
{
	status->spins = 0;
	status->delays = 0;
	status->cur_delay = 0;
	status->file = file;
	status->line = line;
	status->func = func;
}

#define init_local_spin_delay(status) init_spin_delay(status, __FILE__, __LINE__, __func__)

extern void perform_spin_delay(SpinDelayStatus *status);
extern void finish_spin_delay(SpinDelayStatus *status);

PGBGW_END_DECLS

#endif							/* S_LOCK_H */
