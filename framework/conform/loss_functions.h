// A loss's functions as tensors in, tensors out.
#pragma once

#include <monge/loss.h>

#include "conform/check.h"
#include "conform/function.h"

namespace monge::conform {

/// "critic" and "generator".
Functions functions_of(const Subject<Loss>& subject);

}  // namespace monge::conform
