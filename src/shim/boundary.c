#include "shim.h"
int pgbgw_shim_unused_b;
