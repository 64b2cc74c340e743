#pragma once

/// Marks what a shared build of the library exports; everything else has hidden visibility.
#if defined(_WIN32) || defined(__CYGWIN__)
#define WATCHWORD_EXPORT
#else
#define WATCHWORD_EXPORT __attribute__((visibility("default")))
#endif
