/*
 * filled.h - memory that is filled in a way that tells whether somebody else wrote there.
 */
#ifndef FILLED_H
#define FILLED_H

#include "postgres.h"

static inline void
fill(char *object, Size size, uint32 number)
{
	for (Size i = 0; i < size; i++)
		object[i] = (char) (number * 31 + i * 7);
}

/* 1 if it is not what fill made it. */
static inline int
differs(const char *object, Size size, uint32 number)
{
	for (Size i = 0; i < size; i++)
		if (object[i] != (char) (number * 31 + i * 7))
			return 1;
	return 0;
}

#endif
