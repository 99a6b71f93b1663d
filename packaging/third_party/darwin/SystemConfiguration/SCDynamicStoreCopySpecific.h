/* Apple's frameworks are not where a package for macOS is made. libcurl wants this one for a single call whose answer it
   throws away; without it, IPv4 addresses written as numbers are not turned into IPv6 ones in networks that have IPv6 alone. */
typedef const void *CFDictionaryRef;
static inline CFDictionaryRef SCDynamicStoreCopyProxies(const void *store) { return store; }
static inline void CFRelease(CFDictionaryRef dictionary) { (void)dictionary; }
