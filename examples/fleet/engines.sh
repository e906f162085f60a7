#!/bin/sh
# engines.sh LOG: one log, cut into pieces as engines cut it, counted piece by piece and added up as they do; every way
# gives the counts of the whole.
set -eu
log=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
split -n l/6 "$log" "$work/piece."
nines count -c slo.yaml "$log" | grep -v '^~' >"$work/whole"

# What Hadoop Streaming does: a mapper for each piece, its lines sorted; combiners over runs of them, never, once or
# again; one reducer over all of it in the order of the keys.
mapper() { nines count -c slo.yaml -; }
combiner() { nines merge --partial -; }
reducer() { nines merge --partial -; }
hadoop() {
	round=0
	for piece in "$work"/piece.??; do
		mapper <"$piece" | LC_ALL=C sort >"$piece.spill"
		again=$((round % 3))
		while [ $again -gt 0 ]; do
			combiner <"$piece.spill" | LC_ALL=C sort >"$piece.combined"
			mv "$piece.combined" "$piece.spill"
			again=$((again - 1))
		done
		round=$((round + 1))
	done
	LC_ALL=C sort -m "$work"/*.spill | reducer
}

# What Spark's RDD.pipe does: one process a partition, with no environment, for empty partitions too.
spark() {
	nines=$(command -v nines)
	for piece in "$work"/piece.?? /dev/null; do
		env -i "$nines" count -c "$PWD/slo.yaml" - <"$piece"
	done
}

# What a job array does: each element writes a part of its own, and may do so again.
array() {
	for piece in "$work"/piece.?? "$work/piece.aa"; do
		nines count -c slo.yaml -o "$piece.part" "$piece"
	done
	cat "$work"/*.part
}

for engine in hadoop spark array; do
	$engine >"$work/$engine"
	printf '%-7s' $engine
	nines merge -o "$work/sum" "$work/$engine" 2>&1
	grep -v '^~' "$work/sum" | cmp - "$work/whole"
done

# Where there is GNU parallel, it says the same.
if parallel --version 2>/dev/null | grep -q '^GNU'; then
	parallel -k nines count -c slo.yaml ::: "$work"/piece.?? >"$work/parallel"
	nines merge -q "$work/parallel" | grep -v '^~' | cmp - "$work/whole"
	parallel --pipepart -a "$log" --block 20k nines count -c slo.yaml - >"$work/parallel"
	nines merge -q "$work/parallel" | grep -v '^~' | cmp - "$work/whole"
fi
