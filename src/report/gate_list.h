/* The conditions of --fail-on, parsed. */
#ifndef GATE_LIST_H
#define GATE_LIST_H
#include "gate_baseline.h"
#include "nines.h"

enum gate_kind { GATE_MISSED, GATE_BUDGET, GATE_BURN, GATE_NO_DATA, GATE_UNPARSED, GATE_DROP };
struct gate_condition {
	enum gate_kind kind;
	struct str text;     /* as written, borrowed */
	uint64_t amount_ppb; /* BUDGET, UNPARSED, DROP: a share; BURN: the factor times 10^9 */
	int64_t length_s;    /* BURN */
	struct str path;     /* DROP, borrowed */
	struct gate_baseline *baseline; /* DROP, owned */
};
struct gate_list {
	struct gate_condition *condition;
	size_t conditions, room;
};

/* Parses the whole list and reads its baselines; `list` is zeroed, gate_list_fini whatever it
 * returns. NINES_E_SYNTAX names the item that is none. */
enum nines_status gate_list_parse(
    struct gate_list *list, const char *text, const struct nines_io *io, struct nines_error *err);
void gate_list_fini(struct gate_list *list);
int gate_list_has(const struct gate_list *list, enum gate_kind kind);
#endif
