/* Measuring time, in nanoseconds of the monotonic clock. */
#ifndef INSTR_TIME_H
#define INSTR_TIME_H

#include <time.h>

#include "c.h"

typedef struct instr_time
{
	int64		ticks;
} instr_time;

#define INSTR_TIME_IS_ZERO(t) ((t).ticks == 0)
#define INSTR_TIME_SET_ZERO(t) ((t).ticks = 0)
#define INSTR_TIME_SET_CURRENT(t) \
	do { \
		struct timespec now_; \
		clock_gettime(CLOCK_MONOTONIC, &now_); \
		(t).ticks = (int64) now_.tv_sec * INT64CONST(1000000000) + now_.tv_nsec; \
	} while (0)
#define INSTR_TIME_ADD(x, y) ((x).ticks += (y).ticks)
#define INSTR_TIME_SUBTRACT(x, y) ((x).ticks -= (y).ticks)
#define INSTR_TIME_ACCUM_DIFF(x, y, z) ((x).ticks += (y).ticks - (z).ticks)
#define INSTR_TIME_GET_NANOSEC(t) ((int64) (t).ticks)
#define INSTR_TIME_GET_MICROSEC(t) (INSTR_TIME_GET_NANOSEC(t) / 1000)
#define INSTR_TIME_GET_MILLISEC(t) ((double) INSTR_TIME_GET_NANOSEC(t) / 1000000.0)
#define INSTR_TIME_GET_DOUBLE(t) ((double) INSTR_TIME_GET_NANOSEC(t) / 1000000000.0)

#endif							/* INSTR_TIME_H */
