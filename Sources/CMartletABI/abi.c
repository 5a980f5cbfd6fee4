/* The headers are all there is: this file makes the target compile. */
#include "CMartletABI.h"
