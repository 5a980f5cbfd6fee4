/* The header is all there is: this file makes the target compile. */
#include "CNats.h"
