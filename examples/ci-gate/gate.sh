#!/bin/sh
# gate.sh LOG: promote, roll back, or wait.  Ends with the exit status of nines gate, so that a pipeline stops
# where this script stops.
nines gate -c nines.yaml --min-events 20 "$1"
status=$?
case $status in
0) echo "promote: every objective is met" ;;
1) echo "roll back: an objective is missed" ;;
3) echo "wait: there is not enough to judge by" ;;
*) echo "the gate itself is broken" ;;
esac
exit $status
