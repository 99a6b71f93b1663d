#pragma once
#include "model/per_process.hpp"
