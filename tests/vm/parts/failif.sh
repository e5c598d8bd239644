# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-or-later
#
# failif.sh - --fail-if where EOIs are counted, in a run and in its record; what goes with the fast share
#
# failif_guest runs in the guest (busybox), failif_check outside (bash). What goes together is reported, not judged.

failif_guest() {
	local storm="-w virtio-blk,dev=/dev/vda --warmup=300ms -q"
	insmod ./irqstorm_eoi.ko
	# shellcheck disable=SC2086
	{
		./irqstorm --ab=pv,msr --rate 100 --repeat=8 --block=200ms $storm -J -o "$1/kept.json" --save="$1/failif.rec" \
			--fail-if='change(register_writes_per_interrupt) > -50%' --fail-if='change(fast_share) < 40%'
		echo $? >"$1/kept.status"
		./irqstorm show "$1/failif.rec" --fail-if='change(fast_share) > 10%' --fail-if='fast_share < 50%' >"$1/broken.text"
		echo $? >"$1/broken.status"
		./irqstorm --rate=max -d 5s $storm -o "$1/max.text" --save="$1/max.rec"
		./irqstorm --rate=200 --arrivals=poisson -d 4s $storm -o "$1/poisson.text"
		./irqstorm --rate=100 -d 4s $storm -o "$1/set.text"
	}
	./irqstorm show "$1/max.rec" -J >"$1/max.json"
	rmmod irqstorm_eoi
}

failif_check() {
	# an emulated host may be too slow for the rate, which is 3 too
	tap_jq "$2/kept.json" '.fail_if | length == 2 and all(.status == "passed") and .[0].where.arm == "pv" and .[0].where.reference == "msr"' \
		"PV-EOI keeps the bounds that it is for"
	tap_test "and exits 0 where the rate was held" awk -v held="$(jq .totals.rate_held "$2/kept.json")" \
		'{ exit !($1 == (held == "true" ? 0 : 3)) }' "$2/kept.status"
	tap_is 3 "$(cat "$2/broken.status")" "a bound on the other side of what PV-EOI does is broken"
	tap_test "by the change" grep -q "change(fast_share) > 10%.: it is so: +.*, pv compared with msr\." "$2/broken.text"
	tap_test "and the arm that is without is named" grep -q "fast_share < 50%': it is so: 0.00 % .*, under msr (in 1 of 2)\." "$2/broken.text"
	tap_jq "$2/max.json" '.correlation | length > 0 and all(.status != "found" or (.n >= 6 and .n_effective <= .n and
		(.pearson | .low <= .estimate and .estimate <= .high)))' "a run of 5 s says what goes with the fast share, or why not"
	tap_test "where the rate was set there is no number of events/s" \
		awk '/The rate was not held/ { held = 0 } /Fast share and events/ { told = 1 } BEGIN { held = 1 } END { exit held && told }' "$2/set.text"
	grep -hE "^(--fail-if|Fast share|The fast share|What goes|Whether|  [+-][0-9])|fast path" "$2/broken.text" "$2/max.text" "$2/poisson.text" "$2/set.text" |
		sed 's/^/# /'
}
