/* Signal handlers; pqsignal() itself is in port.h. */
#ifndef PQSIGNAL_H
#define PQSIGNAL_H

#include <signal.h>

#include "port.h"

#endif							/* PQSIGNAL_H */
