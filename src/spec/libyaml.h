/* libyaml's own header is called yaml.h too, and this folder comes first on the include path.
 * This finds the next one; include it in angle brackets, or the search begins anew.  A system
 * header may use #include_next without a warning. */
#ifndef LIBYAML_H
#define LIBYAML_H
#pragma GCC system_header
#include_next <yaml.h>
#endif
