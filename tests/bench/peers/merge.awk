# merge.awk: adds up the rows of partial counts by key.
BEGIN { FS = "[\t ]" }
{
	if (NF == 3)
		traffic[$1]
	valid[$1] += $2
	good[$1] += $3
	missing[$1] += $4
}
END {
	for (key in valid)
		printf key in traffic ? "%s\t%d %d\n" : "%s\t%d %d %d\n", key, valid[key], good[key], missing[key]
}
