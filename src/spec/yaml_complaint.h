/* What libyaml says about a malformed text, in words that help. */
#ifndef YAML_COMPLAINT_H
#define YAML_COMPLAINT_H
#include "diag.h"

struct yaml_parser_s;
/* Adds the finding for the parser's error; `skipped` bytes of text were kept from the parser. */
void yaml_complaint_add(
    struct diag_list *diag, struct str text, size_t skipped, const struct yaml_parser_s *parser);
#endif
