/* Semaphores of the operating system: opaque. */
#ifndef PG_SEMA_H
#define PG_SEMA_H

typedef struct PGSemaphoreData *PGSemaphore;

#endif							/* PG_SEMA_H */
