#pragma once

/// Registers, once and at the first client, what must happen at the end of the process and after a fork.
void hook_the_end_of_the_process();
