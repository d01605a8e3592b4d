// The checks of each kind, in the file of its name.
#pragma once

#include <monge/architecture.h>
#include <monge/dataset.h>
#include <monge/enforcer.h>
#include <monge/loss.h>
#include <monge/metric.h>

#include "conform/check.h"

namespace monge::conform {

Checks<Loss> loss_checks();
Checks<Enforcer> enforcer_checks();
Checks<Architecture> architecture_checks();
Checks<Dataset> dataset_checks();
Checks<Metric> metric_checks();

}  // namespace monge::conform
